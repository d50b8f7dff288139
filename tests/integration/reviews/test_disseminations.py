"""What activities gave is passed on: planned, delivered, cancelled; what is owed and missing is a list."""

from typing import Any

import pytest

from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import ADMIN, HEAD, HR, SCHOOL, who
from tests.integration.requests.story import joins
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld

PLAN = {"planned_on": "2025-06-20", "audience": "Year 5 team", "title": "Asking questions"}
TOLD = {"delivered_on": "2025-06-01", "reached": 8, "resources": "Slides on the shared drive"}


def planned(world: ReviewsWorld, **changes: Any) -> Any:
    activity = story.logged(world, **changes)["id"]
    return world.done("/v1/disseminations", PLAN | {"activity_id": activity}, story.THEM)


def owed(world: ReviewsWorld, query: str = "", caller: Any = HEAD) -> list[Any]:
    items: list[Any] = world.read(f"/v1/owed-disseminations{query}", caller)["items"]
    return items


def test_a_plan_comes_back_as_given_then_what_became_of_it(world: ReviewsWorld) -> None:
    plan = planned(world)
    assert {name: plan[name] for name in PLAN} == PLAN
    assert (plan["status"], plan["staff_id"]) == ("planned", "t1")
    path = f"/v1/disseminations/{plan['id']}"
    answer = world.put(path, PLAN | {"audience": "All teachers"}, story.THEM)
    assert answer.json["audience"] == "All teachers"
    told = world.done(f"{path}/delivery", TOLD, story.THEM)
    assert {name: told[name] for name in TOLD} == TOLD
    assert told["status"] == "delivered"
    (listed,) = world.read("/v1/disseminations?status=delivered")["items"]
    assert listed == world.read(path) == told


def test_what_was_delivered_is_corrected_with_a_reason_and_not_cancelled(world: ReviewsWorld) -> None:
    path = f"/v1/disseminations/{planned(world)['id']}"
    world.done(f"{path}/delivery", TOLD, HEAD)
    refused = world.post(f"{path}/delivery", TOLD | {"reached": 9}, HEAD)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["reason"])
    assert world.done(f"{path}/delivery", TOLD | {"reached": 9, "reason": "one came late"}, HEAD)["reached"] == 9
    assert world.post(f"{path}/cancellation", {"reason": "r"}, HEAD).status_code == 409
    assert world.put(path, PLAN, HEAD).status_code == 409


def test_what_is_cancelled_says_why_and_is_not_delivered(world: ReviewsWorld) -> None:
    path = f"/v1/disseminations/{planned(world)['id']}"
    assert world.post(f"{path}/cancellation", {}, HEAD).status_code == 422
    answer = world.done(f"{path}/cancellation", {"reason": "the meeting was needed otherwise"}, HEAD)
    assert (answer["status"], answer["reason"]) == ("cancelled", "the meeting was needed otherwise")
    assert world.post(f"{path}/delivery", TOLD, HEAD).status_code == 409


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (TOLD | {"delivered_on": "2025-06-03"}, "delivered_on"),
        (TOLD | {"reached": -1}, "reached"),
        (TOLD | {"learners": ["t1"]}, "learners"),
        (TOLD | {"learners": ["nobody"]}, "learners"),
        (TOLD | {"learners": ["t2", "t2"]}, "learners"),
        (TOLD | {"reached": 0, "learners": ["t2"]}, "reached"),
    ],
)
def test_a_bad_delivery_is_refused_by_field_and_states_nothing(
    world: ReviewsWorld, told: dict[str, Any], field: str
) -> None:
    joins(world, "t2")
    path = f"/v1/disseminations/{planned(world)['id']}/delivery"
    before = world.position()
    refused = world.post(path, told, HEAD)
    assert (refused.status_code, [name.partition(".")[0] for name in refused.json["errors"]]) == (422, [field])
    assert world.position() == before


def test_a_plan_is_of_an_activity_that_is_known_and_ones_own(world: ReviewsWorld) -> None:
    activity = story.logged(world)["id"]
    for unknown in ("nothing", activity.replace("-a1", "-a9")):
        refused = world.post("/v1/disseminations", PLAN | {"activity_id": unknown}, story.THEM)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["activity_id"])
    for other in (who("staff", staff_id="t2"), HEAD.at("100002")):
        assert world.post("/v1/disseminations", PLAN | {"activity_id": activity}, other).status_code == 404


def test_what_the_schools_settings_name_is_owed_until_it_is_planned(world: ReviewsWorld) -> None:
    activity = story.logged(world, activity_type="course")["id"]
    story.logged(world, activity_type="in_school")
    (one,) = owed(world)
    assert (one["activity_id"], one["due_on"], one["overdue"]) == (activity, "2025-07-11", False)
    assert owed(world, "?on=2025-07-12")[0]["overdue"] is True
    assert [len(owed(world, f"?on={day}")) for day in ("2025-05-29", "2025-05-30")] == [0, 1]
    plan = world.done("/v1/disseminations", PLAN | {"activity_id": activity}, HEAD)
    assert owed(world) == owed(world, "?on=2025-06-20") == []
    assert len(owed(world, "?on=2025-06-21")) == 1
    world.done(f"/v1/disseminations/{plan['id']}/cancellation", {"reason": "r"}, HEAD)
    assert len(owed(world)) == 1
    again = world.done("/v1/disseminations", PLAN | {"activity_id": activity}, HEAD)
    world.done(f"/v1/disseminations/{again['id']}/delivery", TOLD, HEAD)
    assert owed(world, "?on=2025-06-21") == []


def test_a_school_says_what_is_owed_and_when(world: ReviewsWorld) -> None:
    settings = {"name": "Ashgrove", "dissemination_types": ["in_school"], "dissemination_days": 7}
    answer = world.put(f"/v1/schools/{SCHOOL}/settings", settings, ADMIN)
    assert answer.status_code == 200, answer.text
    assert answer.json["dissemination_from_pence"] == 50000
    story.logged(world, activity_type="course")
    story.logged(world, activity_type="in_school")
    assert [(each["activity_type"], each["due_on"]) for each in owed(world)] == [("in_school", "2025-06-06")]


def test_who_left_owes_nothing(world: ReviewsWorld) -> None:
    story.logged(world)
    world.post("/v1/inbox/hr.staff.v1", [hr_event("EmploymentEnded", on="2025-05-31", last_day="2025-05-31")], HR)
    assert owed(world) == []


def test_what_is_owed_is_seen_by_who_owes_it_their_manager_and_their_school(world: ReviewsWorld) -> None:
    story.logged(world)
    assert len(owed(world, caller=story.THEM)) == len(owed(world, caller=who("line_manager", staff_id="manager"))) == 1
    assert owed(world, caller=who("staff", staff_id="t2")) == owed(world, caller=HEAD.at("100002")) == []
