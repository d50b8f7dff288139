"""What goes out: the answers' structs, made from the domain's states."""

from datetime import date
from typing import Any

import msgspec

from services.reviews.domain.activity import Activity, Evaluation, Source, StageState
from services.reviews.domain.activity_facts import SAID
from services.reviews.domain.dissemination import Dissemination, DisseminationStatus
from services.reviews.domain.entry import Entry
from services.reviews.domain.school import School
from services.reviews.domain.words import Benefit, EvaluationStatus, Stage, StageStatus
from services.reviews.reports.portfolio import Hours, Item, Portfolio, Post
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


class ExpectedStage(msgspec.Struct, kw_only=True):
    """A stage that is due, or late."""

    stage: Stage
    status: StageStatus
    due_on: date
    overdue_after: date


class ExpectedShape(msgspec.Struct, kw_only=True):
    """What is expected of someone on a day, about one activity."""

    evaluation_id: str
    activity_id: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    completed_on: date
    stages: list[ExpectedStage]


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


class EntryShape(msgspec.Struct, kw_only=True):
    """An entry of a portfolio. `colleague_id` and `dissemination_id` say from whom something was learned, and how."""

    id: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    on: date
    hours: float | None
    reflection: str | None
    evidence: str | None
    shared: bool
    withdrawn: bool
    colleague_id: str | None
    dissemination_id: str | None


class PortfolioShape(msgspec.Struct, kw_only=True):
    """A portfolio, whole: `next` is always null."""

    staff_id: str
    name: str | None
    on: date
    complete: bool
    left_on: date | None
    posts: list[Post]
    hours: list[Hours]
    total_hours: float
    items: list[Item]
    next: None


class DisseminationShape(msgspec.Struct, kw_only=True):
    """How what an activity gave is passed on. `reason` is why it was cancelled."""

    id: str
    status: DisseminationStatus
    activity_id: str
    staff_id: str
    school_urn: str
    title: str
    audience: str
    planned_on: date
    delivered_on: date | None
    reached: int | None
    resources: str | None
    learners: list[str]
    reason: str | None


class OwedShape(msgspec.Struct, kw_only=True):
    """What someone has to pass on, by when, and whether it is late on the day asked for."""

    activity_id: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    cost_pence: int
    completed_on: date
    due_on: date
    overdue: bool


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


def expected_shape(activity: Activity, on: date) -> ExpectedShape:
    """The stages that are due on a day."""
    evaluation = activity.evaluation
    due = [each for each in evaluation.open_stages if each.due_on <= on] if evaluation is not None else []
    same = {name: getattr(activity, name) for name in SAME if name != "id"}
    names = ("stage", "due_on", "overdue_after")
    stages = [ExpectedStage(**{name: getattr(each, name) for name in names}, status=each.status(on)) for each in due]
    return ExpectedShape(evaluation_id=activity.evaluation_id, activity_id=activity.id, stages=stages, **same)


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


def entry_shape(entry: Entry) -> EntryShape:
    """The answer about an entry whose texts are readable."""
    fields = {name: getattr(entry, name) for name in EntryShape.__struct_fields__}
    return EntryShape(**fields | {"reflection": entry.reflection or None, "evidence": entry.evidence or None})


def portfolio_shape(portfolio: Portfolio) -> PortfolioShape:
    fields = {name: getattr(portfolio, name) for name in Portfolio.__struct_fields__}
    return PortfolioShape(**fields | {"name": portfolio.name or None}, next=None)


def dissemination_shape(dissemination: Dissemination) -> DisseminationShape:
    names = [name for name in DisseminationShape.__struct_fields__ if name not in ("reason", "resources")]
    return DisseminationShape(
        **{name: getattr(dissemination, name) for name in names},
        resources=dissemination.resources or None,
        reason=dissemination.cancelled_because,
    )


def owed_shape(activity: Activity, due_on: date | None, on: date) -> OwedShape:
    """What is to be passed on by a day."""
    if due_on is None:
        raise NotThere(f"nothing of {activity.id} is to be passed on")
    names = ("staff_id", "school_urn", "title", "activity_type", "cost_pence", "completed_on")
    fields = {name: getattr(activity, name) for name in names}
    return OwedShape(activity_id=activity.id, due_on=due_on, overdue=on > due_on, **fields)
