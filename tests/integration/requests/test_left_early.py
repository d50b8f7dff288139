"""Who leaves a training before its end, and who leaves the trust, as the agreements service tells it."""

from datetime import date
from typing import Any

import pytest

from shared.staff import Person
from tests.integration.agreements.world import FINANCE, HEAD, HR, SCHOOL
from tests.integration.requests import story
from tests.integration.requests.table import NEED
from tests.integration.requests.world import Trust

FEES = [{"category": "fee", "amount_pence": 240000}]
STARTS = {"starts_on": "2025-05-01", "ends_on": "2025-12-01"}
BUDGET, YEAR = f"/v1/budgets/{SCHOOL}/2024-25", "2024-25"


def agreement_of(trust: Trust, staff_id: str) -> str:
    (found,) = trust.agreements.read(f"/v1/agreements?staff_id={staff_id}", HR)["items"]
    id_: str = found["id"]
    return id_


def told(trust: Trust, staff_id: str, act: str, **body: Any) -> None:
    trust.agreements.done(f"/v1/agreements/{agreement_of(trust, staff_id)}/{act}", body, HEAD)
    trust.catch_up()


def leaves_early(trust: Trust, staff_id: str, on: str = "2025-06-01") -> None:
    told(trust, staff_id, "training-withdrawal", withdrawn_on=on, reason="It was too much")


def begun(trust: Trust, *people: str, **changes: Any) -> str:
    """An approved request of £2,400.00 whose training began."""
    for staff_id in people[1:]:
        story.joins(trust.requests, staff_id)
    id_ = story.assessed(trust.requests, participants=list(people), cost_lines=FEES, **STARTS, **changes)
    story.allocated(trust.requests, budget=BUDGET)
    trust.requests.done(f"/v1/requests/{id_}/approval", story.APPROVAL, HEAD)
    trust.catch_up()
    for staff_id in people:
        told(trust, staff_id, "start", started_on="2025-05-01")
    return id_


def found(trust: Trust, request: str) -> dict[str, Any]:
    document: dict[str, Any] = trust.requests.read(f"/v1/requests/{request}")
    return document


def figures(trust: Trust) -> tuple[int, int, int, int]:
    return story.figures(trust.requests, BUDGET)


def test_what_is_held_for_who_leaves_a_training_early_is_available_again_once(trust: Trust) -> None:
    request = begun(trust, "t1", "t2")
    cost = {"category": "fee", "amount_pence": 50000, "on": "2025-05-02", "reference": "INV 1"}
    trust.agreements.done(f"/v1/agreements/{agreement_of(trust, 't1')}/costs", cost, FINANCE)
    trust.catch_up()
    assert figures(trust) == (500000, 190000, 50000, 260000)
    leaves_early(trust, "t1")
    assert figures(trust) == (500000, 120000, 50000, 330000)
    leaves_early(trust, "t1", on="2025-05-30")
    assert figures(trust) == (500000, 120000, 50000, 330000), "another day of it frees nothing of a colleague's"
    held = {each["staff_id"]: each for each in found(trust, request)["agreements"]}
    assert (held["t1"]["status"], held["t1"]["withdrawn_on"]) == ("left_early", "2025-05-30")
    assert (found(trust, request)["status"], held["t2"]["status"]) == ("approved", "drafted")


def test_a_request_is_completed_by_those_who_stay(trust: Trust) -> None:
    request = begun(trust, "t1", "t2")
    told(trust, "t2", "completion", completed_on="2025-06-01")
    assert found(trust, request)["status"] == "approved"
    leaves_early(trust, "t1")
    assert (found(trust, request)["status"], found(trust, request)["completed"]) == ("completed", {"t2": "2025-06-01"})


@pytest.mark.parametrize("way", ["left early", "called off"])
def test_a_request_that_nobody_can_complete_is_withdrawn_and_its_need_is_open(trust: Trust, way: str) -> None:
    need = trust.requests.done("/v1/needs", NEED, HEAD)["id"]
    request = begun(trust, "t1", need_id=need)
    assert trust.requests.read(f"/v1/needs/{need}", HEAD)["status"] == "requested"
    if way == "left early":
        leaves_early(trust, "t1")
    else:
        told(trust, "t1", "training-cancellation", cancelled_on="2025-06-01", by="provider", reason="r")
    document = found(trust, request)
    assert (document["status"], document["completed"]) == ("withdrawn", {})
    assert document["reason"] == "Nobody who takes part can complete it any more"
    assert figures(trust) == (500000, 0, 0, 500000)
    assert trust.requests.read(f"/v1/needs/{need}", HEAD)["status"] == "open"


def test_who_began_took_part_and_whose_training_was_called_off_did_not(trust: Trust) -> None:
    begun(trust, "t1", "t2")
    leaves_early(trust, "t1")
    told(trust, "t2", "training-cancellation", cancelled_on="2025-06-01", by="provider", reason="r")
    path = f"/v1/statistics/without-participation?school_urn={SCHOOL}&academic_year={YEAR}"
    assert trust.requests.read(path, HEAD)["staff_ids"] == ["t2"]


def test_who_leaves_by_a_call_to_the_agreements_service_is_known_to_leave_to_this_one(trust: Trust) -> None:
    def person() -> Person:
        (row,) = trust.requests.runtime.people.as_known()
        state: Person = row.state
        return state

    body = {"notified_on": "2025-06-01", "last_day": "2025-08-31", "reason": "resignation", "school_urn": SCHOOL}
    trust.catch_up()
    ending = trust.agreements.done("/v1/staff/t1/resignations", body, HR)["id"]
    trust.catch_up()
    assert person().current.last_day == date(2025, 8, 31)
    withdrawal = {"withdrawn_on": "2025-06-02", "reason": "She stays"}
    trust.agreements.done(f"/v1/staff/t1/resignations/{ending}/withdrawal", withdrawal, HR)
    trust.catch_up()
    assert person().current.last_day is None
