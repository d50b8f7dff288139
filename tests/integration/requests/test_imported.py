"""What follows from an imported past request, in this service and beside it: nothing but what it cost."""

import pytest

from services.requests.imports.history import RequestsImport
from services.requests.imports.plans import PrioritiesImport
from shared.eventstore.fact import Act
from shared.imports.kind import ACTOR, ROLE
from tests.integration.agreements.world import FINANCE, HR, SCHOOL, who
from tests.integration.requests import story
from tests.integration.requests.imports.files import PRIORITY, REQUEST, request
from tests.integration.requests.world import Trust

OPEN = {name: value for name, value in REQUEST.items() if name != "completed_on"}
EXAM = 5000
LARGE = {"fee_pence": "240000", "paid_fee_pence": "240000", "funding": "full", "funded_percent": "100"}


def imported(trust: Trust, cells: dict[str, str]) -> str:
    """The id of a request imported as `cpd import` does it."""
    requests = trust.requests.runtime.commands
    act = Act(recorded_at=trust.clock(), actor=ACTOR, role=ROLE, correlation_id="c")
    for kind, row in ((PrioritiesImport(requests), PRIORITY), (RequestsImport(requests), cells)):
        here = row | {"school_urn": SCHOOL} | ({"staff_id": story.TEACHER} if "staff_id" in row else {})
        values, _ = kind.from_cells(here)
        loaded = kind.load(values)
        kind.bring_in(loaded, act)
    trust.catch_up()
    found = trust.requests.runtime.stores.ledger.recorder.receipt("import/requests", cells["import_ref"])
    assert found is not None
    return str(found.answer)


@pytest.mark.parametrize("cells", [REQUEST | LARGE, OPEN | LARGE], ids=["completed long ago", "still under way"])
def test_no_agreement_is_drafted_from_an_imported_request(cells: dict[str, str], trust: Trust) -> None:
    """Its share is far over the threshold: the same one approved here has an agreement at once."""
    imported(trust, cells)
    assert trust.agreements.read("/v1/agreements", HR)["items"] == []
    types = [each["type"] for each in trust.requests.read("/v1/feed/cpd.requests.v1", HR)["items"]]
    assert "cpd.requests.ApprovalImported.v1" in types
    assert "cpd.requests.RequestApproved.v1" not in types
    story.approved(trust.requests)
    trust.catch_up()
    assert len(trust.agreements.read("/v1/agreements", HR)["items"]) == 1


def test_none_of_its_messages_leaves_a_dead_letter(trust: Trust) -> None:
    imported(trust, REQUEST | LARGE)
    for world in (trust.requests, trust.agreements):
        assert world.runtime.stores.poison.letters() == []


def test_an_agreement_imported_for_it_holds_it_and_no_cost_counts_twice(trust: Trust) -> None:
    """The agreement's own costs come by events, so the row of the request names none."""
    unpaid = {name: value for name, value in OPEN.items() if not name.startswith("paid_")}
    one = imported(trust, unpaid | {"fee_pence": "240000", "funding": "full", "funded_percent": "100"})
    body = {
        "staff_id": story.TEACHER,
        "school_urn": SCHOOL,
        "title": "NPQ",
        "activity_type": "award_bearing",
        "planned_start": "2024-01-08",
        "planned_end": "2024-06-28",
        "cost_lines": [{"category": "fee", "amount_pence": 240000}],
        "request_id": one,
    }
    agreement = trust.agreements.done("/v1/agreements", body, HR)["id"]
    cost = {"category": "fee", "amount_pence": 240000, "on": "2024-02-01", "reference": "INV 17"}
    trust.agreements.done(f"/v1/agreements/{agreement}/costs", cost, FINANCE)
    trust.catch_up()
    budget = trust.requests.read(f"/v1/budgets/{SCHOOL}/2023-24", FINANCE)
    assert (budget["committed_pence"], budget["actual_pence"]) == (EXAM, 240000), "what is not paid yet is the exam"


def test_the_figures_of_its_year_count_it(trust: Trust) -> None:
    imported(trust, REQUEST | LARGE)
    budget = trust.requests.read(f"/v1/budgets/{SCHOOL}/2023-24", FINANCE)
    assert (budget["allocated_pence"], budget["actual_pence"], budget["available_pence"]) == (0, 240000, -240000)
    found = trust.requests.read("/v1/requests?status=completed", who("headteacher"))["items"]
    assert [each["title"] for each in found] == [request(1)["title"]]
