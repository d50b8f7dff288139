"""All installed services on one home, and the commands that erase, hold and tell who is due."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from shared.erasure.command import erase_command, hold_command
from shared.erasure.judging import Erasable
from shared.erasure.retention_command import retention_command
from shared.eventstore.keystore import KeyStore
from shared.service import services
from tests.integration.agreements.world import Clock, World
from tests.integration.erasure.installed import erasable
from tests.integration.subject_access.conftest import world_of


@dataclass
class Trust:
    """The services on the files of `home`, or on servers, with one clock."""

    home: Path
    clock: Clock = field(default_factory=Clock)
    servers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.worlds = {each.name: world_of(each.name, self.home, self.clock, self.servers) for each in services()}

    @property
    def agreements(self) -> World:
        return self.worlds["agreements"]

    @property
    def keys(self) -> KeyStore:
        """As another process has it: nothing is remembered."""
        return KeyStore(self.agreements.runtime.stores.keys.engine)

    def made(self) -> list[Erasable]:
        """What a command's process opens."""
        return erasable(self.agreements.settings, services())

    def erase(self, staff_id: str, *options: str, by: str = "dpo", reason: str = "The time is over") -> Any:
        asked = ["--staff", staff_id, "--reason", reason, "--by", by, "--yes", *options]
        return self.run(self.commands("erase"), *asked)

    def hold(self, act: str, staff_id: str, *, by: str = "solicitor", reason: str = "A claim") -> Any:
        asked = [act, "--staff", staff_id, "--reason", reason, "--by", by]
        return self.run(self.commands("hold"), *asked)

    def retention(self, *options: str) -> Any:
        return self.run(self.commands("retention"), *options)

    def commands(self, name: str) -> click.Command:
        made = {"erase": erase_command, "hold": hold_command, "retention": retention_command}
        return made[name](self.made, self.clock)

    def run(self, command: click.Command, *options: str) -> Any:
        return CliRunner().invoke(command, options)

    def catch_up(self) -> None:
        while sum(world.catch_up() for world in self.worlds.values()):
            pass

    def close(self) -> None:
        for world in self.worlds.values():
            world.close()


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    home = tmp_path / "home"
    home.mkdir()
    made = Trust(home)
    yield made
    made.close()
