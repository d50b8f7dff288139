"""The reviews service in one process, and beside it the other two on the same bus."""

from pathlib import Path
from typing import Any, ClassVar

from services.reviews.service import ASSEMBLY
from shared.assembly import Assembly
from tests.integration.agreements.world import World
from tests.integration.requests.world import Trust as TwoServices


class ReviewsWorld(World):
    """The reviews service on the files of a home."""

    assembly: ClassVar[Assembly[Any]] = ASSEMBLY


class Trust(TwoServices):
    """All three services on one home, with one bus and one clock."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.reviews = ReviewsWorld(home, self.clock)
        self.every = (*self.every, self.reviews)
