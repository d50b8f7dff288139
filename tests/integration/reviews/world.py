"""The reviews service in one process, and beside it the other two on the same bus."""

from pathlib import Path
from typing import Any, ClassVar

from services.reviews.service import ASSEMBLY
from shared.assembly import Assembly
from tests.integration.agreements.world import Clock, World
from tests.integration.requests.world import RequestsWorld


class ReviewsWorld(World):
    """The reviews service on the files of a home."""

    assembly: ClassVar[Assembly[Any]] = ASSEMBLY


class Trust:
    """All three services on one home, with one bus and one clock."""

    def __init__(self, home: Path) -> None:
        self.clock = Clock()
        self.requests = RequestsWorld(home, self.clock)
        self.agreements = World(home, self.clock)
        self.reviews = ReviewsWorld(home, self.clock)
        self.every = (self.requests, self.agreements, self.reviews)

    def catch_up(self) -> None:
        """Let all workers do all that there is to do, and what follows from it."""
        while sum(world.catch_up() for world in self.every):
            pass

    def close(self) -> None:
        for world in self.every:
            world.close()
