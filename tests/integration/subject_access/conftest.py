"""All installed services on one home, with two people of whom everything is told that can be told."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shared.messaging.topics import names
from shared.service import services, topics_of
from shared.subject_access.command import subject_access_command
from tests.integration.agreements.marked import Marker
from tests.integration.agreements.world import Clock, World
from tests.integration.subject_access.tellings import TELLINGS

HERS, HIS = "Quokka", "Wombat"
SHE, HE = "t1", "t10"
"""Two people, the id of one of whom begins as the other's does."""


@dataclass
class Told:
    """What was told of the two, by service, and the command over all of it."""

    home: Path
    worlds: dict[str, World]
    markers: dict[str, dict[str, Marker]] = field(default_factory=dict)

    def catch_up(self) -> None:
        while sum(world.catch_up() for world in self.worlds.values()):
            pass

    def run(self, staff_id: str, out: str = "out.json", *options: str) -> Any:
        installed = services()
        settings = next(iter(self.worlds.values())).settings
        holdings = [each for service in installed for each in service.holdings(settings)]
        command = subject_access_command(lambda: holdings, lambda: names(topics_of(installed)))
        return CliRunner().invoke(command, ["--staff", staff_id, "--out", str(self.home.parent / out), *options])

    def given(self, staff_id: str, *options: str) -> dict[str, Any]:
        """The document as JSON."""
        out = f"{staff_id}-{len(list(self.home.parent.iterdir()))}.json"
        answer = self.run(staff_id, out, *options)
        assert answer.exit_code == 0, answer.output
        document: dict[str, Any] = json.loads((self.home.parent / out).read_text())
        return document


def world_of(service: str, home: Path, clock: Clock, servers: Mapping[str, Any] | None = None) -> World:
    assembly = import_module(f"services.{service}.service").ASSEMBLY
    kind = type(f"WorldOf{service}", (World,), {"assembly": assembly})
    return kind(home, clock, servers=servers or {})  # type: ignore[no-any-return]


@contextmanager
def everything_told(folder: Path, servers: Mapping[str, Any] | None = None) -> Iterator[Told]:
    """A home under `folder`, or on servers, in which all that can be said about the two was said."""
    home, clock = folder / "home", Clock()
    home.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CPD_HOME", str(home))
        found = Told(home, {each.name: world_of(each.name, home, clock, servers) for each in services()})
        for mark, whose in ((HERS, SHE), (HIS, HE)):
            found.markers[whose] = {name: Marker(world, mark, whose) for name, world in found.worlds.items()}
        joined(found)
        for whose, other in ((SHE, HE), (HE, SHE)):
            for name, marker in found.markers[whose].items():
                TELLINGS[name](marker, other, folder)
                found.catch_up()
        yield found
        for world in found.worlds.values():
            world.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with everything_told(tmp_path_factory.mktemp("told")) as found:
        yield found


def joined(found: Told) -> None:
    """Both are known everywhere before anything is said of them."""
    from tests.integration.requests.story import joins  # noqa: PLC0415

    for staff_id in (SHE, HE):
        joins(found.worlds["requests"], staff_id)
    found.catch_up()
