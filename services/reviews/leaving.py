"""What the agreements service tells of who leaves, for those who were told of it to that service alone."""

from collections.abc import Mapping
from datetime import date

import msgspec

from services.reviews.domain.desk import Desk
from services.reviews.domain.leaving import Leaving, note_leaving
from services.reviews.heard import Handler, Heard


class LeavingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a message about an ending; which of it is there depends on the message."""

    staff_id: str
    school_urn: str
    ending_id: str
    effective_on: date
    employment_id: str | None = None
    last_day: date | None = None


def _left(desk: Desk, message: Heard) -> None:
    said = message.read(LeavingMessage)
    leaving = Leaving(
        ending_id=said.ending_id,
        order=message.order,
        on=said.effective_on,
        employment_id=said.employment_id,
        last_day=said.last_day,
    )
    note_leaving(desk.person(said.staff_id), said.staff_id, said.school_urn, leaving)


LEAVING: Mapping[str, Handler] = {
    "cpd.agreements.StaffResigned.v1": _left,
    "cpd.agreements.ResignationCorrected.v1": _left,
    "cpd.agreements.ResignationWithdrawn.v1": _left,
}
