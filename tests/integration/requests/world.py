"""The requests service in one process, and beside it the agreements service on the same bus."""

from pathlib import Path
from typing import Any, ClassVar

from services.requests.service import ASSEMBLY
from shared.assembly import Assembly
from tests.integration.agreements.world import Clock, World, who

SLT, GOVERNOR, LEADER, QUALITY = who("slt"), who("governor"), who("subject_leader"), who("quality_assurance")


class RequestsWorld(World):
    """The requests service on the files of a home."""

    assembly: ClassVar[Assembly[Any]] = ASSEMBLY


class Trust:
    """Both services on one home, with one bus and one clock."""

    def __init__(self, home: Path) -> None:
        self.clock = Clock()
        self.requests = RequestsWorld(home, self.clock)
        self.agreements = World(home, self.clock)
        self.every: tuple[World, ...] = (self.requests, self.agreements)

    def catch_up(self) -> None:
        """Let every worker do all that there is to do, and what follows from it."""
        while sum(world.catch_up() for world in self.every):
            pass

    def close(self) -> None:
        for world in self.every:
            world.close()
