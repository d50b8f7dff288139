"""Commands on what a person did by themselves: logged, corrected, taken back."""

from datetime import date

from services.reviews.domain.activity import Activity
from services.reviews.domain.activity_facts import ActivityLogged, LoggedActivityCorrected, LoggedActivityWithdrawn
from services.reviews.domain.following import follow
from services.reviews.domain.staff_member import StaffMember
from shared.checks import not_ahead
from shared.errors import FieldRefused, StateForbids
from shared.words import ActivityType


class NotLogged(StateForbids):
    """What another service told of is corrected there."""


class LogWithdrawn(StateForbids):
    """It was taken back."""


def log(
    member: StaffMember, *, school_urn: str, title: str, activity_type: ActivityType, on: date, hours: float
) -> Activity:
    """Record what the person did by themselves, and ask for its evaluation. Raises FieldRefused."""
    not_ahead(member.acting.today, on=on)
    activity_id = member.next_activity_id()
    whose = {"activity_id": activity_id, "staff_id": member.staff_id, "school_urn": school_urn}
    member.record(ActivityLogged, **whose, title=title, activity_type=activity_type, on=on, hours=hours)
    follow(member, member.activities[activity_id])
    return member.activities[activity_id]


def correct(
    member: StaffMember, activity_id: str, *, title: str, activity_type: ActivityType, on: date, hours: float
) -> Activity:
    """Say it otherwise, whole; the same again changes nothing. Raises FieldRefused, NotLogged, LogWithdrawn."""
    activity = _logged(member, activity_id)
    not_ahead(member.acting.today, on=on)
    said = {"title": title, "activity_type": activity_type, "on": on, "hours": hours}
    known = {"title": activity.title, "activity_type": activity.activity_type, "on": activity.logged_on}
    if said == known | {"hours": activity.hours}:
        return activity
    if not member.acting.reason:
        raise FieldRefused(reason="is needed to correct what is on record")
    whose = {"activity_id": activity_id, "staff_id": activity.staff_id, "school_urn": activity.school_urn}
    member.record(LoggedActivityCorrected, **whose, **said)
    follow(member, activity)
    return activity


def take_back(member: StaffMember, activity_id: str) -> Activity:
    """It was logged by mistake; taken back again it changes nothing. Raises NotLogged."""
    activity = member.activity(activity_id)
    if activity.source == "logged" and activity.withdrawn:
        return activity
    _logged(member, activity_id)
    whose = {"activity_id": activity_id, "staff_id": activity.staff_id, "school_urn": activity.school_urn}
    member.record(LoggedActivityWithdrawn, **whose)
    follow(member, activity)
    return activity


def _logged(member: StaffMember, activity_id: str) -> Activity:
    activity = member.activity(activity_id)
    if activity.source != "logged":
        raise NotLogged("it is on record elsewhere: correct it there")
    if activity.withdrawn:
        raise LogWithdrawn("it was taken back")
    return activity
