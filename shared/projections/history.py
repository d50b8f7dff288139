"""The index of a log's facts: one row a fact, so that history can be asked for by person, school, actor and time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Connection, Engine, String, Table, select
from sqlalchemy.sql import ColumnElement

from shared.eventstore.fact import Fact
from shared.projections.instants import microseconds
from shared.projections.log import Entry
from shared.projections.view import IndexOn, Values, View


class HistoryView(View):
    """Where each fact of the log stands, and what it can be found by. The facts themselves are read from the log.

    Of what many facts have in common there is the code. What is found by few rows is put in order when it is asked for.
    """

    name = "history"
    version = 3
    in_order = True
    columns = (
        ("position", BigInteger()),
        ("recorded_at", BigInteger()),
        ("type", BigInteger()),
        ("school_urn", BigInteger()),
        ("actor", BigInteger()),
        ("stream_id", BigInteger()),
        ("staff_id", String()),
        ("correlation_id", String()),
    )
    key = ("position",)
    indexes = (
        IndexOn("position", unique=True),
        IndexOn("type", "position"),
        IndexOn("school_urn", "position"),
        IndexOn("actor", "position"),
        IndexOn("correlation_id"),
        IndexOn("stream_id"),
        IndexOn("staff_id"),
        IndexOn("recorded_at"),
    )

    def __init__(self, facts: Iterable[type[Fact]]) -> None:
        self.facts = tuple(facts)
        self._types = {fact.TOPIC: code(fact.event_name()) for fact in self.facts}
        super().__init__()

    def rows(self, batch: Iterable[Entry]) -> Sequence[Values]:
        return [_row(position, self._types[fact.TOPIC], fact) for position, fact in batch]

    def apply(self, connection: Connection, table: Table, batch: Sequence[Entry]) -> None:
        self.insert(connection, table, self.rows(batch))


def _row(position: int, kind: int, fact: Fact) -> Values:
    return (
        position,
        microseconds(fact.recorded_at),
        kind,
        code(fact.school_urn),
        code(fact.actor),
        stream_code(fact.originator_id),
        fact.staff_id,
        fact.correlation_id,
    )


@lru_cache(maxsize=10_000)
def code(text: str) -> int:
    """What stands for `text` in the index: of its hash so many bits that no two texts are ever taken for each other.

    To put equal texts in order a database compares them to their ends, and numbers at once.
    """
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


def stream_code(stream: UUID) -> int:
    """What stands for `stream` in the index: as `code`, for its id is a hash or random."""
    return stream.int % 2**64 - 2**63


class HistoryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which facts: all that is given must hold. `recorded_from` is inclusive, `recorded_to` exclusive."""

    stream_id: UUID | None = None
    staff_id: str | None = None
    school_urns: Sequence[str] | None = None
    types: Sequence[str] | None = None
    actor: str | None = None
    correlation_id: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


class History:
    """Questions to the history view of one service."""

    def __init__(self, engine: Engine, view: HistoryView) -> None:
        self.engine = engine
        self.view = view

    def positions(
        self, wanted: HistoryFilter, *, after: int | None = None, limit: int = 50, newest_first: bool = False
    ) -> list[int]:
        """At most `limit` log positions beyond the cursor `after`, in the order asked for."""
        position: ColumnElement[int] = self.view.table.c.position
        query = select(position).where(*self._conditions(wanted)).limit(limit)
        if after is not None:
            query = query.where(position < after if newest_first else position > after)
        with self.engine.connect() as connection:
            return list(connection.scalars(query.order_by(position.desc() if newest_first else position)))

    def _conditions(self, wanted: HistoryFilter) -> list[ColumnElement[bool]]:
        c = self.view.table.c
        equal: dict[str, Any] = {
            "stream_id": None if wanted.stream_id is None else stream_code(wanted.stream_id),
            "staff_id": wanted.staff_id,
            "actor": None if wanted.actor is None else code(wanted.actor),
            "correlation_id": wanted.correlation_id,
        }
        conditions = [c[name] == value for name, value in equal.items() if value is not None]
        if wanted.school_urns is not None:
            conditions.append(c.school_urn.in_(map(code, wanted.school_urns)))
        if wanted.types is not None:
            conditions.append(c.type.in_(map(code, wanted.types)))
        if wanted.recorded_from is not None:
            conditions.append(c.recorded_at >= microseconds(wanted.recorded_from))
        if wanted.recorded_to is not None:
            conditions.append(c.recorded_at < microseconds(wanted.recorded_to))
        return conditions
