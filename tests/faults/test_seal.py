"""The seal under load: its process killed again and again while writers append, and verified while it goes on."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from shared.audit.published import every_published
from tests.integration.audit.house import SERVICE, House
from tests.integration.eventstore.conftest import database
from tests.integration.eventstore.toy import count

__all__ = ["database"]

WRITERS = 3
KILLS = 5
PATIENCE = 60.0
CONTEXT = multiprocessing.get_context("spawn")


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


def begun(target: object, *arguments: object) -> BaseProcess:
    process = CONTEXT.Process(target=target, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process


@pytest.mark.slow
def test_killed_again_and_again_it_seals_every_event_once_and_contradicts_nothing(
    database: str, tmp_path: Path
) -> None:
    house = House(database, tmp_path)
    with writing(database, tmp_path):
        seen = published_while_killed(house, database, tmp_path)
    house.seal()
    report = house.verify()
    assert report.findings == []
    assert house.store.head().size == len(house.rows()) > 0
    assert len(house.notes()) > KILLS
    assert seen <= set(every_published(house.bus, SERVICE)) == set(house.notes())
    house.close()


@contextmanager
def writing(database: str, folder: Path) -> Iterator[None]:
    """Writers append meanwhile."""
    stopped = CONTEXT.Event()
    writers = [begun(write, database, str(folder / f"writer{n}"), stopped) for n in range(WRITERS)]
    try:
        yield
    finally:
        stopped.set()
        for process in writers:
            process.join()


def published_while_killed(house: House, database: str, folder: Path) -> set[str]:
    """What was on the bus after each kill. No verification meanwhile finds anything."""
    chance = random.Random(5)  # noqa: S311
    seen: set[str] = set()
    for _ in range(KILLS):
        both = [begun(seal, database, str(folder)) for _ in range(2)]  # two at once: as if the lock had failed
        before, until = house.store.newest(), time.monotonic() + PATIENCE
        while house.store.newest() == before and time.monotonic() < until:
            time.sleep(0.01)  # they have begun
        until = time.monotonic() + chance.random() * 0.3
        while time.monotonic() < until:
            assert house.findings() == ""
        for process in both:
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
        seen |= set(every_published(house.bus, SERVICE))
    return seen
