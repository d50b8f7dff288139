"""The small databases of the messaging and of the keys: SQLite files or PostgreSQL, safe from threads and processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

BUSY_SECONDS = 10
LOCK_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_MS = 10_000
CONNECT_SECONDS = 5
POSTGRES = "postgresql"


def open_database(where: Path | str, *, pool: int = 5, overwrite: bool = False) -> Engine:
    """An engine on a file, its folder made, or on a `postgresql://` URL; every commit on disk, no implicit transaction.

    `pool` is how many connections it keeps, and how many more it may open for a moment is none: a caller waits.
    With `overwrite` a file's deleted content is overwritten with zeros.
    """
    if isinstance(where, Path):
        engine = _open_file(where, pool)
        if overwrite:
            event.listen(engine, "connect", _overwrite)
        return engine
    timeouts = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}"
    return create_engine(
        make_url(where).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": timeouts, "connect_timeout": CONNECT_SECONDS},
    )


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Make the tables that are not there. On PostgreSQL one process at a time (`exclusive`)."""
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))


def insert(engine: Engine, table: Table) -> Any:
    """An insert that knows what to do about a conflict: both databases can, each in a dialect of its own."""
    return (postgresql if engine.dialect.name == POSTGRES else sqlite).insert(table)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes, committed at the end, undone by an exception."""
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN" if engine.dialect.name == POSTGRES else "BEGIN IMMEDIATE")
        yield connection
        connection.exec_driver_sql("COMMIT")


@contextmanager
def exclusive(engine: Engine, what: str) -> Iterator[None]:
    """Do `what` in one process at a time. A file needs no lock for it: SQLite has one writer, and DDL is a write."""
    if engine.dialect.name != POSTGRES:
        yield
        return
    key = crc32(f"cpd {what}".encode())
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = 0")
        connection.execute(select(func.pg_advisory_lock(key)))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(key)))
            connection.exec_driver_sql(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")


def _open_file(path: Path, pool: int) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}", isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY_SECONDS}, pool_size=pool
    )
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _overwrite(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA secure_delete = ON")
