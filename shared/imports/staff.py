"""Staff: each row is one employment, told as HR would; described otherwise later it is a correction."""

from collections.abc import Callable
from typing import get_args

from shared.checks import plausible
from shared.eventstore.fact import Act
from shared.eventstore.ledger import AlreadySeenError, Call, Ledger, Once
from shared.eventstore.recorder import MessageId
from shared.imports.kind import Values
from shared.imports.marks import Marks
from shared.imports.rows import loaded
from shared.web.fields import Day, Identifier, Text, Urn
from shared.web.schemas import Body, choice
from shared.words import RoleCategory, WorkingPattern

NAME = "staff"
HELP = """Import employments.

Columns: staff_id, employment_id, school_urn, on (its start), role_category; line_manager_id, payroll_number,
working_pattern, name where known. An employment described otherwise than before is corrected; a row that was
imported before, exactly so, is passed over. Every service that knows members of staff takes them in.
"""
SOURCE = "import/staff"
LONGEST_TEXT = 200


class StaffRow(Body):
    """One employment of one person."""

    staff_id = Identifier(required=True)
    employment_id = Identifier(required=True)
    school_urn = Urn(required=True)
    on = Day(required=True)
    role_category = choice(get_args(RoleCategory), required=True)
    line_manager_id = Identifier()
    payroll_number = Identifier()
    name = Text(LONGEST_TEXT)
    working_pattern = choice(get_args(WorkingPattern))


class StaffImport:
    """`import staff`. A row imported before, exactly so, is not told again, whatever HR has said since.

    `join` records a row, and says whether it said anything new.
    """

    columns = tuple(StaffRow().fields)
    required = ("staff_id", "employment_id", "school_urn", "on", "role_category")
    key_field = "employment_id"

    def __init__(self, ledger: Ledger, join: Callable[[Call, Values], bool]) -> None:
        self._recorder = ledger.recorder
        self._marks = Marks(ledger.sealer)
        self._join = join
        self._schema = StaffRow()

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return cells, {}

    def load(self, values: Values) -> Values:
        return loaded(self._schema, values)

    def key(self, row: Values) -> str:
        return f"{row['staff_id']} {row['employment_id']}"

    def is_there(self, row: Values) -> bool:
        mark = self._marks.known(row["staff_id"], row)
        return mark is not None and self._recorder.has_seen(MessageId(SOURCE, mark))

    def check(self, row: Values, act: Act) -> None:
        plausible(act.today, on=row["on"])

    def bring_in(self, row: Values, act: Act) -> bool:
        if self.is_there(row):
            return False
        marks = Once(message=MessageId(SOURCE, self._marks.made(row["staff_id"], row)))
        try:
            return self._join(Call(act=act, once=lambda _: marks), row)
        except AlreadySeenError:
            return False
