"""Needs as they stand: registered elsewhere, and still open."""

from services.requests.application import Requests
from services.requests.domain.needing import identify
from services.requests.identity import new_id
from services.requests.imports.plans import PrioritiesImport
from services.requests.imports.schemas import NeedRow
from shared.errors import FieldRefused
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.imports.kind import Values
from shared.imports.references import FIELD, ReferencedImport, References
from shared.imports.rows import number

NUMBERS = frozenset({"rank", "estimated_pence"})


class NeedsImport(ReferencedImport):
    """`import needs`. `import_ref` stands for its row for good."""

    name = "needs"
    row = NeedRow
    columns = tuple(NeedRow().fields)
    required = (FIELD, "school_urn", "title", "source", "rank")

    def __init__(self, requests: Requests) -> None:
        super().__init__(requests.ledger)
        self._requests = requests
        self._priorities = References(requests.ledger, PrioritiesImport.name)

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return {name: number(text) if name in NUMBERS else text for name, text in cells.items()}, {}

    def check(self, row: Values, act: Act) -> None:
        self._requests.require_known_school(row["school_urn"])
        needed = self._read(row)
        self._requests.rehearse(act, lambda desk: identify(desk, new_id(), **needed))

    def record(self, row: Values, act: Act) -> None:
        call = Call(act=act, once=self.references.once(row))
        self._requests.at_desk(call, identify, new_id(), **self._read(row))

    def _read(self, row: Values) -> Values:
        """What is needed. Raises FieldRefused for a priority that was not imported."""
        needed = {name: value for name, value in row.items() if name not in (FIELD, "priority_ref")}
        if "priority_ref" in row:
            needed["priority_id"] = self._priorities.find(row["priority_ref"])
            if needed["priority_id"] is None:
                raise FieldRefused(priority_ref=f"{row['priority_ref']} is no priority that was imported")
        return needed
