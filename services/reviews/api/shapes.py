"""What goes out: the answers' structs, made from the domain's states."""

from datetime import date
from typing import Any

import msgspec

from services.reviews.domain.activity import Activity, Evaluation, Source, StageState
from services.reviews.domain.activity_facts import SAID
from services.reviews.domain.school import School
from services.reviews.domain.words import Benefit, EvaluationStatus, Stage, StageStatus
from shared.errors import NotThere
from shared.words import ActivityType


class ActivityShape(msgspec.Struct, kw_only=True):
    """What someone took part in. `on` is the day of what was logged; `completed_on` that of completion by any route."""

    id: str
    status: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    source: Source
    on: date | None
    hours: float | None
    completed_on: date | None
    starts_on: date | None
    ends_on: date | None
    request_id: str | None
    agreement_ids: list[str]
    cost_pence: int
    mandatory: bool
    evaluation_id: str | None


class StageShape(msgspec.Struct, kw_only=True):
    """One stage: where it stands on a day, and what was said. `reflection` is null for who may not read it."""

    stage: Stage
    status: StageStatus
    due_on: date
    overdue_after: date
    submitted_on: date | None
    reaction: int | None
    learning: int | None
    organisation_support: int | None
    use: int | None
    pupil_outcomes: int | None
    confidence_before: int | None
    confidence_after: int | None
    benefits: dict[Benefit, int]
    reflection: str | None
    exempted_because: str | None


class EvaluationShape(msgspec.Struct, kw_only=True):
    """The evaluation of one activity: `status` is that of its most pressing stage on the day asked for."""

    id: str
    activity_id: str
    status: EvaluationStatus
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    completed_on: date | None
    requested_on: date
    shared: bool
    stages: list[StageShape]


class SubmittedShape(EvaluationShape, kw_only=True):
    """An evaluation, and what was said at the stage in question."""

    stage: Stage
    reaction: int | None
    learning: int | None
    organisation_support: int | None
    use: int | None
    pupil_outcomes: int | None
    confidence_before: int | None
    confidence_after: int | None
    benefits: dict[Benefit, int]
    reflection: str | None


class SettingsShape(msgspec.Struct, kw_only=True):
    """A school's settings."""

    school_urn: str
    name: str
    dissemination_types: list[ActivityType]
    dissemination_from_pence: int
    dissemination_days: int


def settings_shape(school: School, urn: str) -> SettingsShape:
    return SettingsShape(school_urn=urn, **msgspec.structs.asdict(school.settings))


SAME = ("id", "staff_id", "school_urn", "title", "activity_type", "completed_on")


def activity_shape(activity: Activity, status: str) -> ActivityShape:
    same = (*SAME, "source", "hours", "starts_on", "ends_on", "request_id", "agreement_ids", "cost_pence", "mandatory")
    return ActivityShape(
        **{name: getattr(activity, name) for name in same},
        status=status,
        on=activity.logged_on,
        evaluation_id=None if activity.evaluation is None else activity.evaluation_id,
    )


def evaluation_shape(activity: Activity, on: date, *, reads_reflections: bool) -> EvaluationShape:
    """The evaluation on a day. Raises NotThere where there is none."""
    return EvaluationShape(**_evaluation(activity, on, reads_reflections))


def submitted_shape(activity: Activity, on: date, stage: Stage) -> SubmittedShape:
    """The evaluation, and what was said at a stage: for who said it."""
    whole = _evaluation(activity, on, True)
    its = next(each for each in whole["stages"] if each.stage == stage)
    return SubmittedShape(**whole, stage=stage, **{name: getattr(its, name) for name in SAID})


def _evaluation(activity: Activity, on: date, reads_reflections: bool) -> dict[str, Any]:
    evaluation = activity.evaluation
    if evaluation is None:
        raise NotThere(f"there is no evaluation of {activity.id}")
    return {name: getattr(activity, name) for name in SAME} | {
        "id": activity.evaluation_id,
        "activity_id": activity.id,
        "status": evaluation.status(on),
        "requested_on": evaluation.requested_on,
        "shared": evaluation.shared,
        "stages": [_stage(evaluation, each, on, reads_reflections) for each in evaluation.stages],
    }


def _stage(evaluation: Evaluation, stage: StageState, on: date, reads_reflections: bool) -> StageShape:
    submission = stage.submission
    said: dict[str, Any] = dict.fromkeys(SAID) | {"benefits": {}}
    if submission is not None:
        said = {name: getattr(submission, name) for name in SAID}
    said["reflection"] = (said["reflection"] or None) if reads_reflections else None
    return StageShape(
        **said,
        stage=stage.stage,
        status="withdrawn" if evaluation.withdrawn else stage.status(on),
        due_on=stage.due_on,
        overdue_after=stage.overdue_after,
        submitted_on=None if submission is None else submission.submitted_on,
        exempted_because=stage.exempted_because,
    )
