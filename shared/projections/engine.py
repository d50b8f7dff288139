"""The database of a service's views: one SQLite file or PostgreSQL; read while written, rebuilt if it is lost."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select

from shared.messaging.database import CONNECT_SECONDS, IDLE_IN_TRANSACTION_MS, LOCK_TIMEOUT_MS, POSTGRES

BUSY_SECONDS = 30
ONE_WRITER = 0x63706476
"""The key of PostgreSQL's lock for those who write views."""


def views_engine(where: Path | str, *, pool: int = 5) -> Engine:
    """The engine of the views in the file, or in the database of the `postgresql://` URL, `where`.

    A commit may be lost with the machine's power: the log gives it again. `pool` is how many connections a process
    holds at most; a caller waits for one. Nothing is prepared: a statement that the server remembers would fail once a
    rebuild put a table of other types under its name.
    """
    if isinstance(where, Path):
        engine = create_engine(f"sqlite:///{where}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine
    settings = {
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
        "synchronous_commit": "off",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return create_engine(
        make_url(where).set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS, "prepare_threshold": None},
    )


def is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == POSTGRES


def loading(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that writes what nobody reads yet. On PostgreSQL it does not wait for others that write."""
    return engine.execution_options(begin="IMMEDIATE").begin()


@contextmanager
def at_one_moment(engine: Engine) -> Iterator[Connection]:
    """A transaction whose every question is answered as of one moment."""
    options = {"isolation_level": "REPEATABLE READ"} if is_postgres(engine) else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def on_its_own(engine: Engine, **settings: str) -> Iterator[Connection]:
    """A connection to PostgreSQL beside the pool, with settings of its own, each of whose statements commits itself."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        for name, value in settings.items():
            connection.execute(select(func.set_config(name, value, False)))
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is alone in writing from its first moment, so that what it reads cannot be overtaken."""
    with loading(engine) as connection:
        if is_postgres(engine):
            connection.execute(select(func.pg_advisory_xact_lock(ONE_WRITER)))
        yield connection


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "page_size=16384",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "temp_store=MEMORY",
        "cache_size=-32768",
        "mmap_size=268435456",
        "threads=2",
        "wal_autocheckpoint=16384",  # 256 MiB: a rebuild would else wait for the disk every 16
        "journal_size_limit=67108864",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")
