"""Bus to reactions: each message once, in the transaction of what it leads to; what cannot be handled is parked."""

import time
from collections import deque
from collections.abc import Callable

import msgspec
import sqlalchemy.exc
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, Tracking

from shared.errors import Refusal
from shared.eventstore.ledger import AlreadySeenError, Ledger, Once
from shared.eventstore.recorder import MessageId
from shared.messaging.bus import Bus, BusAway, Lost, Received, Subscription, topic_of
from shared.messaging.cloudevents import CloudEvent, NotACloudEvent, decode
from shared.messaging.failure import Failure, describe
from shared.messaging.logs import logger
from shared.messaging.poison import DeadLetter, Poison

BATCH = 100
ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05
KILLED = Failure("ProcessEnded", "the process ended during every attempt")
OUTAGES = (BusAway, OperationalError, InterfaceError, sqlalchemy.exc.OperationalError)

React = Callable[[CloudEvent, Once], None]
"""A reaction. Where it records facts it gives the marks to exactly one `Call` as `once=lambda _: marks`, so that facts,
tracking and seen message are one transaction. Where it records none it returns, and the consumer commits the marks."""


class Consumer:
    """Reads one topic, each partition from its tracked position on, and reacts to each message once.

    A message is skipped when its offset is tracked, or its (source, id) was seen: HR and payroll may send it again.
    A refusal and a message that breaks its schema are parked at once, for they would fail again; any other error is
    tried `ATTEMPTS` times. When the log or the bus is away nothing is counted: the worker tries again until it is back.

    A parked message does not hold back the same person's later ones. Each HR and payroll message is a complete fact,
    judged on what the log knows, in any order; holding a leaver's corrections back behind one broken message
    would do more harm than recording them without it, and a retry later is judged by the same rule. A message that
    waits for its next attempt holds back its partition only.
    """

    def __init__(self, *, topic: str, bus: Bus, ledger: Ledger, react: React, poison: Poison) -> None:
        self.topic = topic
        self.parked = 0
        """Messages that this process has parked."""
        self.lost = 0
        """Times that this process found messages gone from the bus which it had still to read."""
        self._bus = bus
        self._recorder = ledger.recorder
        self._react = react
        self._poison = poison
        self._log = logger(consumer=topic)
        self._subscription: Subscription | None = None
        self._waiting: dict[str, deque[Received]] = {}
        self._paused_until: dict[str, float] = {}
        self._reached: dict[str, int] = {}
        self._passed_over: dict[str, Received] = {}

    def step(self) -> int:
        """Handle the next messages; gives how many were done with. Raises only when the log or the bus is away."""
        self._fetch()
        return sum(self._handle_all(partition) for partition in list(self._waiting))

    def position(self) -> int:
        """How many messages were done with: on a bus with partitions, in all of them."""
        return sum(self.positions().values())

    def positions(self) -> dict[str, int]:
        """The offset of the last message that was done with, by partition. Raises BusAway."""
        return {partition: self._position(partition) for partition in self._bus.partitions(self.topic)}

    def lag(self) -> int:
        """How many messages wait on the bus, as far as this consumer knows of them without asking. For any thread."""
        subscription = self._subscription
        ends = {} if subscription is None else subscription.ends()
        return sum(max(0, end - self._reached.get(name, 0)) for name, end in ends.items())

    def close(self) -> None:
        """Leave the topic to others; a later step takes part again."""
        if self._subscription is not None:
            self._subscription.close()
        self._subscription = None
        self._waiting.clear()

    def _fetch(self) -> None:
        if self._subscription is None:
            self._subscription = self._bus.subscribe(self.topic, self._position)
        turn = self._subscription.poll(self._waiting.keys(), BATCH)
        for partition in [name for name in self._waiting if name not in turn.ours or name in turn.begun]:
            del self._waiting[partition]
        for received in turn.messages:
            self._waiting.setdefault(received.topic, deque()).append(received)
        for lost in turn.lost:
            self._tell_of_lost(lost)

    def _tell_of_lost(self, lost: Lost) -> None:
        """Nothing can be done here; but what was never reacted to must not pass unnoticed."""
        if lost.position == 0:
            self._log.warning("partition_begins_late", partition=lost.partition, first_offset=lost.first)
            return
        self.lost += 1
        self._log.error("messages_lost", **msgspec.structs.asdict(lost))

    def _handle_all(self, partition: str) -> int:
        """Handle what waits of one partition, as far as its messages succeed or are parked."""
        if time.monotonic() < self._paused_until.get(partition, 0.0):
            return 0
        waiting, position, done = self._waiting[partition], self._position(partition), 0
        while waiting:
            if waiting[0].offset > position:
                if not self._handle(waiting[0]):
                    break
                done += 1
                position = waiting[0].offset
            waiting.popleft()
        if (passed_over := self._passed_over.pop(partition, None)) is not None:
            self._advance(passed_over)
        if not waiting:
            del self._waiting[partition]
        self._reached[partition] = position
        if self._subscription is not None:
            self._subscription.done(partition, position)
        return done

    def _position(self, partition: str) -> int:
        self._reached[partition] = self._recorder.max_tracking_id(partition) or 0
        return self._reached[partition]

    def letters(self) -> list[DeadLetter]:
        """The dead letters of this topic that wait."""
        return [letter for letter in self._poison.letters() if topic_of(letter.topic) == self.topic]

    def react_again(self, letter: DeadLetter) -> None:
        """React to a dead letter now, whatever the position, unless that was done. Raises what the reaction raises."""
        event = decode(letter.value)
        message = MessageId(event.source, event.id)
        if not self._recorder.has_seen(message):
            self._react_once(event, Once(message=message))

    def _handle(self, received: Received) -> bool:
        """True once done with the message; False to come back to it after a pause."""
        try:
            event = decode(received.value)
        except NotACloudEvent as error:
            self._park(received, describe(error), attempts=1)
            return True
        marks = Once(
            message=MessageId(event.source, event.id),
            tracking=Tracking(received.topic, received.offset),
        )
        if self._recorder.has_seen(MessageId(event.source, event.id)):
            self._passed_over[received.topic] = received  # saved once for all that come together
            return True
        attempt = self._poison.begin(received.topic, received.offset)
        if attempt > ATTEMPTS:
            self._park(received, KILLED, ATTEMPTS)
            return True
        return self._attempt(received, event, marks, attempt)

    def _attempt(self, received: Received, event: CloudEvent, marks: Once, attempt: int) -> bool:
        try:
            self._react_once(event, marks)
        except AlreadySeenError:
            self._advance(received)
        except (Refusal, msgspec.MsgspecError) as error:
            self._park(received, describe(error), attempt)
        except OUTAGES:
            self._poison.withdraw(received.topic)
            raise
        except Exception as error:  # noqa: BLE001  whatever a reaction raises is tried again, then parked with its name
            failure = describe(error)
            if attempt >= ATTEMPTS:
                self._park(received, failure, attempt)
                return True
            self._log.warning(
                "reaction_failed",
                partition=received.topic,
                offset=received.offset,
                attempt=attempt,
                error=failure.type,
                text=failure.text,
            )
            self._paused_until[received.topic] = time.monotonic() + FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
            return False
        return True

    def _react_once(self, event: CloudEvent, marks: Once) -> None:
        """React; commit the marks if the reaction had nothing to record them with."""
        self._react(event, marks)
        if marks.message is None or self._recorder.has_seen(marks.message):
            return
        try:
            self._recorder.insert_events([], message=marks.message, tracking=marks.tracking)
        except IntegrityError as error:
            raise AlreadySeenError(event.id) from error

    def _park(self, received: Received, failure: Failure, attempts: int) -> None:
        try:
            self._poison.park(received, failure, attempts)
        except OUTAGES:
            if failure is not KILLED:  # tried anew, else it would be parked as one that kills its process
                self._poison.withdraw(received.topic)
            raise
        self.parked += 1
        self._log.error(
            "message_parked",
            partition=received.topic,
            offset=received.offset,
            attempts=attempts,
            error=failure.type,
            text=failure.text,
        )
        self._advance(received)

    def _advance(self, received: Received) -> None:
        """Move on without a reaction. Another process that has the partition by now may be further already."""
        if self._position(received.topic) >= received.offset:
            return
        try:
            self._recorder.insert_tracking(Tracking(received.topic, received.offset))
        except IntegrityError:
            if self._position(received.topic) < received.offset:
                raise
