"""The service, with a member of staff in it where a test says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.agreements.story import joins
from tests.integration.agreements.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    joins(world)
    yield world
    world.close()
