"""A withdrawn request: what nobody has signed of its agreements is cancelled, what is signed stays and is told."""

from shared.messaging.bus import Record
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import FINANCE, HEAD, HR, OTHER_SCHOOL, SCHOOL, Who, person
from tests.integration.requests import story
from tests.integration.requests.world import Trust

ME, COLLEAGUE = person(story.TEACHER), person("t2")
SIGNATURE = {"signed_on": "2025-06-02", "deduction_consent": True}
BOTH = (b"RequestApproved.v1", b"RequestWithdrawn.v1")
FEES = [{"category": "fee", "amount_pence": 240000}]


def two_drafted(trust: Trust) -> str:
    """A request for two, each with an agreement of £1,200.00 to sign."""
    story.joins(trust.requests, "t2")
    request = story.approved(trust.requests, participants=["t1", "t2"], cost_lines=FEES)
    trust.catch_up()
    return request


def agreement_of(trust: Trust, staff_id: str) -> dict[str, str]:
    (found,) = trust.agreements.read(f"/v1/agreements?staff_id={staff_id}", HR)["items"]
    return found


def withdraw(trust: Trust, request: str, by: Who = ME) -> None:
    body = {"reason": "My mother is ill"}
    trust.requests.done(f"/v1/requests/{request}/withdrawal", body, by)
    trust.catch_up()


def standings(trust: Trust, request: str) -> dict[str, str]:
    held = trust.requests.read(f"/v1/requests/{request}")["agreements"]
    return {each["staff_id"]: each["status"] for each in held}


def test_what_nobody_signed_is_cancelled_and_what_is_signed_stays(trust: Trust) -> None:
    request = two_drafted(trust)
    signed = agreement_of(trust, "t1")["id"]
    trust.agreements.done(f"/v1/agreements/{signed}/signature", SIGNATURE, ME)
    trust.catch_up()
    assert standings(trust, request) == {"t1": "signed", "t2": "drafted"}
    withdraw(trust, request)
    assert (agreement_of(trust, "t1")["status"], agreement_of(trust, "t2")["status"]) == ("signed", "cancelled")
    assert standings(trust, request) == {"t1": "signed", "t2": "cancelled"}
    assert trust.requests.read(f"/v1/requests/{request}")["status"] == "withdrawn"
    assert story.figures(trust.requests) == (500000, 120000, 0, 380000), "what is signed has still to be paid"
    cost = {"category": "fee", "amount_pence": 100000, "on": "2025-06-02", "reference": "INV 1"}
    trust.agreements.done(f"/v1/agreements/{signed}/costs", cost, FINANCE)
    trust.catch_up()
    assert story.figures(trust.requests) == (500000, 20000, 100000, 380000)
    off = {"cancelled_on": "2025-06-02", "by": "provider", "reason": "r"}
    trust.agreements.done(f"/v1/agreements/{signed}/training-cancellation", off, HEAD)
    trust.catch_up()
    assert story.figures(trust.requests) == (500000, 0, 100000, 400000)


def test_why_someone_withdrew_is_not_told_of_their_colleague(trust: Trust) -> None:
    request = two_drafted(trust)
    withdraw(trust, request)
    seen = trust.agreements.read(f"/v1/agreements/{agreement_of(trust, 't2')['id']}", COLLEAGUE)
    assert (seen["status"], seen["reason"]) == ("cancelled", "The request from which it was drafted was withdrawn")


def test_a_refusal_is_told_and_a_variation_opens_it_again(trust: Trust) -> None:
    request = two_drafted(trust)
    one = f"/v1/agreements/{agreement_of(trust, 't2')['id']}"
    trust.agreements.done(f"{one}/refusal", {"reason": "Too dear"}, COLLEAGUE)
    trust.catch_up()
    assert standings(trust, request)["t2"] == "refused"
    trust.agreements.done(f"{one}/variation", {"cost_lines": [{"category": "fee", "amount_pence": 100}]}, HEAD)
    trust.catch_up()
    assert standings(trust, request)["t2"] == "drafted"


def test_approval_and_withdrawal_told_again_in_the_other_order_leave_no_agreement(trust: Trust) -> None:
    request = story.approved(trust.requests)
    trust.requests.done(f"/v1/requests/{request}/withdrawal", story.REASON, ME)
    trust.catch_up()
    bus = trust.requests.runtime.stores.bus
    told = [each for each in bus.read("cpd.requests.v1", 0, 100) if any(name in each.value for name in BOTH)]
    assert len(told) == 2
    bus.publish([Record("cpd.requests.v1", each.key, each.value) for each in reversed(told)])
    trust.catch_up()
    assert agreement_of(trust, story.TEACHER)["status"] == "cancelled"


def test_a_participant_who_has_moved_since_agrees_with_the_school_that_pays(trust: Trust) -> None:
    request = story.approved(trust.requests)
    moved = hr_event("StaffMoved", story.TEACHER, school_urn=OTHER_SCHOOL, on="2025-06-02")
    assert trust.agreements.post("/v1/inbox/hr.staff.v1", [moved], HR).status_code == 202
    trust.catch_up()
    agreement = agreement_of(trust, story.TEACHER)
    assert (agreement["school_urn"], agreement["request_id"], agreement["status"]) == (SCHOOL, request, "drafted")
    assert trust.agreements.read("/v1/repayments", HR)["items"] == []
