"""The reviews service with a member of staff in it, alone or beside the other two."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.requests.story import joins
from tests.integration.reviews.world import ReviewsWorld, Trust


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ReviewsWorld]:
    world = ReviewsWorld(tmp_path)
    joins(world)
    yield world
    world.close()


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Trust]:
    trust = Trust(tmp_path)
    joins(trust.reviews)
    trust.catch_up()
    yield trust
    trust.close()
