"""Messages that cannot be reacted to: how often each was tried, and the dead letters they end as, sealed."""

import base64
import re
from datetime import datetime

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
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
from shared.eventstore.sealing import MARK, Sealer
from shared.eventstore.wiping import wipe
from shared.messaging.bus import Bus, Received, Record, topic_of
from shared.messaging.cloudevents import CloudEvent, NotACloudEvent, decode
from shared.messaging.database import create_tables, insert, transaction
from shared.messaging.failure import Failure

PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}")
NOBODY = "unknown"
"""Under whose key that is sealed of which nobody can tell whom it is about."""

METADATA = MetaData()
DEAD_LETTER = "cpd.DeadLetter.v1"
"""The type of a dead letter's message on the bus."""
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
    """The attempts and dead letters of one service, in a database of its own, and the dead-letter topics on the bus.

    A message from Kafka can hold anything about a person as it is. As a dead letter it lies sealed under the person's
    key, on the bus too, and is opened when it is looked at.
    """

    def __init__(self, engine: Engine, bus: Bus, service: str, clock: Clock, sealer: Sealer) -> None:
        self.engine = engine
        self._sealer = sealer
        self._bus = bus
        self._service = service
        self._clock = clock

    def create_tables(self) -> None:
        """Make what is not there, and seal dead letters that an earlier version kept as they came."""
        create_tables(self.engine, METADATA)
        if plain := [letter for letter in self._stored() if not letter.value.startswith(MARK.encode())]:
            for letter in plain:
                sealed = self._sealed(letter.key, letter.value)
                with self.engine.connect() as connection:
                    connection.execute(update(DEAD_LETTERS).where(_this(letter)).values(value=sealed.encode()))
            wipe(self.engine, DEAD_LETTERS.name, [letter.value for letter in plain])

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
            value=self._sealed(received.key, received.value).encode(),
            error_type=failure.type,
            error_text=failure.text,
            attempts=attempts,
            parked_at=now.isoformat(),
        )
        told = self._envelope(letter, received.value, now).encode()
        self._bus.publish([Record(f"{topic_of(letter.topic)}.dlq", letter.key, told)])
        fields = msgspec.structs.asdict(letter)
        row = insert(self.engine, DEAD_LETTERS).values(fields)
        with transaction(self.engine) as connection:
            known = connection.execute(select(DEAD_LETTERS).where(_this(letter))).one_or_none()
            if known is None:
                connection.execute(row.on_conflict_do_nothing())
            elif known.settled_at is not None and self._opened(DeadLetter(*known)).value != received.value:
                connection.execute(update(DEAD_LETTERS).where(_this(letter)).values(fields))

    def letters(self, *, settled: bool = False) -> list[DeadLetter]:
        """The dead letters that wait, oldest first by topic; with `settled`, those that were retried or dropped."""
        return [self._opened(letter) for letter in self._stored() if (letter.settled_at is not None) is settled]

    def settle(self, letter: DeadLetter) -> None:
        """Note that `letter` waits no longer: a retry succeeded, or it was dropped."""
        with self.engine.connect() as connection:
            settled = update(DEAD_LETTERS).where(_this(letter)).values(settled_at=self._clock().isoformat())
            connection.execute(settled)

    def _stored(self) -> list[DeadLetter]:
        query = select(DEAD_LETTERS).order_by(DEAD_LETTERS.c.topic, DEAD_LETTERS.c.offset)
        with self.engine.connect() as connection:
            return [DeadLetter(*row) for row in connection.execute(query)]

    def _sealed(self, key: str, value: bytes) -> str:
        return self._sealer.seal(_whose(key, value), msgspec.json.encode(_original(value)).decode())

    def _opened(self, letter: DeadLetter) -> DeadLetter:
        text = self._sealer.open(letter.value.decode())
        try:
            value = _bytes_of(msgspec.json.decode(text, type=dict[str, str]))
        except msgspec.DecodeError:  # erased: there is nothing to read
            value = text.encode()
        return msgspec.structs.replace(letter, value=value)

    def _envelope(self, letter: DeadLetter, value: bytes, now: datetime) -> CloudEvent:
        whose = _whose(letter.key, value)
        return CloudEvent.of(
            id=f"{self._service}/{letter.topic}/{letter.offset}",
            source=f"/cpd/{self._service}",
            type=DEAD_LETTER,
            subject=letter.key,
            time=now,
            partitionkey=letter.key,
            data={
                "topic": letter.topic,
                "offset": str(letter.offset),
                "error_type": letter.error_type,
                "error_text": letter.error_text,
                "attempts": letter.attempts,
                **{name: self._sealer.seal(whose, text) for name, text in _original(value).items()},
            },
        )


def _original(value: bytes) -> dict[str, str]:
    try:
        return {"value": value.decode()}
    except UnicodeDecodeError:
        return {"value_base64": base64.b64encode(value).decode()}


def _bytes_of(original: dict[str, str]) -> bytes:
    return original["value"].encode() if "value" in original else base64.b64decode(original["value_base64"])


def _whose(key: str, value: bytes) -> str:
    """The person whom the message itself names, else the one whose id is its key."""
    try:
        named = decode(value).data.get("staff_id", key)
    except NotACloudEvent:
        named = key
    return named if isinstance(named, str) and PERSON.fullmatch(named) else NOBODY


def _this(letter: DeadLetter) -> ColumnElement[bool]:
    return (DEAD_LETTERS.c.topic == letter.topic) & (DEAD_LETTERS.c.offset == letter.offset)
