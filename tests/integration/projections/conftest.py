"""A log and views of one's own: in files, or where a test asks for both in PostgreSQL too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shared.eventstore.ledger import Ledger
from shared.projections.engine import views_engine
from tests.integration.projections.toy import open_ledger


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A folder, or with `ON_BOTH` also the URL of an empty database."""
    url: Path | str = tmp_path
    if getattr(request, "param", "files") == "PostgreSQL":
        url = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger(place: Path | str, tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path, None if isinstance(place, Path) else place)
    yield ledger
    ledger.close()
    ledger.sealer.keys.engine.dispose()


@pytest.fixture
def engine(place: Path | str) -> Iterator[Engine]:
    engine = views_engine(place / "views.sqlite" if isinstance(place, Path) else place)
    yield engine
    engine.dispose()
