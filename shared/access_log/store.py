"""The access log of one service: rows that are only added, and taken away when their time is over."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import index
from typing import Any

import msgspec
from sqlalchemy import Engine, MetaData, Row, event, func, insert, select, text
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql import ColumnElement

from shared.access_log.tables import ACCESSES, INDEXES, METADATA
from shared.messaging.database import POSTGRES, create_tables, transaction
from shared.projections.instants import instant, microseconds

MOST = 1_000
BEGUN = text(
    "INSERT INTO sqlite_sequence SELECT 'access_log', 0 "
    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'access_log')"
)
MOVED_ON = text("UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = 'access_log'")


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Someone read or took away something about a person; `staff_id` is empty where it is about many.

    `what` is the call by its route, `GET /v1/agreements/{agreement_id}`, or the command, `audit export`. Ids alone: no
    text and no name is in it.
    """

    at: datetime
    by: str
    role: str
    what: str
    staff_id: str
    correlation_id: str = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which accesses: all that is given must hold. `from_` is inclusive, `to` exclusive."""

    staff_id: str | None = None
    by: str | None = None
    from_: datetime | None = None
    to: datetime | None = None


class AccessLog:
    """One service's, kept for `days`. An access is in it before it is answered, so that no process's end loses one;
    a failure of power can lose the last ones.
    """

    def __init__(self, engine: Engine, days: int) -> None:
        self.engine = engine
        self.days = days
        if engine.dialect.name != POSTGRES:
            event.listen(engine, "connect", _set_up)

    def create_tables(self) -> None:
        if self.engine.dialect.name != POSTGRES:
            _renumbered(self.engine)
        create_tables(self.engine, METADATA)
        with self.engine.connect() as connection:
            for each in INDEXES:
                each.create(connection, checkfirst=True)

    def note(self, accesses: Iterable[Access]) -> None:
        """Add these."""
        rows = [msgspec.structs.asdict(each) | {"at": microseconds(each.at)} for each in accesses]
        if not rows:
            return
        with transaction(self.engine) as connection:
            if self.engine.dialect.name == POSTGRES:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            connection.execute(insert(ACCESSES), rows)

    def number_beyond(self, last: int) -> None:
        """Give higher numbers than this from now on: a file that was lost, or put back, gives some again."""
        if self.engine.dialect.name == POSTGRES:
            return
        with transaction(self.engine) as connection:
            connection.execute(BEGUN)
            connection.execute(MOVED_ON, {"last": last})

    def find(self, wanted: Wanted, *, after: int = 0, limit: int = MOST) -> Sequence[tuple[int, Access]]:
        """The next ones in order, each with its number."""
        query = select(ACCESSES).where(ACCESSES.c.number > after, *_conditions(wanted)).order_by(ACCESSES.c.number)
        with self.engine.connect() as connection:
            return [(row.number, _access(row)) for row in connection.execute(query.limit(limit))]

    def between(self, first: int, last: int, limit: int | None = None) -> Iterator[tuple[int, Access | None]]:
        """Those with these numbers in order, each with its number; None for a row that is no access."""
        query = select(ACCESSES).where(ACCESSES.c.number.between(first, last)).order_by(ACCESSES.c.number).limit(limit)
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                yield row.number, _access_if(row)

    def noted_at(self, after: int) -> datetime | None:
        """When the first that has a higher number was; None where there is none."""
        query = select(ACCESSES.c.at).where(ACCESSES.c.number > after).order_by(ACCESSES.c.number).limit(1)
        with self.engine.connect() as connection:
            at = connection.execute(query).scalar_one_or_none()
        return None if at is None else instant(at)

    def count(self, first: int) -> int:
        """How many have this number or a higher one."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).where(ACCESSES.c.number >= first)).scalar_one()


def _renumbered(engine: Engine) -> None:
    """In a file from before accesses were sealed: have numbers given once alone. Which each has stays as it is."""
    with transaction(engine) as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": ACCESSES.name})
        if "AUTOINCREMENT" in (made.scalar_one_or_none() or "AUTOINCREMENT"):
            return
        before = ACCESSES.to_metadata(MetaData(), name="before_sealing")
        connection.exec_driver_sql(f"ALTER TABLE {ACCESSES.name} RENAME TO {before.name}")
        connection.execute(CreateTable(ACCESSES))
        connection.execute(insert(ACCESSES).from_select(ACCESSES.c.keys(), select(before)))
        before.drop(connection)


def _set_up(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.text_factory = _text


def _text(stored: bytes) -> str | bytes:
    """A file may hold anything as a text: what is none is given as it is."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _access(row: Row[Any]) -> Access:
    """The access in a row. Raises OverflowError, TypeError, and ValidationError for what is none."""
    columns = {name: getattr(row, name) for name in Access.__struct_fields__}
    return msgspec.convert(columns | {"at": instant(index(row.at))}, Access)


def _access_if(row: Row[Any]) -> Access | None:
    try:
        return _access(row)
    except (OverflowError, TypeError, msgspec.ValidationError):
        return None


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    c, conditions = ACCESSES.c, []
    for column, value in ((c.staff_id, wanted.staff_id), (c.by, wanted.by)):
        if value is not None:
            conditions.append(column == value)
    if wanted.from_ is not None:
        conditions.append(c.at >= microseconds(wanted.from_))
    if wanted.to is not None:
        conditions.append(c.at < microseconds(wanted.to))
    return conditions
