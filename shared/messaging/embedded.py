"""The embedded bus: one append-only SQLite file that all processes of one machine share."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, func, insert, select
from sqlalchemy.exc import OperationalError

from shared.messaging.bus import BusAway, Lost, PositionOf, Received, Record, Turn
from shared.messaging.database import create_tables, open_database

METADATA = MetaData()
MESSAGES = Table(
    "messages",
    METADATA,
    Column("topic", String, primary_key=True),
    Column("offset", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


class Sent:
    """Messages that are on the bus already."""

    def wait(self, _: float | None = None) -> bool:
        return True


class EmbeddedBus:
    """A Bus on the file `path`. A publish is one transaction, so a reader never sees a part of it, nor a gap.

    A topic has one partition, which bears its name.
    """

    def __init__(self, path: Path) -> None:
        self._engine = open_database(path)

    def create_tables(self) -> None:
        create_tables(self._engine, METADATA)

    def publish(self, records: Sequence[Record]) -> None:
        if not records:
            return
        with self._connection() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            offsets = {topic: _end(connection, topic) for topic in {record.topic for record in records}}
            rows = []
            for record in records:
                offsets[record.topic] += 1
                rows.append(
                    {"topic": record.topic, "offset": offsets[record.topic], "key": record.key, "value": record.value}
                )
            connection.execute(insert(MESSAGES), rows)
            connection.exec_driver_sql("COMMIT")

    def send(self, records: Sequence[Record]) -> Sent:
        self.publish(records)
        return Sent()

    def partitions(self, topic: str) -> Sequence[str]:
        return [topic]

    def read(self, partition: str, after: int, limit: int) -> list[Received]:
        query = (
            select(MESSAGES)
            .where(MESSAGES.c.topic == partition, MESSAGES.c.offset > after)
            .order_by(MESSAGES.c.offset)
            .limit(limit)
        )
        with self._connection() as connection:
            return [Received(*row) for row in connection.execute(query)]

    def read_on(self, after: Mapping[str, int], limit: int) -> list[Received]:
        found: list[Received] = []
        for partition, offset in after.items():
            found += self.read(partition, offset, limit - len(found))
        return found

    def end(self, partition: str) -> int:
        with self._connection() as connection:
            return _end(connection, partition)

    def subscribe(self, topic: str, position: PositionOf) -> "EmbeddedSubscription":
        return EmbeddedSubscription(self, topic, position)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise BusAway(str(error.orig)) from error


class EmbeddedSubscription:
    """All of a topic, for whichever process asks: the tracked position alone says what comes next."""

    def __init__(self, bus: EmbeddedBus, topic: str, position: PositionOf) -> None:
        self._bus = bus
        self._topic = topic
        self._position = position
        self._begun = False

    def poll(self, held: Collection[str], limit: int) -> Turn:
        lost = [] if self._begun else self._lost()
        self._begun = True
        messages = [] if self._topic in held else self._bus.read(self._topic, self._position(self._topic), limit)
        return Turn(frozenset([self._topic]), messages=messages, lost=lost)

    def _lost(self) -> list[Lost]:
        """Nothing is ever taken out of the file; but it can be another one than that which was read before."""
        position, end = self._position(self._topic), self._bus.end(self._topic)
        return [Lost(self._topic, position, 1, end)] if position > end else []

    def done(self, partition: str, offset: int) -> None:
        """Nobody looks."""

    def ends(self) -> Mapping[str, int]:
        return {self._topic: self._bus.end(self._topic)}

    def close(self) -> None:
        """It holds nothing."""


def _end(connection: Connection, topic: str) -> int:
    return connection.execute(select(func.max(MESSAGES.c.offset)).where(MESSAGES.c.topic == topic)).scalar() or 0
