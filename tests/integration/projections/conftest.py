"""A log and a views file of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shared.eventstore.ledger import Ledger
from shared.projections.engine import views_engine
from tests.integration.projections.toy import open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path)
    yield ledger
    ledger.close()
    ledger.sealer.keys.engine.dispose()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = views_engine(tmp_path / "views.sqlite")
    yield engine
    engine.dispose()
