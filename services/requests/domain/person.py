"""A member of staff as this service knows them from HR."""

from typing import ClassVar

from shared.eventstore.fact import Fact
from shared.leaving import LeavingTold
from shared.staff import Ended, Resumed, StaffFacts, StaffStream, Stated


class EmploymentStated(Stated, frozen=True, kw_only=True):
    """Someone joined, moved within the trust, or is described anew."""

    TOPIC: ClassVar[str] = "requests.EmploymentStated"


class EmploymentEnded(Ended, frozen=True, kw_only=True):
    """An employment ends."""

    TOPIC: ClassVar[str] = "requests.EmploymentEnded"


class EmploymentResumed(Resumed, frozen=True, kw_only=True):
    """An employment does not end after all."""

    TOPIC: ClassVar[str] = "requests.EmploymentResumed"


class LeavingNoted(LeavingTold, frozen=True, kw_only=True):
    """The agreements service told of an ending."""

    TOPIC: ClassVar[str] = "requests.LeavingNoted"


class StaffMember(StaffStream):
    """One person's stream."""

    STAFF_FACTS = StaffFacts(EmploymentStated, EmploymentEnded, EmploymentResumed, LeavingNoted)


PERSON_FACTS: tuple[type[Fact], ...] = (EmploymentStated, EmploymentEnded, EmploymentResumed)
