"""The fact that the agreements service told of an ending."""

from datetime import date
from typing import ClassVar

import msgspec

from shared.eventstore.fact import Fact


class LeavingNoted(Fact, frozen=True, kw_only=True):
    """An employment ends on `last_day`, or (None) does not after all. `order` is the message's place in its log."""

    TOPIC: ClassVar[str] = "reviews.LeavingNoted"
    ending_id: str
    order: int
    employment_id: str = ""
    last_day: date | None = None


class Ending(msgspec.Struct, frozen=True):
    """The last that was told of one ending."""

    order: int
    employment_id: str
