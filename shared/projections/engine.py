"""The database of a service's views: one SQLite file, read while it is written, rebuilt from the log if it is lost."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_SECONDS = 30


def views_engine(path: Path) -> Engine:
    """The engine of the views file at `path`. A commit may be lost with the machine's power: the log gives it again."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that holds the write lock from its first moment, so that what it reads cannot be overtaken."""
    return engine.execution_options(begin="IMMEDIATE").begin()


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
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")
