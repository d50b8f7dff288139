"""The service, with a member of staff in it where a test says so: on files, and where it matters on PostgreSQL too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.agreements.story import joins
from tests.integration.agreements.world import World

FILES, POSTGRESQL = "files", "PostgreSQL"
ON_BOTH = ("test_contract_bus", "test_contract_liability", "test_contract_repayments", "test_contract_resignations")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "world" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in ON_BOTH:
        metafunc.parametrize("kept_in", [FILES, POSTGRESQL])


@pytest.fixture
def kept_in() -> str:
    """What keeps the log, the views and the keys."""
    return FILES


@pytest.fixture
def world(tmp_path: Path, kept_in: str, request: pytest.FixtureRequest) -> Iterator[World]:
    urls: dict[str, str] = {}
    if kept_in == POSTGRESQL:
        server = request.getfixturevalue("postgres_server")
        urls = {"database_url": server.new_database(), "keys_url": server.new_database()}
    world = World(tmp_path, urls=urls)
    joins(world)
    yield world
    world.close()
