"""The worker's lock in PostgreSQL: one holder, gone with its session, and a sign of life that others can read."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine

from shared.messaging.database import create_tables, open_database
from shared.worker import Worker
from shared.worker_lock import METADATA, DatabaseLock, LockLostError
from tests.processes import eventually


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = open_database(postgres_url)
    create_tables(engine, METADATA)
    yield engine
    engine.dispose()


def end_sessions(url: str) -> None:
    """As a restart of the server does to every lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")


def test_one_holds_it_and_another_has_it_after_release(postgres_url: str, engine: Engine) -> None:
    first, second = (DatabaseLock(postgres_url, engine, "toy") for _ in range(2))
    assert (first.acquire(), second.acquire()) == (True, False)
    first.release()
    assert second.acquire()
    second.release()


def test_services_do_not_hold_each_other_up(postgres_url: str, engine: Engine) -> None:
    locks = [DatabaseLock(postgres_url, engine, name) for name in ("requests", "agreements", "reviews")]
    assert [lock.acquire() for lock in locks] == [True] * 3
    for lock in locks:
        lock.release()


def test_a_beat_without_the_lock_is_refused_and_a_lost_one_is_noticed(postgres_url: str, engine: Engine) -> None:
    lock = DatabaseLock(postgres_url, engine, "toy")
    with pytest.raises(LockLostError):
        lock.beat()
    assert lock.acquire()
    lock.beat()
    end_sessions(postgres_url)
    with pytest.raises(LockLostError):
        lock.beat()
    assert lock.acquire()
    lock.release()


def test_anyone_can_tell_how_long_ago_the_active_worker_beat(postgres_url: str, engine: Engine) -> None:
    holder, reader = (DatabaseLock(postgres_url, engine, "toy") for _ in range(2))
    assert reader.seconds_since_beat() is None
    assert holder.acquire()
    holder.beat()
    holder.release()
    first = reader.seconds_since_beat()
    time.sleep(0.05)
    later = reader.seconds_since_beat()
    assert first is not None
    assert later is not None
    assert 0 <= first < later < 30


def test_a_worker_that_lost_its_lock_stands_by_and_comes_back(postgres_url: str, engine: Engine) -> None:
    rounds: list[float] = []
    worker = Worker("toy", [lambda: rounds.append(time.monotonic()) or 0], DatabaseLock(postgres_url, engine, "toy"))
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        eventually(lambda: rounds)
        end_sessions(postgres_url)
        cut = time.monotonic()
        eventually(lambda: rounds[-1] >= cut + 1.5)
    finally:
        worker.stop()
        thread.join(10)
    other = DatabaseLock(postgres_url, engine, "toy")
    assert other.acquire()
    other.release()
