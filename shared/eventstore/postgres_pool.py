"""Connections to a PostgreSQL server: few, checked after a rest, with limits on what each may wait for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import psycopg
from eventsourcing import persistence
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

CONNECT_SECONDS = 5
WAIT_SECONDS = 2.0
"""How long to wait for one of the pool's connections, and so how often a lost server is tried anew."""
PATIENCE_SECONDS = 5.0
"""For how long what failed for want of a server is tried again before its caller is told."""
PAUSE_SECONDS = 0.1
REST_SECONDS = 1.0
"""A connection that rested for longer is checked before use: the server may have been restarted meanwhile."""
OLDEST_SECONDS = 60 * 60.0
SETTINGS = {
    # An append waits only for others of the same stream, and a forgotten transaction would hold all readers back.
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    # A plan lives as long as its connection. One made while the log was small must not read the whole of it later.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "jit": "off",
}

AWAY = (persistence.OperationalError, persistence.InterfaceError)
NAMED = (
    (psycopg.InterfaceError, persistence.InterfaceError),
    (psycopg.OperationalError, persistence.OperationalError),
    (psycopg.IntegrityError, persistence.IntegrityError),
    (psycopg.DataError, persistence.DataError),
    (psycopg.InternalError, persistence.InternalError),
    (psycopg.ProgrammingError, persistence.ProgrammingError),
    (psycopg.NotSupportedError, persistence.NotSupportedError),
)

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


class RestedConnection(Connection[TupleRow]):
    """A connection that knows since when it has had nothing to do."""

    rested_since = 0.0


class Connections:
    """A pool that is opened at first use, so never before a fork. Every connection commits each statement by itself."""

    def __init__(self, url: str, size: int) -> None:
        self.pool = ConnectionPool(
            url,
            connection_class=RestedConnection,
            kwargs={
                "autocommit": True,
                "connect_timeout": CONNECT_SECONDS,
                "options": " ".join([conninfo_to_dict(url).get("options") or "", *_options()]).strip(),  # type: ignore[list-item]
            },
            min_size=1,
            max_size=size,
            open=False,
            timeout=WAIT_SECONDS,
            max_lifetime=OLDEST_SECONDS,
            reconnect_timeout=0,
            check=_check,
        )

    @contextmanager
    def connection(self) -> Iterator[RestedConnection]:
        """A connection of the pool for the while. What psycopg raises comes out under the library's names."""
        try:
            if self.pool.closed:
                self.pool.open()
            connection = self.pool.getconn()
            try:
                yield connection
            finally:
                connection.rested_since = time.monotonic()
                self.pool.putconn(connection)
        except psycopg.Error as error:
            raise named(error) from error

    @contextmanager
    def transaction(self) -> Iterator[RestedConnection]:
        """A connection within one transaction, committed at the end, undone by an exception."""
        with self.connection() as connection, connection.transaction():
            yield connection

    def close(self) -> None:
        self.pool.close()


def named(error: psycopg.Error) -> persistence.PersistenceError:
    """The library's error for one of psycopg's, without the row that it is about."""
    for theirs, ours in NAMED:
        if isinstance(error, theirs):
            return ours(error.diag.message_primary or str(error))
    return persistence.DatabaseError(error.diag.message_primary or str(error))


def patient(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Have `method`, which must be safe to repeat, tried again while the server is away, up to `PATIENCE_SECONDS`."""

    @wraps(method)
    def tried(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return method(self, *args, **kwargs)
            except AWAY:
                if time.monotonic() >= until:
                    raise
                time.sleep(PAUSE_SECONDS)

    return tried


def _options() -> list[str]:
    return [f"-c {name}={value}" for name, value in SETTINGS.items()]


def _check(connection: RestedConnection) -> None:
    if time.monotonic() - connection.rested_since > REST_SECONDS:
        ConnectionPool.check_connection(connection)
