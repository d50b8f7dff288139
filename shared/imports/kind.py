"""What is imported: how a row of it is read, judged and brought in."""

from collections.abc import Sequence
from typing import Any, Protocol

from shared.eventstore.fact import Act

Values = dict[str, Any]
ACTOR = "import"
ROLE = "hr_platform"


class ImportKind(Protocol):
    """One kind of import. `key_field` is the field whose value no two rows of a file may share."""

    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def required(self) -> Sequence[str]: ...

    @property
    def key_field(self) -> str: ...

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        """The values of a CSV row, and the column of each field that has another name. Raises FieldRefused."""

    def load(self, values: Values) -> Values:
        """The row, typed. Raises FieldRefused."""

    def key(self, row: Values) -> str:
        """What tells the row apart from every other one."""

    def is_there(self, row: Values) -> bool:
        """Whether exactly this row was imported before. Raises FieldRefused where its key stands for something else."""

    def check(self, row: Values, act: Act) -> None:
        """Judge the row by what the log has now. Raises Refusal."""

    def bring_in(self, row: Values, act: Act) -> bool:
        """Record the row, once. False where it was there already. Raises Refusal, OvertakenError."""
