"""The reviews service with a member of staff in it, alone or beside the other two; also on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.kept_in import FILES, databases, on_both
from tests.integration.requests.story import joins
from tests.integration.reviews.world import ReviewsWorld, Trust

ON_BOTH = ("test_reminders",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, ON_BOTH)


@pytest.fixture
def kept_in() -> str:
    """What keeps the log, the views and the keys."""
    return FILES


@pytest.fixture
def world(tmp_path: Path, kept_in: str, request: pytest.FixtureRequest) -> Iterator[ReviewsWorld]:
    world = ReviewsWorld(tmp_path, servers=databases(kept_in, request))
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
