"""A log on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.eventstore.ledger import Ledger
from tests.integration.eventstore.toy import open_ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty log is to be."""
    if request.param == "sqlite":
        return str(tmp_path / "log.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with open_ledger(database) as ledger:
        yield ledger
