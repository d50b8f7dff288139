"""A destroyed key taken out of what its database still holds of it: free pages, dead rows, the write-ahead log."""

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from shared.messaging.database import POSTGRES

PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.05


class StillThereError(Exception):
    """A file of the store could not be wiped now; the text names it."""


def wipe(engine: Engine, table: str, gone: Sequence[bytes] = ()) -> None:
    """Write `table` anew without what was taken out of it. May be done again. Raises StillThereError.

    A file is made anew whole, its write-ahead log emptied, and then searched for each of `gone`. A PostgreSQL server
    writes the table to a new file; its own write-ahead log holds the old rows until the server recycles it.
    """
    if engine.dialect.name == POSTGRES:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"VACUUM FULL {table}")
        return
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
    if engine.url.database:
        _empty_the_log(engine)
        for path in _files(engine.url.database):
            if any(each in path.read_bytes() for each in gone):
                raise StillThereError(f"{path.name} still holds what was destroyed; run the command again")


def _empty_the_log(engine: Engine) -> None:
    """Readers of an older state hold it back for a moment."""
    until = time.monotonic() + PATIENCE_SECONDS
    with engine.connect() as connection:
        while connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
            if time.monotonic() > until:
                raise StillThereError(f"{engine.url.database}-wal is in use; run the command again")
            time.sleep(PAUSE_SECONDS)


def _files(database: str) -> list[Path]:
    path = Path(database)
    return [each for each in (path, path.with_name(f"{path.name}-wal")) if each.exists()]
