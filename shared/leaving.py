"""What the agreements service tells of employments that end: HR may have told it alone, by a call."""

from datetime import date

import msgspec

from shared.eventstore.fact import Fact


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one ending: the last day, or (None) that it did not come about, as of the day `on`.

    `employment_id` is None where the message does not say. `order` is its place in the log of its service.
    """

    staff_id: str
    school_urn: str
    ending_id: str
    order: int
    on: date
    employment_id: str | None = None
    last_day: date | None = None


class LeavingTold(Fact, frozen=True, kw_only=True):
    """An employment ends on `last_day`, or (None) does not after all. `order` is the message's place in its log."""

    ending_id: str
    order: int
    employment_id: str = ""
    last_day: date | None = None


class Ending(msgspec.Struct, frozen=True):
    """The last that was told of one ending."""

    order: int
    employment_id: str
