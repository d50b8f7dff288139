"""Messages that cannot be reacted to: how often each was tried, and the dead letters they end as."""

import base64
from datetime import datetime

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    case,
    delete,
    select,
    update,
)

from shared.clock import Clock
from shared.messaging.bus import Bus, Received, Record, topic_of
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.database import create_tables, insert
from shared.messaging.failure import Failure

METADATA = MetaData()
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("topic", String, primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
)
DEAD_LETTERS = Table(
    "dead_letters",
    METADATA,
    Column("topic", String, primary_key=True),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("error_type", String, nullable=False),
    Column("error_text", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", String, nullable=False),
    Column("settled_at", String),
)


class DeadLetter(msgspec.Struct, frozen=True):
    """A parked message. `settled_at` is when it was retried with success, or dropped; None while it waits."""

    topic: str
    offset: int
    key: str
    value: bytes
    error_type: str
    error_text: str
    attempts: int
    parked_at: str
    settled_at: str | None = None


class Poison:
    """The attempts and dead letters of one service, in a database of its own, and the dead-letter topics on the bus."""

    def __init__(self, engine: Engine, bus: Bus, service: str, clock: Clock) -> None:
        self.engine = engine
        self._bus = bus
        self._service = service
        self._clock = clock

    def create_tables(self) -> None:
        create_tables(self.engine, METADATA)

    def begin(self, topic: str, offset: int) -> int:
        """Count an attempt, for good, before it is made; gives which one it is.

        Messages of a topic are handled in order, so only the one in hand has a count.
        """
        row = insert(self.engine, ATTEMPTS).values(topic=topic, offset=offset, attempts=1)
        count = case((ATTEMPTS.c.offset == row.excluded.offset, ATTEMPTS.c.attempts + 1), else_=1)
        counted = row.on_conflict_do_update(
            index_elements=["topic"],
            set_={"offset": row.excluded.offset, "attempts": count},
        ).returning(ATTEMPTS.c.attempts)
        with self.engine.connect() as connection:
            return int(connection.execute(counted).scalar_one())

    def withdraw(self, topic: str) -> None:
        """Forget the attempts at the message in hand: it was not the message's fault."""
        with self.engine.connect() as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.topic == topic))

    def park(self, received: Received, failure: Failure, attempts: int) -> None:
        """Put the message among the dead letters, on the bus and in the database. May be done again.

        In a topic that was made anew it can stand where a settled one stood in the old, and takes its place.
        """
        now = self._clock()
        letter = DeadLetter(
            topic=received.topic,
            offset=received.offset,
            key=received.key,
            value=received.value,
            error_type=failure.type,
            error_text=failure.text,
            attempts=attempts,
            parked_at=now.isoformat(),
        )
        self._bus.publish([Record(f"{topic_of(letter.topic)}.dlq", letter.key, self._envelope(letter, now).encode())])
        fields = msgspec.structs.asdict(letter)
        row = insert(self.engine, DEAD_LETTERS).values(fields)
        other = DEAD_LETTERS.c.settled_at.is_not(None) & (DEAD_LETTERS.c.value != row.excluded.value)
        with self.engine.connect() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["topic", "offset"], set_=fields, where=other))

    def letters(self, *, settled: bool = False) -> list[DeadLetter]:
        """The dead letters that wait, oldest first by topic; with `settled`, those that were retried or dropped."""
        condition = DEAD_LETTERS.c.settled_at.is_not(None) if settled else DEAD_LETTERS.c.settled_at.is_(None)
        query = select(DEAD_LETTERS).where(condition).order_by(DEAD_LETTERS.c.topic, DEAD_LETTERS.c.offset)
        with self.engine.connect() as connection:
            return [DeadLetter(*row) for row in connection.execute(query)]

    def settle(self, letter: DeadLetter) -> None:
        """Note that `letter` waits no longer: a retry succeeded, or it was dropped."""
        this = (DEAD_LETTERS.c.topic == letter.topic) & (DEAD_LETTERS.c.offset == letter.offset)
        with self.engine.connect() as connection:
            connection.execute(update(DEAD_LETTERS).where(this).values(settled_at=self._clock().isoformat()))

    def _envelope(self, letter: DeadLetter, now: datetime) -> CloudEvent:
        return CloudEvent.of(
            id=f"{self._service}/{letter.topic}/{letter.offset}",
            source=f"/cpd/{self._service}",
            type="cpd.DeadLetter.v1",
            subject=letter.key,
            time=now,
            partitionkey=letter.key,
            data={
                "topic": letter.topic,
                "offset": str(letter.offset),
                "error_type": letter.error_type,
                "error_text": letter.error_text,
                "attempts": letter.attempts,
                **_original(letter.value),
            },
        )


def _original(value: bytes) -> dict[str, str]:
    try:
        return {"value": value.decode()}
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}
