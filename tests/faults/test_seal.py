"""The seal under load: its process killed again and again while writers append, and verified while it goes on."""

import os
import random
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from shared.audit.published import every_published
from tests.faults.processes import beside, killed
from tests.integration.audit.house import SERVICE, House
from tests.integration.eventstore.conftest import database
from tests.integration.eventstore.toy import count
from tests.processes import eventually

__all__ = ["database"]

WRITERS = 3
KILLS = 10


def write(database: str, folder: str, stopped: Event) -> None:
    """Append until told to stop."""
    house = House(database, Path(folder))
    while not stopped.is_set():
        count(house.ledger, f"writer {os.getpid()}", times=5)
    house.close()


def seal(database: str, folder: str) -> None:
    """A worker that seals without pause and signs at every turn, until it is killed."""
    house = House(database, Path(folder))
    sealing = house.sealing(seconds=0.0)
    while True:
        sealing.step()


@pytest.mark.slow
def test_killed_again_and_again_it_seals_every_event_once_and_contradicts_nothing(
    database: str, tmp_path: Path
) -> None:
    house = House(database, tmp_path)
    chance = random.Random(5)  # noqa: S311
    seen: set[str] = set()
    with beside(write, WRITERS, database, tmp_path):
        for _ in killed(house, seal, tmp_path, chance, kills=KILLS, seconds=0.3):
            seen |= set(every_published(house.bus, SERVICE))
    eventually(house.is_readable)
    house.seal()
    report = house.verify()
    assert report.findings == []
    assert house.store.head().size == len(house.rows()) > 0
    assert len(house.notes()) > KILLS
    assert seen <= set(every_published(house.bus, SERVICE)) == set(house.notes())
    house.close()
