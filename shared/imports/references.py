"""Rows that are known by a reference of their own, for good."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from shared.errors import FieldRefused
from shared.eventstore.fact import Act
from shared.eventstore.ledger import AlreadyAnsweredError, Ledger, Once
from shared.eventstore.recorder import Receipt
from shared.imports.kind import Values
from shared.imports.marks import Marks
from shared.imports.rows import loaded
from shared.web.schemas import Body

FIELD = "import_ref"


class References:
    """Which rows of one kind were imported, by their `import_ref`: the same one with other values is refused."""

    def __init__(self, ledger: Ledger, kind: str) -> None:
        self._recorder = ledger.recorder
        self._marks = Marks(ledger.sealer)
        self._caller = f"import/{kind}"

    def find(self, reference: str) -> str | None:
        """The id of what was made of a row; None where no row of this reference was imported."""
        receipt = self._recorder.receipt(self._caller, reference)
        return None if receipt is None else receipt.answer

    def is_there(self, row: Values) -> bool:
        """Whether exactly this row was imported. Raises FieldRefused where another one was under its reference."""
        mark = self._marks.known(row.get("staff_id"), row)
        receipt = self._recorder.receipt(self._caller, row[FIELD])
        if receipt is not None and mark is not None and receipt.fingerprint != mark:
            raise FieldRefused(import_ref="was imported before with other values")
        return receipt is not None

    def once(self, row: Values, resource_id: str | None = None) -> Callable[[Any], Once]:
        """What marks the row as imported, in the transaction of its facts; by the result's id unless one is given."""
        fingerprint = self._marks.made(row.get("staff_id"), row)
        return lambda result: Once(receipt=Receipt(self._caller, row[FIELD], fingerprint, resource_id or result.id))


class ReferencedImport:
    """The base of a kind whose rows have a reference of their own; `name` is that of its command."""

    name: ClassVar[str]
    row: ClassVar[type[Body]]
    columns: Sequence[str]
    keep_null: ClassVar[Collection[str]] = ()
    key_field = FIELD

    def __init__(self, ledger: Ledger) -> None:
        self.references = References(ledger, self.name)
        self._schema = self.row()

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return cells, {}

    def load(self, values: Values) -> Values:
        return loaded(self._schema, values, self.keep_null)

    def key(self, row: Values) -> str:
        reference: str = row[FIELD]
        return reference

    def is_there(self, row: Values) -> bool:
        return self.references.is_there(row)

    def bring_in(self, row: Values, act: Act) -> bool:
        """Record the row unless it is there. Raises Refusal, OvertakenError."""
        if self.is_there(row):
            return False
        try:
            self.record(row, act)
        except AlreadyAnsweredError:
            return False
        return True

    def record(self, row: Values, act: Act) -> None:
        """Record the row with the marks of `references.once`. Raises AlreadyAnsweredError where another run did so."""
        raise NotImplementedError
