"""What the agreements service tells of who leaves, for those who were told of it to that service alone."""

from datetime import date

import msgspec

from shared.leaving import Leaving
from shared.messaging.heard import Heard

LEAVING = (
    "cpd.agreements.StaffResigned.v1",
    "cpd.agreements.ResignationCorrected.v1",
    "cpd.agreements.ResignationWithdrawn.v1",
)
"""The types of message that tell of an ending."""


class LeavingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a message about an ending; which of it is there depends on the message."""

    staff_id: str
    school_urn: str
    ending_id: str
    effective_on: date
    employment_id: str | None = None
    last_day: date | None = None


def leaving_in(message: Heard) -> Leaving:
    """What a message says of one ending. Raises FieldRefused."""
    said = message.read(LeavingMessage)
    return Leaving(
        staff_id=said.staff_id,
        school_urn=said.school_urn,
        ending_id=said.ending_id,
        order=message.order,
        on=said.effective_on,
        employment_id=said.employment_id,
        last_day=said.last_day,
    )
