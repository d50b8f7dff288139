"""Commands on an evaluation: answered, corrected, exempted from, shared; and what the calendar brings about."""

from datetime import date
from typing import Any

from services.reviews.domain.activity import Activity, Evaluation
from services.reviews.domain.activity_facts import (
    SAID,
    EvaluationCorrected,
    EvaluationDue,
    EvaluationExempted,
    EvaluationLapsed,
    EvaluationOverdue,
    EvaluationResumed,
    EvaluationSubmitted,
    ReflectionsShared,
)
from services.reviews.domain.staff_member import StaffMember
from services.reviews.domain.words import LEVELS, Stage
from shared.errors import FieldRefused, NotThere, StateForbids

SUBSTANCE = (*LEVELS, "benefits", "reflection")
"""What an answer needs one of: confidence alone says nothing of the activity."""


class NothingToEvaluate(StateForbids):
    """The activity was not completed after all."""


class AlreadySubmitted(StateForbids):
    """What was answered needs no exemption."""


class OwnExemption(StateForbids):
    """Nobody exempts themselves."""


def submit(member: StaffMember, activity_id: str, *, stage: Stage, **said: Any) -> Activity:
    """Answer a stage, before it is due too; otherwise than before it is a correction, and needs a reason.

    Raises FieldRefused, NotThere, NothingToEvaluate.
    """
    activity, evaluation = _evaluated(member, activity_id)
    if evaluation.withdrawn:
        raise NothingToEvaluate("the activity was not completed after all: there is nothing to evaluate")
    if all(said.get(name) in (None, {}, "") for name in SUBSTANCE):
        raise FieldRefused(stage=f"give at least one of {', '.join(SUBSTANCE)}")
    before = evaluation.stage(stage).submission
    if before is None:
        member.record_of(activity, EvaluationSubmitted, stage=stage, **said)
    elif any(getattr(before, name) != _whole(said)[name] for name in SAID):
        if not member.acting.reason:
            raise FieldRefused(reason="is needed to correct what was submitted")
        member.record_of(activity, EvaluationCorrected, stage=stage, **said)
    return activity


def exempt(member: StaffMember, activity_id: str, *, stage: Stage | None = None) -> Activity:
    """Expect a stage, or all that is not answered, no more. Again it changes nothing.

    Raises NotThere, NothingToEvaluate, AlreadySubmitted, OwnExemption.
    """
    activity, evaluation = _evaluated(member, activity_id)
    if member.acting.staff_id == activity.staff_id:
        raise OwnExemption("nobody exempts themselves from an evaluation")
    if evaluation.withdrawn:
        raise NothingToEvaluate("the activity was not completed after all: nothing is expected")
    asked = [each for each in evaluation.stages if stage in (None, each.stage)]
    if all(each.submission is not None for each in asked):
        raise AlreadySubmitted("it was submitted already")
    those = [each.stage for each in asked if each.submission is None and each.exempted_because is None]
    if those:
        member.record_of(activity, EvaluationExempted, stages=those)
    return activity


def share(member: StaffMember, activity_id: str, *, shared: bool) -> Activity:
    """Let the line manager read the evaluation's reflections, or do so no more. Raises NotThere."""
    activity, evaluation = _evaluated(member, activity_id)
    if evaluation.shared != shared:
        member.record_of(activity, ReflectionsShared, shared=shared)
    return activity


def remind(member: StaffMember, activity_id: str, *, today: date) -> Activity:
    """State once of each open stage that it fell due, and that it is late; of someone who left, that it lapsed."""
    activity, evaluation = _evaluated(member, activity_id)
    left_on = member.left_by(today)
    if left_on is not None:
        _lapse(member, activity, left_on)
        return activity
    for stage in evaluation.open_stages:
        told = {
            "stage": stage.stage,
            "due_on": stage.due_on,
            "overdue_after": stage.overdue_after,
            "line_manager_id": member.line_manager_id,
        }
        if today >= stage.due_on and not stage.told_due:
            member.record_of(activity, EvaluationDue, **told)
        if today > stage.overdue_after and not stage.told_overdue:
            member.record_of(activity, EvaluationOverdue, **told)
    return activity


def resume(member: StaffMember) -> None:
    """Expect again what lapsed, once the person works here again."""
    if member.left_by(member.acting.today) is not None:
        return
    for activity in list(member.activities.values()):
        evaluation = activity.evaluation
        lapsed = [each.stage for each in evaluation.stages if each.lapsed] if evaluation is not None else []
        if lapsed:
            member.record_of(activity, EvaluationResumed, stages=lapsed)


def _lapse(member: StaffMember, activity: Activity, left_on: date) -> None:
    evaluation = activity.evaluation
    those = [each.stage for each in evaluation.open_stages] if evaluation is not None else []
    if those:
        member.record_of(activity, EvaluationLapsed, stages=those, left_on=left_on)


def _evaluated(member: StaffMember, activity_id: str) -> tuple[Activity, Evaluation]:
    activity = member.activity(activity_id)
    if activity.evaluation is None:
        raise NotThere(f"there is no evaluation of {activity_id}")
    return activity, activity.evaluation


def _whole(said: dict[str, Any]) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(SAID) | {"benefits": {}, "reflection": ""}
    return blank | said
