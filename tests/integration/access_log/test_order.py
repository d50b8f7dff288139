"""Accesses are noted by many at once, and on PostgreSQL seen in another order than numbered: none is left unsealed."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import OperationalError

from shared.access_log.stretches import Stretches
from shared.access_log.tables import ACCESSES
from shared.messaging.database import LOCK_TIMEOUT_MS, open_database, transaction
from shared.projections.instants import microseconds
from tests.integration.audit.house import House, access

WRITERS, ROUNDS = 6, 60
MOST_MS = 4.0
A_MOMENT = 0.9 * LOCK_TIMEOUT_MS / 1_000
"""Seconds, as many as a busy machine may have: less than others wait for a lock."""


@pytest.fixture
def postgres_house(postgres_url: str, tmp_path: Path) -> Iterator[House]:
    house = House(postgres_url, tmp_path)
    house.now -= timedelta(hours=2)
    house.read(1)
    house.now += timedelta(hours=2)
    yield house
    house.close()


@contextmanager
def noting(house: House) -> Iterator[None]:
    """An access that has its number, in a transaction that goes on meanwhile."""
    with transaction(house.accesses.engine) as connection:
        said = access(house.now, "t9")
        row = {name: getattr(said, name) for name in said.__struct_fields__} | {"at": microseconds(said.at)}
        connection.execute(insert(ACCESSES), row)
        yield


def test_nothing_is_sealed_beyond_an_access_that_is_still_being_noted(postgres_house: House) -> None:
    house = postgres_house
    sealing = house.access_sealing()
    with noting(house):
        house.read(1)
        with pytest.raises(OperationalError, match="lock timeout"):
            sealing.step()
        assert sealing.step() == 0, "it looks again in a minute"
    assert house.seal_accesses(minutes=1) == 1
    assert "3 accesses sealed, up to number 3" in house.verify().lines[-1]


def test_readers_wait_for_it_no_longer_than_a_moment(postgres_house: House) -> None:
    house = postgres_house
    with ThreadPoolExecutor() as others, noting(house):
        sealing = others.submit(house.access_sealing().step)
        reading = others.submit(house.read, 1)
        reading.result(timeout=A_MOMENT)
        assert isinstance(sealing.exception(timeout=A_MOMENT), OperationalError)


def write(url: str, seed: int, until: Event) -> None:
    """Note, a moment later than numbered, and sometimes take it back."""
    chance, house = random.Random(seed), _Noting(url)  # noqa: S311
    while not until.is_set():
        house.note(chance)
    house.engine.dispose()


class _Noting:
    """A reader's side of an access log."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url, pool=1)

    def note(self, chance: random.Random) -> None:
        said: dict[str, Any] = {"at": 1_000_000, "by": "head", "role": "headteacher", "what": "GET /v1/agreements"}
        said |= {"staff_id": f"t{chance.random()}", "correlation_id": ""}
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            connection.execute(
                insert(ACCESSES), [said | {"at": 1_000_000, "correlation_id": ""}] * chance.choice([1, 3])
            )
            connection.execute(select(func.pg_sleep(chance.uniform(0, MOST_MS) / 1_000)))
            connection.exec_driver_sql("ROLLBACK" if chance.random() < 0.2 else "COMMIT")


def sealed_while_many_note(house: House, url: str) -> str:
    """Seal without pause meanwhile; gives what a verification then says."""
    until = Event()
    with ThreadPoolExecutor(WRITERS) as writers:
        running = [writers.submit(write, url, seed, until) for seed in range(WRITERS)]
        sealing = house.access_sealing()
        try:
            for _ in range(ROUNDS):
                house.now += timedelta(minutes=1)
                with suppress(OperationalError):  # on a busy machine somebody may note for longer than it waits
                    sealing.step()
        finally:
            until.set()
        for each in running:
            each.result()
    house.seal_accesses(hours=1)
    return house.findings()


def test_while_many_note_at_once_every_access_is_sealed(postgres_house: House, postgres_url: str) -> None:
    house = postgres_house
    assert sealed_while_many_note(house, postgres_url) == ""
    noted = house.accesses.count(1)
    assert noted > ROUNDS
    assert f"{noted} accesses sealed" in house.verify().lines[-1]
    assert "the newest 0 are under no seal yet" in house.verify().lines[-1]


def test_without_waiting_for_who_is_still_noting_some_would_come_too_late(
    postgres_house: House, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test before would find."""

    def as_seen(its: Stretches) -> Any:
        with its.log.engine.connect() as connection:
            return connection.execute(select(func.max(ACCESSES.c.number))).scalar_one()

    monkeypatch.setattr(Stretches, "_settled", as_seen)
    assert "that was never sealed" in sealed_while_many_note(postgres_house, postgres_url)
