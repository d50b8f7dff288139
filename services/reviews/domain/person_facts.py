"""What HR tells of a member of staff, as facts of this service."""

from typing import ClassVar

from shared.eventstore.fact import Fact
from shared.staff import Ended, Named, Resumed, Stated


class EmploymentStated(Stated, frozen=True, kw_only=True):
    """Someone joined, moved within the trust, or is described anew."""

    TOPIC: ClassVar[str] = "reviews.EmploymentStated"


class EmploymentEnded(Ended, frozen=True, kw_only=True):
    """An employment ends."""

    TOPIC: ClassVar[str] = "reviews.EmploymentEnded"


class EmploymentResumed(Resumed, frozen=True, kw_only=True):
    """An employment does not end after all."""

    TOPIC: ClassVar[str] = "reviews.EmploymentResumed"


class PersonNamed(Named, frozen=True, kw_only=True):
    """A name, for the portfolio's first page."""

    TOPIC: ClassVar[str] = "reviews.PersonNamed"


PERSON_FACTS: tuple[type[Fact], ...] = (EmploymentStated, EmploymentEnded, EmploymentResumed, PersonNamed)
