"""What fell due or is late is announced once, by the calendar; who left is not reminded."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.reviews import reminders
from services.reviews.reminders import Reminders
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import HR
from tests.integration.requests.story import joins
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld


def tick(world: ReviewsWorld, times: int = 2) -> None:
    """The timer comes round, as after so many restarts of the worker."""
    for _ in range(times):
        runtime = world.runtime
        world.catch_up()
        Reminders(runtime.commands, runtime.activities, runtime.people, runtime.clock).step()
    world.catch_up()


def on(world: ReviewsWorld, day: str) -> None:
    year, month, number = map(int, day.split("-"))
    world.clock.now = datetime(year, month, number, 9, tzinfo=UTC)
    tick(world)


def announced(world: ReviewsWorld) -> list[tuple[str, str, str]]:
    events = world.read("/v1/feed/cpd.reviews.v1?limit=200", HR)["items"]
    kinds = ("EvaluationDue", "EvaluationOverdue", "EvaluationLapsed", "EvaluationResumed")
    found = [(each["type"].split(".")[2], each["data"]) for each in events]
    return [(kind, _stage(data), data["effective_on"]) for kind, data in found if kind in kinds]


def _stage(data: Any) -> str:
    return data.get("stage") or " ".join(data["stages"])


def hr(world: ReviewsWorld, kind: str, **data: Any) -> None:
    world.post("/v1/inbox/hr.staff.v1", [hr_event(kind, **data)], HR)
    world.catch_up()


def test_each_stage_is_announced_once_when_it_falls_due_and_once_when_it_is_late(world: ReviewsWorld) -> None:
    story.logged(world)
    for day in ("2025-06-02", "2025-06-13", "2025-06-14", "2025-07-10", "2025-07-11", "2025-07-26", "2026-06-01"):
        on(world, day)
    assert announced(world) == [
        ("EvaluationDue", "reaction_learning", "2025-05-30"),
        ("EvaluationOverdue", "reaction_learning", "2025-06-14"),
        ("EvaluationDue", "use", "2025-07-11"),
        ("EvaluationOverdue", "use", "2025-07-26"),
        ("EvaluationDue", "outcomes", "2025-11-28"),
        ("EvaluationOverdue", "outcomes", "2025-12-13"),
    ]


def test_a_stage_falls_due_and_late_at_midnight_in_london_where_the_clocks_change_and_on_a_leap_day(
    world: ReviewsWorld,
) -> None:
    for completed, due_from, late_from in (
        ("2025-02-16", datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 4, 13, 23, tzinfo=UTC)),
        ("2027-09-19", datetime(2027, 10, 30, 23, tzinfo=UTC), datetime(2027, 11, 15, tzinfo=UTC)),
        ("2028-01-18", datetime(2028, 2, 29, tzinfo=UTC), datetime(2028, 3, 15, tzinfo=UTC)),
    ):
        world.clock.now = due_from - timedelta(days=1)
        path = f"/v1/evaluations/{story.evaluation(world, on=completed)}"
        for at, before, after in ((due_from, "upcoming", "due"), (late_from, "due", "overdue")):
            for now, status in ((at - timedelta(microseconds=1), before), (at, after)):
                world.clock.now = now
                tick(world)
                assert story.stages(world.read(path))["use"] == status
                told = [kind for kind, stage, _ in announced(world)[-1:] if stage == "use"]
                assert told == {"upcoming": [], "due": ["EvaluationDue"], "overdue": ["EvaluationOverdue"]}[status]


def test_the_reminder_says_who_manages_the_person_and_by_when(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    tick(world)
    (due,) = [e for e in world.read("/v1/feed/cpd.reviews.v1", HR)["items"] if "EvaluationDue" in e["type"]]
    shown = {name: due["data"][name] for name in ("evaluation_id", "staff_id", "line_manager_id", "overdue_after")}
    assert shown == {
        "evaluation_id": evaluation,
        "staff_id": "t1",
        "line_manager_id": "manager",
        "overdue_after": "2025-06-13",
    }


def test_what_was_answered_is_not_announced(world: ReviewsWorld) -> None:
    story.submitted(world)
    tick(world)
    assert announced(world) == []


def test_who_left_is_not_reminded_and_what_was_expected_lapses(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    hr(world, "EmploymentEnded", on="2025-06-30", last_day="2025-06-30")
    on(world, "2025-06-20")
    on(world, "2025-07-01")
    on(world, "2026-07-01")
    assert [each[:2] for each in announced(world)] == [
        ("EvaluationDue", "reaction_learning"),
        ("EvaluationOverdue", "reaction_learning"),
        ("EvaluationLapsed", "reaction_learning use outcomes"),
    ]
    assert set(story.stages(world.read(f"/v1/evaluations/{evaluation}")).values()) == {"lapsed"}


def test_those_who_are_about_to_leave_do_not_stand_before_those_who_left(
    world: ReviewsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluations = {}
    for staff_id, last_day in (("t2", "2025-12-31"), ("t1", "2025-06-30"), ("t3", "2025-12-31")):
        joins(world, staff_id)
        evaluations[staff_id] = story.evaluation(world, staff_id=staff_id)
        hr(world, "EmploymentEnded", staff_id=staff_id, on=last_day, last_day=last_day)
    on(world, "2025-06-20")
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    on(world, "2025-07-01")
    found = {staff_id: world.read(f"/v1/evaluations/{id_}")["status"] for staff_id, id_ in evaluations.items()}
    assert found == {"t2": "overdue", "t1": "lapsed", "t3": "overdue"}


def test_who_comes_back_is_asked_again(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    hr(world, "EmploymentEnded", on="2025-06-01", last_day="2025-06-01")
    tick(world)
    assert world.read(f"/v1/evaluations/{evaluation}")["status"] == "lapsed"
    hr(world, "Reinstated", on="2025-06-02")
    tick(world)
    assert world.read(f"/v1/evaluations/{evaluation}")["status"] == "due"
    assert [each[0] for each in announced(world)] == ["EvaluationLapsed", "EvaluationResumed", "EvaluationDue"]


def test_a_moved_day_is_announced_anew_only_if_it_is_still_to_come(world: ReviewsWorld) -> None:
    activity = story.logged(world)
    tick(world)
    body = story.activity(on="2025-05-29", reason="it was a day earlier")
    moved = {name: body[name] for name in ("title", "activity_type", "on", "hours", "reason")}
    answer = world.put(f"/v1/activities/{activity['id']}", moved, story.THEM)
    assert answer.status_code == 200, answer.text
    tick(world)
    assert [each[0] for each in announced(world)] == ["EvaluationDue"]


def test_the_list_of_what_is_due_goes_by_the_day_asked_for(world: ReviewsWorld) -> None:
    story.logged(world)
    for days, stages in ((0, ["reaction_learning"]), (42, ["reaction_learning", "use"]), (-5, [])):
        day = (datetime(2025, 5, 30, tzinfo=UTC) + timedelta(days=days)).date().isoformat()
        items = world.read(f"/v1/evaluations/due?on={day}", story.THEM)["items"]
        assert [each["stage"] for item in items for each in item["stages"]] == stages


def test_pages_of_what_is_due_follow_one_another_the_longest_due_first(world: ReviewsWorld) -> None:
    for day in ("2025-05-30", "2025-05-01", "2025-05-30", "2025-05-15"):
        story.logged(world, on=day)
    seen, cursor = [], ""
    while cursor is not None:
        page = world.read(f"/v1/evaluations/due?limit=1{cursor and f'&cursor={cursor}'}")
        seen += [each["completed_on"] for each in page["items"]]
        cursor = page["next"]
    assert seen == ["2025-05-01", "2025-05-15", "2025-05-30", "2025-05-30"]
