"""One rebuild of a view at a time. However the process that does it ends, the next one can begin."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from shared.projections.engine import is_postgres, on_its_own
from shared.worker_lock import FileLock

SEEN_TO_BE_GONE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""So that a machine that vanished does not hold the lock for hours."""


class RebuildRunningError(Exception):
    """Another process is making this view anew."""

    def __init__(self, view: str) -> None:
        super().__init__(f"the view {view} is being rebuilt by another process")


@contextmanager
def alone_in_rebuilding(engine: Engine, view: str) -> Iterator[None]:
    """Be the one who rebuilds `view` meanwhile. Raises RebuildRunningError."""
    if is_postgres(engine):
        key = crc32(f"cpd rebuild {view}".encode())
        with on_its_own(engine, **SEEN_TO_BE_GONE) as session:
            if not session.scalar(select(func.pg_try_advisory_lock(key))):
                raise RebuildRunningError(view)
            try:
                yield
            finally:
                with suppress(DBAPIError):  # a session that is gone has let go of it
                    session.execute(select(func.pg_advisory_unlock(key)))
        return
    lock = FileLock(Path(f"{engine.url.database}.{view}.rebuild"))
    if not lock.acquire():
        raise RebuildRunningError(view)
    try:
        yield
    finally:
        lock.release()
