"""The usual story, told over HTTP: a teacher logs a day with a reading group, and says what it gave.

Every field has a usual value. The world's today is 2 June 2025; the group met on 30 May.
"""

from typing import Any

from tests.integration.agreements.world import SCHOOL, Who, World, person

TEACHER = "t1"
THEM = person(TEACHER)
MET = "2025-05-30"


def activity(staff_id: str = TEACHER, **changes: Any) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "school_urn": SCHOOL,
        "title": "Reading group",
        "activity_type": "research",
        "on": MET,
        "hours": 2.5,
    } | changes


def logged(world: World, by: Who | None = None, staff_id: str = TEACHER, **changes: Any) -> Any:
    """The activity as answered."""
    return world.done("/v1/activities", activity(staff_id, **changes), by or person(staff_id))


def evaluation(world: World, **changes: Any) -> str:
    """The id of the evaluation of something logged."""
    id_: str = logged(world, **changes)["evaluation_id"]
    return id_


def answer(stage: str = "reaction_learning", **changes: Any) -> dict[str, Any]:
    return {
        "stage": stage,
        "reaction": 3,
        "learning": 2,
        "organisation_support": None,
        "use": None,
        "pupil_outcomes": None,
        "confidence_before": 4,
        "confidence_after": 7,
        "benefits": {"teaching_and_learning": 2, "reflective_practice": 3},
        "reflection": "I ask more questions now.",
    } | changes


def submitted(world: World, **changes: Any) -> str:
    """The id of an evaluation whose first stage was answered."""
    id_ = evaluation(world)
    world.done(f"/v1/evaluations/{id_}/submission", answer(**changes), THEM)
    return id_


def stages(evaluation: Any) -> dict[str, str]:
    """The status of each stage."""
    return {each["stage"]: each["status"] for each in evaluation["stages"]}
