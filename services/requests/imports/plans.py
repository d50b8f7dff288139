"""Priorities and budgets: what the school's plan was after, and what there was to spend."""

from uuid import UUID

from services.requests.application import Requests
from services.requests.identity import new_id
from services.requests.imports.schemas import BudgetRow, PriorityRow
from shared.eventstore.fact import Act
from shared.eventstore.ledger import AlreadySeenError, Call, Once
from shared.eventstore.recorder import MessageId
from shared.imports.kind import Values
from shared.imports.marks import Marks
from shared.imports.references import FIELD, ReferencedImport
from shared.imports.rows import loaded, number


class PrioritiesImport(ReferencedImport):
    """`import priorities`. `import_ref` stands for its row for good; requests name priorities by it."""

    name = "priorities"
    row = PriorityRow
    columns = tuple(PriorityRow().fields)
    required = (FIELD, "school_urn", "plan_year", "title")

    def __init__(self, requests: Requests) -> None:
        super().__init__(requests.ledger)
        self._requests = requests

    def check(self, row: Values, act: Act) -> None:  # noqa: ARG002  nothing about a priority goes by the day
        self._requests.require_known_school(row["school_urn"])

    def record(self, row: Values, act: Act) -> None:
        id_ = new_id()
        call = Call(act=act, once=self.references.once(row, id_))
        self._requests.import_priority(call, UUID(id_), **{name: row[name] for name in row if name != FIELD})


class BudgetsImport:
    """`import budgets`. Another allocation than before corrects it; exactly the same row is passed over for good."""

    columns = tuple(BudgetRow().fields)
    required = ("school_urn", "academic_year", "allocated_pence")
    key_field = "academic_year"
    source = "import/budgets"

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._marks = Marks(requests.ledger.sealer)
        self._schema = BudgetRow()

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return {name: number(text) if name == "allocated_pence" else text for name, text in cells.items()}, {}

    def load(self, values: Values) -> Values:
        return loaded(self._schema, values)

    def key(self, row: Values) -> str:
        return f"{row['school_urn']} {row['academic_year']}"

    def is_there(self, row: Values) -> bool:
        return self._requests.ledger.recorder.has_seen(self._mark(row))

    def check(self, row: Values, act: Act) -> None:
        self._requests.require_known_school(row["school_urn"])
        budget = (row["school_urn"], row["academic_year"])
        self._requests.rehearse(act, lambda desk: desk.budget(*budget).allocate(row["allocated_pence"]))

    def bring_in(self, row: Values, act: Act) -> bool:
        if self.is_there(row):
            return False
        call = Call(act=act, once=lambda _: Once(message=self._mark(row)))
        urn, year, pence = row["school_urn"], row["academic_year"], row["allocated_pence"]
        try:
            self._requests.on_budget(call, urn, year, lambda budget: budget.allocate(pence))
        except AlreadySeenError:
            return False
        return True

    def _mark(self, row: Values) -> MessageId:
        return MessageId(self.source, self._marks.made(None, row))
