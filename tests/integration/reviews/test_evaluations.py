"""Evaluations over HTTP: answered, corrected, exempted from, shared."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import HEAD, HR, Who, who
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld

MANAGER = who("line_manager", staff_id="manager")
QUALITY = who("quality_assurance")


def test_what_is_said_comes_back_at_once_and_in_lists(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    said = story.answer()
    answer = world.done(f"/v1/evaluations/{evaluation}/submission", said, story.THEM)
    assert {name: answer[name] for name in said} == said
    (listed,) = world.read("/v1/evaluations", story.THEM)["items"]
    first = listed["stages"][0]
    assert {name: first[name] for name in said} == said
    assert (first["status"], first["submitted_on"], listed["status"]) == ("submitted", "2025-06-02", "upcoming")


def test_the_same_again_is_the_same_fact_and_another_answer_needs_a_reason(world: ReviewsWorld) -> None:
    evaluation = story.submitted(world)
    path = f"/v1/evaluations/{evaluation}/submission"
    before = world.position()
    world.done(path, story.answer(), story.THEM)
    assert world.position() == before
    refused = world.post(path, story.answer(reaction=1), story.THEM)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["reason"])
    corrected = world.done(path, story.answer(reaction=1, reason="I had mistaken the scale"), story.THEM)
    assert corrected["reaction"] == 1
    (event,) = world.read("/v1/events?type=EvaluationCorrected", HR)["items"]
    assert event["reason"] == "I had mistaken the scale"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"stage": "later"}, "stage"),
        ({"stage": "use", "use": 4}, "use"),
        ({"stage": "use", "use": True}, "use"),
        ({"stage": "use", "use": 1, "confidence_after": 0}, "confidence_after"),
        ({"stage": "use", "use": 1, "benefits": {"fun": 3}}, "benefits"),
        ({"stage": "use", "use": 1, "benefits": {"staff_confidence": 4}}, "benefits"),
        ({"stage": "use", "confidence_after": 9}, "stage"),
        ({"stage": "use", "use": 1, "mood": 3}, "mood"),
    ],
)
def test_a_bad_answer_is_refused_by_field_and_states_nothing(
    world: ReviewsWorld, said: dict[str, Any], field: str
) -> None:
    evaluation = story.evaluation(world)
    before = world.position()
    refused = world.post(f"/v1/evaluations/{evaluation}/submission", said, story.THEM)
    assert (refused.status_code, [name.partition(".")[0] for name in refused.json["errors"]]) == (422, [field])
    assert world.position() == before


def test_a_stage_can_be_answered_before_it_is_due_and_is_then_not_asked_for(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    world.done(f"/v1/evaluations/{evaluation}/submission", {"stage": "outcomes", "pupil_outcomes": 2}, story.THEM)
    found = world.read(f"/v1/evaluations/{evaluation}?on=2026-06-01", story.THEM)
    assert story.stages(found) == {"reaction_learning": "overdue", "use": "overdue", "outcomes": "submitted"}


def test_an_exemption_has_a_reason_and_leaves_what_was_answered(world: ReviewsWorld) -> None:
    evaluation = story.submitted(world)
    path = f"/v1/evaluations/{evaluation}/exemption"
    assert world.post(path, {}, HEAD).status_code == 422
    answer = world.done(path, {"reason": "on long leave"}, QUALITY)
    assert story.stages(answer) == {"reaction_learning": "submitted", "use": "exempt", "outcomes": "exempt"}
    assert answer["stages"][1]["exempted_because"] == "on long leave"
    before = world.position()
    world.done(path, {"reason": "again"}, QUALITY)
    assert world.position() == before
    assert world.post(path, {"stage": "reaction_learning", "reason": "r"}, HEAD).status_code == 409


def test_nobody_exempts_themselves(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    themselves = who("headteacher", staff_id=story.TEACHER)
    answer = world.post(f"/v1/evaluations/{evaluation}/exemption", {"reason": "r"}, themselves)
    assert answer.status_code == 409


def test_a_manager_reads_reflections_once_they_are_shared_and_no_longer_than_that(world: ReviewsWorld) -> None:
    evaluation = story.submitted(world)
    path = f"/v1/evaluations/{evaluation}"

    def read(caller: Who = MANAGER) -> Any:
        return world.read(path, caller)["stages"][0]["reflection"]

    assert read() is None
    world.done(f"{path}/sharing", {"shared": True}, story.THEM)
    assert read() == story.answer()["reflection"]
    assert [read(other) for other in (HEAD, HR, who("auditor"), who("trust_executive"))] == [None] * 4
    world.done(f"{path}/sharing", {"shared": False}, story.THEM)
    assert read() is None


def test_who_managed_someone_who_has_left_reads_nothing_of_theirs(world: ReviewsWorld) -> None:
    evaluation = story.submitted(world)
    world.done(f"/v1/evaluations/{evaluation}/sharing", {"shared": True}, story.THEM)
    ended = hr_event("EmploymentEnded", on="2025-06-10", last_day="2025-06-10")
    world.post("/v1/inbox/hr.staff.v1", [ended], HR)
    paths = (f"/v1/evaluations/{evaluation}", f"/v1/activities/{evaluation.removesuffix('-e1')}")
    lists = ("/v1/evaluations", "/v1/activities")
    for day, answered, found in ((10, 200, 1), (11, 404, 0)):
        world.clock.now = datetime(2025, 6, day, 9, tzinfo=UTC)
        assert [world.get(path, MANAGER).status_code for path in paths] == [answered] * 2
        assert [len(world.read(path, MANAGER)["items"]) for path in lists] == [found] * 2


def test_the_history_tells_reflections_to_nobody_but_their_writer(world: ReviewsWorld) -> None:
    story.submitted(world)
    world.done("/v1/staff/t1/portfolio", ENTRY, story.THEM)
    for caller in (HEAD, HR, who("auditor"), who("trust_executive")):
        told = world.get("/v1/events?staff_id=t1", caller)
        assert told.status_code == 200
        assert "I ask more questions" not in told.text
        assert "cert.pdf" not in told.text
        assert "First aid" not in told.text
    own = world.get("/v1/events?staff_id=t1", story.THEM).text
    assert "I ask more questions" in own
    assert "cert.pdf" in own


ENTRY = {"title": "First aid", "activity_type": "course", "on": "2025-05-01", "evidence": "cert.pdf"}


def test_lists_are_by_status_on_a_day(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    for day, status in (("2025-05-29", "upcoming"), ("2025-06-13", "due"), ("2025-06-14", "overdue")):
        found = {
            asked: [each["id"] for each in world.read(f"/v1/evaluations?on={day}&status={asked}")["items"]]
            for asked in ("upcoming", "due", "overdue", "submitted", "exempt", "lapsed", "withdrawn")
        }
        assert {asked for asked, ids in found.items() if ids == [evaluation]} == {status}
    world.done(f"/v1/evaluations/{evaluation}/exemption", {"reason": "r"}, HEAD)
    assert world.read("/v1/evaluations?status=exempt")["items"]
    assert world.read("/v1/evaluations?status=due")["items"] == []


def test_pages_follow_one_another(world: ReviewsWorld) -> None:
    every = [story.evaluation(world) for _ in range(5)]
    for path in ("/v1/evaluations?", "/v1/evaluations?status=due&", "/v1/evaluations/due?"):
        for caller in (story.THEM, HEAD, MANAGER):
            seen, cursor = [], ""
            while cursor is not None:
                page = world.read(f"{path}limit=2{cursor and f'&cursor={cursor}'}", caller)
                seen += [each.get("id") or each["evaluation_id"] for each in page["items"]]
                cursor = page["next"]
            assert sorted(seen) == sorted(every)


def test_a_manager_sees_what_is_due_of_their_reports_and_a_school_sees_all(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)

    def due(caller: Any, query: str = "") -> list[str]:
        return [each["evaluation_id"] for each in world.read(f"/v1/evaluations/due{query}", caller)["items"]]

    assert due(MANAGER) == due(HEAD) == due(story.THEM) == due(HEAD, "?line_manager_id=manager") == [evaluation]
    assert due(who("line_manager", staff_id="another")) == due(HEAD, "?line_manager_id=another") == []
    assert due(HEAD.at("100002")) == due(HEAD.at("100002"), "?line_manager_id=manager") == []


def test_what_was_logged_by_mistake_is_taken_back_with_its_evaluation(world: ReviewsWorld) -> None:
    activity = story.logged(world)
    world.done(f"/v1/activities/{activity['id']}/withdrawal", {}, story.THEM)
    assert world.read(f"/v1/evaluations/{activity['evaluation_id']}")["status"] == "withdrawn"
    path = f"/v1/evaluations/{activity['evaluation_id']}/submission"
    assert world.post(path, story.answer(), story.THEM).status_code == 409


def test_what_lies_ahead_or_is_of_nobody_is_not_logged(world: ReviewsWorld) -> None:
    for changes, field in (({"on": "2025-06-03"}, "on"), ({"school_urn": "999999"}, "school_urn")):
        refused = world.post("/v1/activities", story.activity(**changes), story.THEM)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    refused = world.post("/v1/activities", story.activity("t9"), who("staff", staff_id="t9"))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["staff_id"])
