"""The requests service with a member of staff and a priority in it, alone or beside the agreements service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.requests import story
from tests.integration.requests.world import RequestsWorld, Trust


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RequestsWorld]:
    world = RequestsWorld(tmp_path)
    story.joins(world)
    yield world
    world.close()


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    trust = Trust(tmp_path)
    story.joins(trust.requests)
    yield trust
    trust.close()
