"""From a priority to a drafted agreement and back, through the bus and through nothing else."""

from shared.messaging.bus import Record
from tests.integration.agreements.world import FINANCE, HEAD, HR, SCHOOL, person
from tests.integration.requests import story
from tests.integration.requests.world import Trust

COST = {"category": "fee", "amount_pence": 230000, "on": "2025-06-01", "reference": "INV 1"}


def test_an_approved_request_becomes_an_agreement_whose_costs_and_completion_come_back(trust: Trust) -> None:
    requests, agreements = trust.requests, trust.agreements
    request = story.approved(requests)
    assert story.figures(requests) == (500000, 240000, 0, 260000)
    trust.catch_up()
    (agreement,) = agreements.read("/v1/agreements", HR)["items"]
    assert (agreement["request_id"], agreement["staff_id"], agreement["status"]) == (request, story.TEACHER, "drafted")
    assert (agreement["title"], agreement["base_pence"]) == ("National Professional Qualification", 240000)
    assert (agreement["planned_start"], agreement["planned_end"]) == ("2025-09-01", "2026-01-31")
    trust.catch_up()
    (held,) = requests.read(f"/v1/requests/{request}")["agreements"]
    assert held["agreement_id"] == agreement["id"]
    one = f"/v1/agreements/{agreement['id']}"
    agreements.done(f"{one}/costs", COST, FINANCE)
    trust.catch_up()
    assert story.figures(requests) == (500000, 10000, 230000, 260000)
    agreements.done(f"{one}/refunds", COST | {"amount_pence": 30000}, FINANCE)
    trust.catch_up()
    assert story.figures(requests) == (500000, 10000, 200000, 290000)
    trust.clock.advance(days=250)
    agreements.done(f"{one}/start", {"started_on": "2025-09-01"}, HEAD)
    agreements.done(f"{one}/completion", {"completed_on": "2026-01-31"}, HEAD)
    trust.catch_up()
    found = requests.read(f"/v1/requests/{request}")
    assert (found["status"], found["completed_on"]) == ("completed", "2026-01-31")
    assert (len(found["costs"]), len(found["refunds"])) == (1, 1)


def test_what_an_agreement_holds_is_not_recorded_on_the_request(trust: Trust) -> None:
    request = story.approved(trust.requests)
    trust.catch_up()
    trust.catch_up()
    one = f"/v1/requests/{request}"
    assert trust.requests.post(f"{one}/costs", COST, FINANCE).status_code == 409
    assert trust.requests.post(f"{one}/refunds", COST, FINANCE).status_code == 409
    assert trust.requests.post(f"{one}/completion", {"completed_on": "2025-06-01"}, HEAD).status_code in (409, 422)


def test_each_participant_whose_share_reaches_the_threshold_has_an_agreement_of_their_own(trust: Trust) -> None:
    people = ["t1", "t2", "t3"]
    for staff_id in people[1:]:
        story.joins(trust.requests, staff_id)
    lines = [{"category": "fee", "amount_pence": 75001}, {"category": "travel", "amount_pence": 90000}]
    story.approved(trust.requests, participants=people, cost_lines=lines)
    trust.catch_up()
    drafted = trust.agreements.read("/v1/agreements", HR)["items"]
    assert sorted(each["staff_id"] for each in drafted) == people
    fees = [line["amount_pence"] for each in drafted for line in each["cost_lines"] if line["category"] == "fee"]
    assert sorted(fees) == [25000, 25000, 25001]
    story.approved(trust.requests, participants=people, cost_lines=[{"category": "fee", "amount_pence": 74999}])
    trust.catch_up()
    drafted = trust.agreements.read("/v1/agreements", HR)["items"]
    assert len(drafted) == 3 + 2, "24,999 pence do not reach the threshold"


def test_mandatory_training_and_small_sums_ask_for_no_agreement(trust: Trust) -> None:
    story.approved(trust.requests, mandatory=True)
    story.approved(trust.requests, cost_lines=[{"category": "fee", "amount_pence": 24999}])
    trust.catch_up()
    assert trust.agreements.read("/v1/agreements", HR)["items"] == []


def test_the_same_message_again_drafts_nothing(trust: Trust) -> None:
    story.approved(trust.requests)
    trust.catch_up()
    feed = trust.requests.read("/v1/feed/cpd.requests.v1", HR)["items"]
    assert "cpd.requests.RequestApproved.v1" in [each["type"] for each in feed]
    stores = trust.requests.runtime.stores
    sent = stores.bus.read("cpd.requests.v1", 0, 100)
    stores.bus.publish([Record("cpd.requests.v1", each.key, each.value) for each in sent])
    trust.catch_up()
    assert len(trust.agreements.read("/v1/agreements", HR)["items"]) == 1


def test_a_cancelled_training_gives_back_what_was_held_for_it(trust: Trust) -> None:
    story.joins(trust.requests, "t2")
    lines = [{"category": "fee", "amount_pence": 100000}]
    story.approved(trust.requests, participants=["t1", "t2"], cost_lines=lines)
    trust.catch_up()
    first = trust.agreements.read("/v1/agreements?staff_id=t1", HR)["items"][0]
    body = {"cancelled_on": "2025-06-02", "by": "provider", "reason": "r"}
    trust.agreements.done(f"/v1/agreements/{first['id']}/training-cancellation", body, HEAD)
    trust.catch_up()
    assert story.figures(trust.requests) == (500000, 50000, 0, 450000)


def test_the_requester_sees_the_decision_and_its_reason(trust: Trust) -> None:
    request = story.approved(trust.requests)
    seen = trust.requests.read(f"/v1/requests/{request}", person(story.TEACHER))
    assert seen["status"] == "approved"
    assert seen["decisions"][0]["reason"] == "It serves the plan"
    assert seen["school_urn"] == SCHOOL
