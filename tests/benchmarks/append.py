"""Durable appends a second by eight writers: the log on PostgreSQL, the library's own recorder, and a bare insert."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Ledger, Once
from shared.eventstore.mapper import FactMapper
from shared.eventstore.sealing import Sealer
from tests.benchmarks.figures import Figure
from tests.servers.postgres import new_server

OF_STOCK = 4
OF_RAW = 0.4
WRITERS = 8
ROUNDS = 3
SECONDS = 2.0
RAW_TABLE = """CREATE TABLE IF NOT EXISTS raw_events (
    originator_id uuid, originator_version bigint, topic text, state bytea, notification_id bigserial UNIQUE,
    PRIMARY KEY (originator_id, originator_version))"""
RAW_INSERT = "INSERT INTO raw_events (originator_id, originator_version, topic, state) VALUES (%b, %b, %b, %b)"


class Noted(Fact, frozen=True):
    TOPIC = "benchmarks.Noted"
    text: str


class Notebook(Aggregate):
    """Something to append to."""

    def evolve(self, fact: Fact) -> None:
        """Nothing is kept of a note."""

    def note(self) -> None:
        self.record(Noted, text="x" * 100)


class Stock(Application[UUID]):
    """The library's application on its own recorder, with the same facts and the same mapper."""

    def construct_mapper(self) -> Mapper[UUID]:
        return FactMapper([Noted], _sealer())


Writer = Callable[[str], Callable[[], object]]
"""Makes, of a database's URL, what appends once."""


def saving(url: str) -> Callable[[], object]:
    """What a command does once it has its aggregate: state a fact, save it."""
    ledger, notebook = open_ledger(url), _notebook()

    def save() -> None:
        notebook.note()
        ledger._save(notebook.collect_events(), Once())

    return save


def executing(url: str) -> Callable[[], object]:
    """A whole command: load the aggregate, state a fact, save it. Each on a new stream."""
    ledger = open_ledger(url)
    call = Call(act=_act())
    return lambda: ledger.execute(Notebook, uuid4(), call, Notebook.note)


def stock(url: str) -> Callable[[], object]:
    """As `saving`, with the recorder that the library has."""
    application, notebook = open_stock(url), _notebook()

    def save() -> None:
        notebook.note()
        application.save(notebook)  # type: ignore[type-var]

    return save


def raw(url: str) -> Callable[[], object]:
    """One prepared insert of the same row, committed by itself."""
    connection = psycopg.connect(url, autocommit=True)
    mapper, notebook = FactMapper([Noted], _sealer()), _notebook()
    notebook.note()
    stored = mapper.to_stored_event(notebook.collect_events()[0])
    stream, versions = uuid4(), iter(range(1, 10**9))
    return lambda: connection.execute(
        RAW_INSERT, (stream, next(versions), stored.topic, stored.state), prepare=True, binary=True
    )


WRITING: dict[str, Writer] = {"saving": saving, "executing": executing, "stock": stock, "raw": raw}


def main() -> Sequence[Figure]:
    """Measure in turn, so that a slow moment of the machine strikes all alike."""
    server = new_server("-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB")
    try:
        url = server.new_database()
        open_ledger(url, create_tables=True).close()
        stock_url = server.new_database()
        open_stock(stock_url, create_table="y").close()
        with psycopg.connect(url) as connection:
            connection.execute(RAW_TABLE)
        rates: dict[str, list[float]] = {name: [] for name in WRITING}
        for _ in range(ROUNDS):
            for name, its in rates.items():
                its.append(appends_per_second(name, stock_url if name == "stock" else url))
    finally:
        server.remove()
    for name, its in rates.items():
        print(f"{name}: {', '.join(f'{rate:,.0f}' for rate in its)} appends a second")
    return (
        Figure("durable appends, 8 writers", median(rates["saving"]), "/s"),
        Figure("whole commands, 8 writers", median(rates["executing"]), "/s"),
        Figure("ratio to the library's recorder", _ratio(rates, "stock"), target=OF_STOCK),
        Figure("ratio to a bare insert", _ratio(rates, "raw"), target=OF_RAW),
    )


def appends_per_second(name: str, url: str, writers: int = WRITERS, seconds: float = SECONDS) -> float:
    """How often `writers` processes together append in a second."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier, counts = context.Barrier(writers), context.Queue()
    processes = [context.Process(target=_write, args=(name, url, barrier, seconds, counts)) for _ in range(writers)]
    for process in processes:
        process.start()
    total = sum(counts.get(timeout=120) for _ in processes)
    for process in processes:
        process.join()
    return total / seconds


def open_ledger(url: str, *, create_tables: bool = False) -> Ledger:
    return Ledger(url, [Noted], _sealer(), create_tables=create_tables, pool_size=1)


def open_stock(url: str, create_table: str = "n") -> Stock:
    """The library's application, on its process recorder with its lock, its defaults else."""
    where = conninfo_to_dict(url)
    return Stock(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "APPLICATION_RECORDER_TOPIC": "eventsourcing.postgres:PostgresProcessRecorder",
            "POSTGRES_DBNAME": str(where["dbname"]),
            "POSTGRES_HOST": str(where["host"]),
            "POSTGRES_PORT": str(where["port"]),
            "POSTGRES_USER": str(where["user"]),
            "POSTGRES_PASSWORD": str(where["password"]),
            "POSTGRES_POOL_SIZE": "1",
            "CREATE_TABLE": create_table,
        }
    )


def _write(name: str, url: str, barrier: Barrier, seconds: float, counts: Any) -> None:
    append = WRITING[name](url)
    append()
    barrier.wait()
    count, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        append()
        count += 1
    counts.put(count)


def _ratio(rates: dict[str, list[float]], base: str) -> float:
    return median(ours / theirs for ours, theirs in zip(rates["saving"], rates[base], strict=True))


def _act() -> Act:
    return Act(recorded_at=datetime.now(UTC), actor="bench", role="trust_finance", correlation_id="c" * 32)


def _notebook() -> Notebook:
    notebook = Notebook(uuid4())
    notebook.act = _act()
    return notebook


def _sealer() -> Sealer:
    return Sealer(KeyStore(create_engine("sqlite://")))
