"""One active worker a service: who holds the lock, and when it last gave a sign of life."""

import fcntl
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol
from zlib import crc32

from sqlalchemy import Column, DateTime, Engine, MetaData, String, Table, func, select

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 5
KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 3000,
}
"""So that either end learns within about four seconds that the other's machine is gone."""
SERVER_KEEPALIVE = "-c tcp_keepalives_idle=1 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"

METADATA = MetaData()
BEATS = Table(
    "worker_beats",
    METADATA,
    Column("service", String, primary_key=True),
    Column("beaten_at", DateTime(timezone=True), nullable=False),
)

BEAT = """INSERT INTO worker_beats VALUES (%s, clock_timestamp())
    ON CONFLICT (service) DO UPDATE SET beaten_at = excluded.beaten_at"""


class LockLostError(Exception):
    """The lock is no longer ours, or it cannot be told: stop at once, and stand by."""


class WorkerLock(Protocol):
    """The lock of one service. Another process may hold it; however that process ends, the lock is free afterwards."""

    def acquire(self) -> bool:
        """Try to become the active one; False while another is. Raises the driver's error where it cannot be told."""

    def beat(self) -> None:
        """Give a sign of life, for readiness to look at. Raises LockLostError where the lock is gone."""

    def release(self) -> None:
        """Let a standby have it."""

    def seconds_since_beat(self) -> float | None:
        """How long ago the active worker last went round its steps; None if there never was one. For any process."""


class FileLock:
    """A lock on the file `path`, and beside it a file that the active worker touches."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._heartbeat = path.with_suffix(".heartbeat")
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def beat(self) -> None:
        self._heartbeat.touch()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def seconds_since_beat(self) -> float | None:
        try:
            beaten_at = self._heartbeat.stat().st_mtime
        except FileNotFoundError:
            return None
        return max(0.0, time.time() - beaten_at)


class DatabaseLock:
    """An advisory lock of a session of its own in the service's PostgreSQL database; the server's clock counts."""

    def __init__(self, url: str, engine: Engine, service: str) -> None:
        self._url = url
        self._engine = engine
        self._service = service
        self._key = crc32(f"cpd worker {service}".encode())
        self._session: psycopg.Connection[tuple[bool]] | None = None

    def acquire(self) -> bool:
        import psycopg  # noqa: PLC0415  the driver is loaded where it has a database

        self.release()
        session = psycopg.connect(
            self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, options=SERVER_KEEPALIVE, **KEEPALIVE
        )
        row = session.execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchone()
        if row is None or not row[0]:
            session.close()
            return False
        self._session = session
        return True

    def beat(self) -> None:
        import psycopg  # noqa: PLC0415  likewise

        if self._session is None:
            raise LockLostError(self._service)
        try:
            self._session.execute(BEAT, (self._service,))
        except psycopg.OperationalError as error:
            raise LockLostError(self._service) from error

    def release(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def seconds_since_beat(self) -> float | None:
        age = func.extract("epoch", func.clock_timestamp() - BEATS.c.beaten_at)
        with self._engine.connect() as connection:
            found = connection.execute(select(age).where(BEATS.c.service == self._service)).scalar_one_or_none()
        return None if found is None else max(0.0, float(found))
