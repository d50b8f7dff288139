"""The service, with a member of staff in it where a test says so: on files, and where it matters on PostgreSQL too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.agreements.story import joins
from tests.integration.agreements.world import World
from tests.integration.kept_in import FILES, databases, on_both

ON_BOTH = ("test_contract_bus", "test_contract_liability", "test_contract_repayments", "test_contract_resignations")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_both(metafunc, ON_BOTH)


@pytest.fixture
def kept_in() -> str:
    """What keeps the log, the views and the keys."""
    return FILES


@pytest.fixture
def world(tmp_path: Path, kept_in: str, request: pytest.FixtureRequest) -> Iterator[World]:
    world = World(tmp_path, servers=databases(kept_in, request))
    joins(world)
    yield world
    world.close()
