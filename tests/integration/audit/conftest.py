"""A sealed log on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.audit.house import House
from tests.integration.eventstore.conftest import database

__all__ = ["database", "house"]


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    house = House(database, tmp_path)
    yield house
    house.close()
