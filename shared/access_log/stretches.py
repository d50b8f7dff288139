"""The access log in stretches: each a Merkle tree over its accesses, kept beside them until they are taken away."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import takewhile
from os import urandom

import msgspec
from sqlalchemy import Connection, delete, func, select

from shared.access_log.store import Access, AccessLog
from shared.access_log.tables import ACCESSES, STRETCHES
from shared.audit.offline import LEAF, Leaf, Roots, Row, entry, leaf_hash
from shared.messaging import database
from shared.messaging.database import POSTGRES, transaction
from shared.projections.instants import instant, microseconds

LONGEST = 5_000
"""Accesses in a stretch, at most."""
SPAN = timedelta(days=1)
"""From the first access of a stretch to its last, at most: the first is kept until the time of the last is over."""
SALT_BYTES = 16
LOCK_WAIT_MS = 200
"""For so long readers may have to wait for each other, once a stretch."""
TOPIC = "access"
"""Stands in what is hashed where an event has its topic. That has a dot, so an event never passes for an access."""


class DamagedAccessError(Exception):
    """A row of the access log is no access: it was altered before it was sealed."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """The accesses with the numbers `first` to `last`. `leaves` are their numbers and hashes, as in an archive."""

    first: int
    last: int
    newest_at: datetime
    salt: bytes
    leaves: bytes

    def each_leaf(self) -> Iterator[Leaf]:
        """Number and hash of each."""
        return LEAF.iter_unpack(self.leaves[: self.count * LEAF.size])

    @property
    def count(self) -> int:
        return len(self.leaves) // LEAF.size

    @property
    def root(self) -> bytes:
        return root_of(leaf for _, leaf in self.each_leaf())


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    roots = Roots()
    for leaf in leaves:
        roots.add(leaf)
    return roots.root()


def sealed_row(number: int, access: Access | None, salt: bytes) -> Row:
    """An access as it is hashed: as an event is, with the salt for its stream and a JSON object for its state.

    What is no access has a state that none has.
    """
    return number, salt.hex(), 0, TOPIC, msgspec.json.encode(access)


class Stretches:
    """Those of one access log, in its database."""

    def __init__(self, log: AccessLog) -> None:
        self.log = log
        self._engine = log.engine

    def at(self, first: int) -> Stretch | None:
        """The stretch that begins with this number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(STRETCHES).where(STRETCHES.c.first == first)).one_or_none()
        return None if row is None else Stretch(**row._asdict() | {"newest_at": instant(row.newest_at)})

    def prepared(self, first: int) -> Stretch | None:
        """The stretch that begins with this number, made if it was not; None where there is no access for it.

        Whoever asks again gets the same. It and its accesses are on disk before anyone is told of it. Raises
        DamagedAccessError, and OperationalError where accesses are being noted and do not come to an end.
        """
        stretch = self.at(first)
        if stretch is None and (made := self._made(first)) is not None:
            self._keep(made)
            stretch = self.at(first)
        return stretch

    def forget(self, last: int) -> None:
        """Take away the accesses up to this number, and their stretches."""
        with transaction(self._engine) as connection:
            connection.execute(delete(ACCESSES).where(ACCESSES.c.number <= last))
            connection.execute(delete(STRETCHES).where(STRETCHES.c.last <= last))

    def _made(self, first: int) -> Stretch | None:
        found = _whole(self.log.between(first, self._settled(), LONGEST))
        if not found:
            return None
        end, salt = found[0][1].at + SPAN, urandom(SALT_BYTES)
        accesses = list(takewhile(lambda each: each[1].at < end, found))
        leaves = [LEAF.pack(number, leaf_hash(entry(sealed_row(number, access, salt)))) for number, access in accesses]
        newest_at = max(access.at for _, access in accesses)
        return Stretch(first=first, last=accesses[-1][0], newest_at=newest_at, salt=salt, leaves=b"".join(leaves))

    def _settled(self) -> int:
        """Up to which number nothing can appear any more; 0 where there is nothing.

        A number is given before the access is there to be read, so on PostgreSQL a lower one may come later. Whoever
        notes holds the table in a way that excludes this lock: once it is had, all that have a number are there.
        """
        with transaction(self._engine) as connection:
            if self._engine.dialect.name == POSTGRES:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
                connection.exec_driver_sql(f"LOCK TABLE {ACCESSES.name} IN SHARE MODE")
            last: int | None = connection.execute(select(func.max(ACCESSES.c.number))).scalar_one()
        return last or 0

    def _keep(self, stretch: Stretch) -> None:
        row = msgspec.structs.asdict(stretch) | {"newest_at": microseconds(stretch.newest_at)}
        statement = database.insert(self._engine, STRETCHES).values(row).on_conflict_do_nothing()
        with self._on_disk() as connection:
            connection.execute(statement)

    @contextmanager
    def _on_disk(self) -> Iterator[Connection]:
        """A connection whose commit is on disk, and with it every access before."""
        with self._engine.connect() as connection:
            if self._engine.dialect.name == POSTGRES:
                yield connection
                return
            connection.exec_driver_sql("PRAGMA synchronous = FULL")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("PRAGMA synchronous = NORMAL")


def _whole(rows: Iterator[tuple[int, Access | None]]) -> Sequence[tuple[int, Access]]:
    found = []
    for number, access in rows:
        if access is None:
            raise DamagedAccessError(f"the access of number {number} cannot be read")
        found.append((number, access))
    return found
