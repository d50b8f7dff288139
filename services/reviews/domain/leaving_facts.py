"""The fact that the agreements service told of an ending."""

from typing import ClassVar

from shared.leaving import LeavingTold


class LeavingNoted(LeavingTold, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "reviews.LeavingNoted"
