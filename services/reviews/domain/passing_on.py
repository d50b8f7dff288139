"""Commands on a dissemination: planned, planned otherwise, delivered, cancelled; and when one is owed."""

from datetime import date, timedelta
from typing import Any

from services.reviews.domain.activity import Activity
from services.reviews.domain.desk import Desk
from services.reviews.domain.dissemination import (
    DeliveryCorrected,
    Dissemination,
    DisseminationCancelled,
    DisseminationDelivered,
    DisseminationFact,
    DisseminationPlanned,
    DisseminationReplanned,
)
from services.reviews.domain.keeping import learn, unlearn
from services.reviews.domain.school import SchoolSettings
from services.reviews.domain.streams import stream_in
from shared.checks import not_ahead, plausible
from shared.errors import FieldRefused, NotThere, StateForbids


class NotPlanned(StateForbids):
    """It was delivered, or cancelled, already."""


class NothingToPassOn(StateForbids):
    """The activity was taken back by who logged it."""


def plan(
    desk: Desk, dissemination_id: str, *, activity_id: str, planned_on: date, audience: str, title: str
) -> Dissemination:
    """Plan to pass on what an activity gave. Raises FieldRefused, NothingToPassOn."""
    plausible(desk.act.today, planned_on=planned_on)
    try:
        activity = desk.person_of(stream_in(activity_id)).activity(activity_id)
    except NotThere:
        raise FieldRefused(activity_id="is not an activity that is known here") from None
    if activity.withdrawn:
        raise NothingToPassOn("the activity was taken back")
    plan = {"title": title, "audience": audience, "planned_on": planned_on}
    whose = {"staff_id": activity.staff_id, "school_urn": activity.school_urn, "activity_id": activity_id}
    stream = desk.dissemination_stream(dissemination_id)
    stream.record(DisseminationPlanned, dissemination_id=dissemination_id, **whose, **plan)
    return desk.dissemination(dissemination_id)


def replan(desk: Desk, dissemination_id: str, *, planned_on: date, audience: str, title: str) -> Dissemination:
    """Plan it otherwise, whole; the same again changes nothing. Raises FieldRefused, NotThere, NotPlanned."""
    dissemination = _planned(desk, dissemination_id)
    plausible(desk.act.today, planned_on=planned_on)
    plan = {"title": title, "audience": audience, "planned_on": planned_on}
    if any(getattr(dissemination, name) != value for name, value in plan.items()):
        _record(desk, dissemination, DisseminationReplanned, **plan)
    return dissemination


def deliver(
    desk: Desk,
    dissemination_id: str,
    *,
    delivered_on: date,
    reached: int,
    resources: str = "",
    learners: list[str] | None = None,
) -> Dissemination:
    """It took place; told otherwise later it is a correction, and needs a reason.

    Raises FieldRefused, NotThere, NotPlanned.
    """
    dissemination = desk.dissemination(dissemination_id)
    if dissemination.status == "cancelled":
        raise NotPlanned("it was cancelled")
    not_ahead(desk.act.today, delivered_on=delivered_on)
    named = sorted(learners or [])
    _sound_learners(desk, dissemination, named, reached)
    told = {"delivered_on": delivered_on, "reached": reached, "resources": resources, "learners": named}
    if dissemination.delivered_on is None:
        _record(desk, dissemination, DisseminationDelivered, **told)
    elif any(getattr(dissemination, name) != value for name, value in told.items()):
        if not desk.act.reason:
            raise FieldRefused(reason="is needed to correct what is on record")
        _record(desk, dissemination, DeliveryCorrected, **told)
    _tell_learners(desk, dissemination)
    return dissemination


def cancel(desk: Desk, dissemination_id: str) -> Dissemination:
    """It will not take place; cancelled again it changes nothing. Raises NotThere, NotPlanned."""
    dissemination = desk.dissemination(dissemination_id)
    if dissemination.status != "cancelled":
        _record(desk, _planned(desk, dissemination_id), DisseminationCancelled)
    return dissemination


def owed_by(activity: Activity, settings: SchoolSettings, on: date) -> date | None:
    """The day by which what an activity gave is to be passed on, as it is on a day; None where nothing is asked for."""
    if activity.mandatory or not activity.done or activity.completed_on is None or activity.completed_on > on:
        return None
    costly = activity.cost_pence >= max(1, settings.dissemination_from_pence)
    if not costly and activity.activity_type not in settings.dissemination_types:
        return None
    return activity.completed_on + timedelta(days=settings.dissemination_days)


def _sound_learners(desk: Desk, dissemination: Dissemination, named: list[str], reached: int) -> None:
    if dissemination.staff_id in named:
        raise FieldRefused(learners="must not name who passes on")
    if len(named) > reached:
        raise FieldRefused(reached=f"must not be less than the {len(named)} learners who are named")
    if strangers := [each for each in named if desk.person(each).person is None]:
        raise FieldRefused(learners=f"are not known as members of staff: {', '.join(strangers)}")


def _tell_learners(desk: Desk, dissemination: Dissemination) -> None:
    """Put into each learner's portfolio what they learned from whom; take it out of those named no more."""
    activity = desk.person_of(stream_in(dissemination.activity_id)).activity(dissemination.activity_id)
    told: dict[str, Any] = {
        "title": dissemination.title,
        "activity_type": activity.activity_type,
        "on": dissemination.delivered_on,
        "colleague_id": dissemination.staff_id,
        "dissemination_id": dissemination.id,
    }
    for staff_id in dissemination.learners:
        learn(desk.person(staff_id), **told)
    for staff_id in desk.dissemination_stream(dissemination.id).named - set(dissemination.learners):
        unlearn(desk.person(staff_id), dissemination.id)


def _planned(desk: Desk, dissemination_id: str) -> Dissemination:
    dissemination = desk.dissemination(dissemination_id)
    if dissemination.status != "planned":
        raise NotPlanned(f"it was {dissemination.status}")
    return dissemination


def _record(desk: Desk, dissemination: Dissemination, fact: type[DisseminationFact], **fields: object) -> None:
    whose = {
        "dissemination_id": dissemination.id,
        "activity_id": dissemination.activity_id,
        "staff_id": dissemination.staff_id,
        "school_urn": dissemination.school_urn,
    }
    desk.dissemination_stream(dissemination.id).record(fact, **whose, **fields)
