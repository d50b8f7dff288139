"""The access log of one service: rows that are only added, and taken away when their time is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.sql import ColumnElement

from shared.messaging.database import POSTGRES, create_tables, transaction
from shared.projections.instants import instant, microseconds

METADATA = MetaData()
ACCESSES = Table(
    "access_log",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("role", String, nullable=False),
    Column("what", String, nullable=False),
    Column("staff_id", String, nullable=False),
    Column("correlation_id", String, nullable=False),
)
INDEXES = (
    Index("access_log_of", ACCESSES.c.staff_id, ACCESSES.c.number),
    Index("access_log_by", ACCESSES.c.by, ACCESSES.c.number),
    Index("access_log_at", ACCESSES.c.at),
)


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
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = NORMAL"))

    def create_tables(self) -> None:
        create_tables(self.engine, METADATA)
        with self.engine.connect() as connection:
            for index in INDEXES:
                index.create(connection, checkfirst=True)

    def note(self, accesses: Iterable[Access]) -> None:
        """Add these."""
        rows = [msgspec.structs.asdict(each) | {"at": microseconds(each.at)} for each in accesses]
        if not rows:
            return
        with transaction(self.engine) as connection:
            if self.engine.dialect.name == POSTGRES:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            connection.execute(insert(ACCESSES), rows)

    def find(self, wanted: Wanted, *, after: int = 0, limit: int = 1_000) -> Sequence[tuple[int, Access]]:
        """The next ones in order, each with its number."""
        query = select(ACCESSES).where(ACCESSES.c.number > after, *_conditions(wanted)).order_by(ACCESSES.c.number)
        with self.engine.connect() as connection:
            return [
                (
                    row.number,
                    Access(
                        at=instant(row.at),
                        by=row.by,
                        role=row.role,
                        what=row.what,
                        staff_id=row.staff_id,
                        correlation_id=row.correlation_id,
                    ),
                )
                for row in connection.execute(query.limit(limit))
            ]

    def forget(self, now: datetime) -> int:
        """Take away what is older than it is to be kept; gives how many that were."""
        with self.engine.connect() as connection:
            old = ACCESSES.c.at < microseconds(now - timedelta(days=self.days))
            return connection.execute(delete(ACCESSES).where(old)).rowcount


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
