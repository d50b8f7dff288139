"""What other services tell of a person's training, in any order and more than once: the evaluation follows.

Each command ends in `follow`, which states differences only: running it twice states nothing.
"""

from datetime import date

import msgspec

from services.reviews.domain.activity import Activity, Source
from services.reviews.domain.activity_facts import (
    ActivityNoted,
    EvaluationDated,
    EvaluationExempted,
    EvaluationMoved,
    EvaluationReopened,
    EvaluationRequested,
    EvaluationWithdrawn,
    ParticipationNoted,
    fold_activity,
)
from services.reviews.domain.calendar import prompts
from services.reviews.domain.staff_member import CompletionNoted, StaffMember
from shared.words import ActivityType


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """An activity as an approved request, or a training agreement, describes it for one participant.

    `cost_pence` is the school's share of what it costs for this participant; `hours` None where nobody said.
    """

    source: Source
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    starts_on: date
    ends_on: date
    request_id: str | None = None
    agreement_id: str | None = None
    hours: float | None = None
    cost_pence: int = 0
    mandatory: bool = False


def note_activity(member: StaffMember, said: Described) -> None:
    """An activity is planned. A request and the agreement that names it tell of the same one."""
    known = _told_of(member, said)
    activity_id = known.id if known is not None else member.next_activity_id()
    fields = msgspec.structs.asdict(said)
    if known is None or _says_more(member, known, fields):
        member.record(ActivityNoted, activity_id=activity_id, **fields)
    follow(member, member.activities[activity_id])


BEFORE_US = "It was over before it was recorded here"
"""Why what was imported is not asked about late."""


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """What an agreement, or request, of the id `told_by` says of completion: a day, or (None) that there will be none.

    `order` is the message's place in the log of its service. `imported`: it is of a time before that service.
    """

    told_by: str
    order: int
    completed_on: date | None
    imported: bool = False


def note_completion(member: StaffMember, staff_id: str, said: Completion) -> None:
    """Somebody's training was completed, or will not be.

    A message that an earlier one of the same teller overtook says nothing; one about an activity that nobody described
    yet waits in the stream until somebody does.
    """
    before = member.told.get(said.told_by)
    if before is not None and said.order <= before.order:
        return
    member.record(CompletionNoted, staff_id=staff_id, **msgspec.structs.asdict(said))
    for activity in list(member.activities.values()):
        if said.told_by == activity.request_id or said.told_by in activity.agreement_ids:
            follow(member, activity)


def note_participation(member: StaffMember, undertaking_id: str, *, takes_part: bool) -> None:
    """Whether somebody takes part in what a request, or an agreement without one, is about; not in what they left."""
    for activity in list(member.activities.values()):
        if undertaking_id not in (activity.request_id, *activity.agreement_ids):
            continue
        there = takes_part and not _left(member, activity)
        if there != activity.takes_part:
            whose = {"staff_id": activity.staff_id, "school_urn": activity.school_urn, "activity_id": activity.id}
            member.record(ParticipationNoted, **whose, takes_part=there)


def _left(member: StaffMember, activity: Activity) -> bool:
    """Whether all its agreements say that there will be no completion."""
    told = [member.told.get(each) for each in activity.agreement_ids]
    return bool(told) and all(each is not None and each.completed_on is None for each in told)


def follow(member: StaffMember, activity: Activity) -> None:
    """Ask for the evaluation of what was completed, once; move it with the day, withdraw it where there is none."""
    day, evaluation = completed_on(member, activity), activity.evaluation
    if day is None:
        if evaluation is not None and not evaluation.withdrawn:
            member.record_of(activity, EvaluationWithdrawn)
        return
    if evaluation is not None and not evaluation.withdrawn and activity.completed_on == day:
        return
    fact: type[EvaluationDated] = EvaluationRequested
    if evaluation is not None:
        fact = EvaluationReopened if evaluation.withdrawn else EvaluationMoved
    member.record_of(activity, fact, completed_on=day, activity_type=activity.activity_type, stages=prompts(day))
    if evaluation is None and _imported(member, activity):
        _spare_what_is_late(member, activity)


def completed_on(member: StaffMember, activity: Activity) -> date | None:
    """The day of completion: what an agreement says, the earliest of several; else the request, or the person."""
    if activity.source == "logged":
        return None if activity.withdrawn else activity.logged_on
    agreements = [member.told[each].completed_on for each in activity.agreement_ids if each in member.told]
    said = [day for day in agreements if day is not None]
    if said:
        return min(said)
    request = member.told.get(activity.request_id or "")
    return request.completed_on if request is not None else None


def _imported(member: StaffMember, activity: Activity) -> bool:
    """Whether its completion was told of as a thing of the past alone."""
    told = [member.told[each] for each in (activity.request_id, *activity.agreement_ids) if each in member.told]
    return bool(told) and all(each.imported for each in told)


def _spare_what_is_late(member: StaffMember, activity: Activity) -> None:
    """Of what was imported only that is asked about which is not late already."""
    open_stages = activity.evaluation.open_stages if activity.evaluation is not None else []
    late = [each.stage for each in open_stages if each.overdue_after < member.acting.today]
    if late:
        member.record_of(activity, EvaluationExempted, stages=late, never_asked=True, reason=BEFORE_US)


def _told_of(member: StaffMember, said: Described) -> Activity | None:
    """The activity of the same request, or agreement, where it is known."""
    for activity in member.activities.values():
        if said.request_id is not None and activity.request_id == said.request_id:
            return activity
        if said.agreement_id is not None and said.agreement_id in activity.agreement_ids:
            return activity
    return None


def _says_more(member: StaffMember, known: Activity, fields: dict[str, object]) -> bool:
    """Whether a description changes anything."""
    after = msgspec.structs.replace(known)
    context = {"originator_id": member.id, "originator_version": 0, "recorded_at": member.acting.recorded_at}
    fact = ActivityNoted(**context, actor="", role="", correlation_id="", activity_id=known.id, **fields)  # type: ignore[arg-type]
    fold_activity(after, fact)
    return msgspec.structs.replace(after, version=known.version) != known
