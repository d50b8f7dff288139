"""The seal of accesses under load: its processes killed again and again while people read, and verified meanwhile."""

import random
import time
from contextlib import suppress
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from shared.access_log.record import STREAM, StretchesForgotten, StretchSealed
from tests.faults.processes import beside, killed
from tests.integration.audit.house import House, access
from tests.integration.eventstore.conftest import database
from tests.processes import eventually

__all__ = ["database"]

READERS = 3
KILLS = 8


def read(database: str, folder: str, stopped: Event) -> None:
    """Be noted until told to stop."""
    house = House(database, Path(folder))
    while not stopped.is_set():
        house.accesses.note(access(house.now - timedelta(hours=2), f"t{n}") for n in range(3))
        time.sleep(0.002)
    house.close()


def seal(database: str, folder: str) -> None:
    """A worker for which ten days are a moment, so that it seals and takes away all the time, until it is killed."""
    house = House(database, Path(folder))
    sealing, accesses = house.sealing(seconds=0.0), house.access_sealing()
    while True:
        with suppress(OperationalError):  # somebody notes for longer than it waits
            accesses.step()
        sealing.step()
        house.now += timedelta(days=10)


@pytest.mark.slow
def test_killed_again_and_again_it_seals_every_access_once_and_misses_none(database: str, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    chance = random.Random(37)  # noqa: S311
    with beside(read, READERS, database, tmp_path):
        for _ in killed(house, seal, tmp_path, chance, kills=KILLS, seconds=0.5):
            pass
    eventually(house.is_readable)
    house.read(1)
    house.seal_accesses(hours=1)
    assert house.findings() == ""
    facts = list(house.ledger.events.get(STREAM))
    sealed = [fact for fact in facts if isinstance(fact, StretchSealed)]
    assert len(sealed) > KILLS
    assert any(isinstance(fact, StretchesForgotten) for fact in facts)
    assert sum(fact.count for fact in sealed) == sealed[-1].last, "each number was sealed once"
    house.close()
