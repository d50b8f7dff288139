"""Staff: each row is one employment, recorded as HR would tell of it; described otherwise later it is a correction."""

from typing import Any

from services.agreements.application import Agreements
from services.agreements.domain import employing
from services.agreements.domain.staff_member import StaffMember
from services.agreements.imports.columns import STAFF_COLUMNS
from services.agreements.imports.kind import Values
from services.agreements.imports.marks import Marks
from services.agreements.imports.schemas import StaffRow, loaded
from shared.checks import plausible
from shared.eventstore.fact import Act
from shared.eventstore.ledger import AlreadySeenError, Call, Once
from shared.eventstore.recorder import MessageId

SOURCE = "import/staff"


class StaffImport:
    """`import staff`. A row imported before, exactly so, is not told again, whatever HR has said since."""

    columns = STAFF_COLUMNS
    required = ("staff_id", "employment_id", "school_urn", "on", "role_category")
    key_field = "employment_id"

    def __init__(self, agreements: Agreements) -> None:
        self._agreements = agreements
        self._marks = Marks(agreements.ledger.sealer)
        self._schema = StaffRow()

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return cells, {}

    def load(self, values: Values) -> Values:
        return loaded(self._schema, values)

    def key(self, row: Values) -> str:
        return f"{row['staff_id']} {row['employment_id']}"

    def is_there(self, row: Values) -> bool:
        mark = self._marks.known(row["staff_id"], row)
        return mark is not None and self._agreements.ledger.recorder.has_seen(MessageId(SOURCE, mark))

    def check(self, row: Values, act: Act) -> None:
        plausible(act.today, on=row["on"])

    def bring_in(self, row: Values, act: Act) -> bool:
        if self.is_there(row):
            return False
        marks = Once(message=MessageId(SOURCE, self._marks.made(row["staff_id"], row)))
        call = Call(act=act, once=lambda _: marks)
        self._agreements.know_school(call, row["school_urn"])
        try:
            return self._agreements.on_person(call, row["staff_id"], _join, row).result
        except AlreadySeenError:
            return False


def _join(member: StaffMember, row: dict[str, Any]) -> bool:
    """Whether the row said anything new."""
    before = member.version
    employing.join(member, **{name: value for name, value in row.items() if name != "staff_id"})
    return member.version > before
