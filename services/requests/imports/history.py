"""Past requests: each row is one request with its decision, costs and completion, entered in one transaction."""

from typing import Any

from services.requests.application import Requests
from services.requests.domain import importing
from services.requests.domain.importing import Past, PastDecision
from services.requests.identity import new_id
from services.requests.imports.columns import REQUEST_COLUMNS, request_values
from services.requests.imports.plans import PrioritiesImport
from services.requests.imports.schemas import DECIDED, RequestRow
from shared.errors import FieldRefused
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.imports.kind import Values
from shared.imports.references import FIELD, ReferencedImport, References

PAST = ("submitted_on", "withdrawn_on", "completed_on", "costs", "refunds")
OF_DECISION = ("decision", *DECIDED, "funding", "funded_percent")


class RequestsImport(ReferencedImport):
    """`import requests`. `import_ref` stands for its row for good."""

    name = "requests"
    row = RequestRow
    columns = REQUEST_COLUMNS
    required = (
        FIELD,
        "staff_id",
        "school_urn",
        "title",
        "activity_type",
        "origin",
        "need_source",
        "starts_on",
        "ends_on",
        "benefit",
        "submitted_on",
    )

    def __init__(self, requests: Requests) -> None:
        super().__init__(requests.ledger)
        self._requests = requests
        self._priorities = References(requests.ledger, PrioritiesImport.name)

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return request_values(cells)

    def check(self, row: Values, act: Act) -> None:
        """Enter it at a desk that is then cleared. What its budget holds refuses nothing, so that is left out."""
        self._requests.require_known_school(row["school_urn"])
        past, asked = self._read(row)
        self._requests.rehearse(act, lambda desk: importing.enter(desk, new_id(), past, **asked))

    def record(self, row: Values, act: Act) -> None:
        past, asked = self._read(row)
        call = Call(act=act, once=self.references.once(row))
        self._requests.at_desk(call, importing.enter_and_count, new_id(), past, **asked)

    def _read(self, row: Values) -> tuple[Past, dict[str, Any]]:
        """What became of it, and what was asked for. Raises FieldRefused for a priority that was not imported."""
        past = {name: row[name] for name in PAST if name in row}
        if "decision" in row:
            past["decision"] = PastDecision(
                outcome=row["decision"],
                decided_on=row["decided_on"],
                decided_by=row["decided_by"],
                authority=row["authority"],
                reason=row["decision_reason"],
                funding=row.get("funding"),
                funded_percent=row.get("funded_percent"),
            )
        apart = {FIELD, "priority_refs", *PAST, *OF_DECISION}
        asked = {name: value for name, value in row.items() if name not in apart}
        named = [*row["priority_ids"], *(self._priority(ref) for ref in row["priority_refs"])]
        asked["priority_ids"] = list(dict.fromkeys(named))
        return Past(**past), asked

    def _priority(self, reference: str) -> str:
        found = self._priorities.find(reference)
        if found is None:
            raise FieldRefused(priority_refs=f"{reference} is no priority that was imported")
        return found
