"""The contract's calls on resignations."""

import pytest

from tests.integration.agreements import story
from tests.integration.agreements.shapes import assert_within
from tests.integration.agreements.world import HR, World

RESIGNATIONS = "/v1/staff/t1/resignations"


def test_a_resignation_makes_every_agreement_repayable(world: World) -> None:
    first, second = story.completed(world), story.signed(world)
    answer = world.post(RESIGNATIONS, story.resignation(employment_id="e-t1"), HR)
    assert answer.status_code == 201
    assert_within(story.resignation(employment_id="e-t1"), answer.json)
    owed = [(r["agreement_id"], r["amount_pence"], r["status"], r["rule"]) for r in answer.json["repayments"]]
    assert owed == [(first, 180000, "assessed", "reduced"), (second, 240000, "held", "during_training")]
    assert world.read(f"{RESIGNATIONS}/{answer.json['id']}") == answer.json
    assert world.read(RESIGNATIONS)["items"] == [answer.json]


def test_the_same_resignation_again_is_the_same_and_another_is_refused(world: World) -> None:
    first = story.resigned(world)
    again = world.post(RESIGNATIONS, story.resignation(), HR)
    assert (again.status_code, again.json) == (200, first)
    other = world.post(RESIGNATIONS, story.resignation(last_day="2025-09-01"), HR)
    assert (other.status_code, other.json["type"]) == (409, "/problems/resignation-already-open")


def test_a_resignation_is_corrected_and_what_is_owed_follows(world: World) -> None:
    story.completed(world)
    resignation = story.resigned(world)
    correction = story.resignation(notified_on="2025-04-30", correction_reason="the letter came earlier")
    answer = world.put(f"{RESIGNATIONS}/{resignation['id']}", correction, HR)
    assert answer.status_code == 200
    assert_within(correction, answer.json)
    assert [r["amount_pence"] for r in answer.json["repayments"]] == [200000]
    assert world.read(f"{RESIGNATIONS}/{resignation['id']}") == answer.json


def test_a_withdrawn_resignation_owes_nothing_and_gives_back_what_was_taken(world: World) -> None:
    repayment = story.taken(world)
    resignation = world.read(f"/v1/repayments/{repayment}")["resignation_id"]
    body = {"withdrawn_on": "2025-06-01", "reason": "stays after all"}
    answered = world.done(f"{RESIGNATIONS}/{resignation}/withdrawal", body, HR)
    assert (answered["status"], answered["withdrawn_on"]) == ("withdrawn", "2025-06-01")
    assert answered["withdrawal_reason"] == "stays after all"
    found = world.read(f"/v1/repayments/{repayment}")
    assert (found["status"], found["amount_pence"], found["refund_due_pence"]) == ("refund_due", 0, 180000)


@pytest.mark.parametrize("reason", ["retirement", "death", "other"])
def test_a_reason_that_is_not_liable_owes_nothing(world: World, reason: str) -> None:
    story.completed(world)
    answered = story.resigned(world, reason=reason)
    assert [(r["amount_pence"], r["status"], r["rule"]) for r in answered["repayments"]] == [
        (0, "cancelled", "reason_not_liable")
    ]


def test_a_correction_is_of_the_same_employment(world: World) -> None:
    story.joins(world, employment_id="e2")
    path = f"{RESIGNATIONS}/{story.resigned(world, employment_id='e-t1')['id']}"
    correction = story.resignation(last_day="2025-08-30", correction_reason="r")
    other = world.put(path, correction | {"employment_id": "e2"}, HR)
    assert (other.status_code, list(other.json["errors"])) == (422, ["employment_id"])
    assert world.put(path, correction | {"employment_id": "e-t1"}, HR).status_code == 200
