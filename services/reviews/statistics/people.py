"""What a person comes to, as records to be counted: spells of work, completions, and what was said of them."""

from itertools import repeat

import msgspec

from services.reviews.domain.activity import Activity, Submission
from services.reviews.domain.activity_facts import ActivityFact, EvaluationAnswered, fold_activity
from services.reviews.domain.career import Job, Spell, change_jobs, spells
from services.reviews.domain.dissemination import Dissemination
from services.reviews.domain.words import BENEFITS
from services.reviews.statistics.records import (
    COMPLETED,
    DELIVERED,
    EVALUATED,
    LEFT,
    MOVED_UP,
    NO_ROLE,
    NOT_RATED,
    ROLE_CODES,
    SPELL,
    SUBMITTED,
    TYPE_CODES,
    Counted,
    digest,
    own,
)
from shared.eventstore.fact import Fact
from shared.staff import EmploymentFact


class Career(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is counted of a person: employments and activities. Texts are left out."""

    staff_id: str
    jobs: dict[str, Job] = {}
    activities: dict[str, Activity] = {}


def fold_career(state: Career | None, fact: Fact) -> Career:
    """The career with `fact`. Changes `state` in place."""
    career = state or Career(staff_id=fact.staff_id, jobs={}, activities={})
    if isinstance(fact, ActivityFact):
        activity = fold_activity(career.activities.get(fact.activity_id), fact)
        if activity is not None:
            career.activities[activity.id] = _without_texts(activity, fact)
    elif isinstance(fact, EmploymentFact):
        change_jobs(career.jobs, fact)
    return career


def _without_texts(activity: Activity, after: ActivityFact) -> Activity:
    """Without what a fact has brought."""
    activity.title = ""
    evaluation = activity.evaluation
    if evaluation is not None and isinstance(after, EvaluationAnswered) and after.reflection:
        stage = evaluation.stage(after.stage)
        stage.submission = stage.submission and msgspec.structs.replace(stage.submission, reflection="")
    return activity


def of_work(career: Career) -> list[Counted]:
    """A person's spells of work."""
    person = digest(career.staff_id)
    return [_spell(person, each) for each in spells(career.jobs)]


def of_activity(career: Career, activity_id: str) -> list[Counted]:
    """A completion, and each stage that was submitted of it; of an activity that nobody described, nothing."""
    activity = career.activities.get(activity_id)
    return [] if activity is None else _done(digest(career.staff_id), activity)


def _spell(person: int, its: Spell) -> Counted:
    return Counted(
        kind=SPELL,
        person=person,
        activity=0,
        label=0,
        amount=its.last.toordinal(),
        school=int(its.place.school_urn),
        day=its.first.toordinal(),
        role=ROLE_CODES.get(its.place.role_category, NO_ROLE),
        flags=(LEFT if its.left else 0) | (MOVED_UP if its.moved_up else 0),
    )


def _done(person: int, its: Activity) -> list[Counted]:
    """A completion, and each stage that was submitted of it."""
    evaluation = its.evaluation
    if evaluation is None or evaluation.withdrawn or its.completed_on is None:
        return []
    activity, school, day = digest(undertaken(its)), int(its.school_urn), its.completed_on.toordinal()
    type_ = TYPE_CODES[its.activity_type]
    found = [
        Counted(person, activity, _ratings(stage.submission), nth, school, day, SUBMITTED, type_)
        for nth, stage in enumerate(evaluation.stages)
        if stage.submission is not None
    ]
    flags = EVALUATED if found else 0
    found.append(Counted(person, activity, 0, own(its.id), school, day, COMPLETED, type_, NO_ROLE, flags))
    return found


def undertaken(activity: Activity) -> str:
    """The request that an activity follows from, else its first agreement, else the activity itself."""
    return activity.request_id or next(iter(activity.agreement_ids), activity.id)


def _ratings(said: Submission) -> int:
    benefits = map(said.benefits.get, BENEFITS, repeat(NOT_RATED))
    confidence = [NOT_RATED if each is None else each for each in (said.confidence_before, said.confidence_after)]
    return int.from_bytes(bytes([*benefits, *confidence]), "little")


def of_dissemination(its: Dissemination) -> list[Counted]:
    """A dissemination that was delivered."""
    if its.delivered_on is None or its.status != "delivered":
        return []
    return [
        Counted(
            kind=DELIVERED,
            person=digest(its.staff_id),
            activity=digest(its.activity_id),
            label=0,
            amount=its.reached or 0,
            school=int(its.school_urn),
            day=its.delivered_on.toordinal(),
        )
    ]
