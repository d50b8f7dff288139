"""SQLite files of the messaging: opened alike, safe from several threads and processes."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.schema import CreateTable

BUSY_SECONDS = 10


def open_database(path: Path) -> Engine:
    """An engine on the file `path`, its folder made: write-ahead log, every commit on disk, no implicit transaction."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}", isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY_SECONDS}, pool_size=5
    )
    event.listen(engine, "connect", _set_up)
    return engine


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Make the tables that are not there, even while another process does the same."""
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))


def _set_up(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
