"""What the agreements service tells of employments that end: HR may have told it alone, by a call."""

from datetime import date

import msgspec

from services.reviews.domain.evaluating import resume
from services.reviews.domain.leaving_facts import LeavingNoted
from services.reviews.domain.staff_member import StaffMember
from shared.hr import StaffMessage


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one ending: the last day, or (None) that it did not come about, as of the day `on`.

    `employment_id` is None where the message does not say. `order` is its place in the log of its service.
    """

    ending_id: str
    order: int
    on: date
    employment_id: str | None = None
    last_day: date | None = None


def note_leaving(member: StaffMember, staff_id: str, school_urn: str, said: Leaving) -> None:
    """An employment ends, or does not after all; what a later message of the same ending overtook says nothing."""
    before = member.endings.get(said.ending_id)
    if before is not None and said.order <= before.order:
        return
    employment_id = said.employment_id or (before.employment_id if before is not None else "")
    whose = {"staff_id": staff_id, "school_urn": school_urn, "ending_id": said.ending_id}
    member.record(LeavingNoted, **whose, employment_id=employment_id, order=said.order, last_day=said.last_day)
    if employment_id:
        heard = StaffMessage(staff_id=staff_id, employment_id=employment_id, school_urn=school_urn, on=said.on)
        if said.last_day is None:
            member.resume(heard)
        else:
            member.end(msgspec.structs.replace(heard, last_day=said.last_day))
        resume(member)
