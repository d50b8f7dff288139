"""Bus to reactions: each message once, in the transaction of what it leads to; what cannot be handled is parked."""

import time
from collections.abc import Callable

import msgspec
import sqlalchemy.exc
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, Tracking

from shared.errors import Refusal
from shared.eventstore.ledger import AlreadySeenError, Ledger, Once
from shared.eventstore.recorder import MessageId
from shared.messaging.bus import Bus, BusAway, Received
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
    """Reads one topic from the tracked position on and reacts to each message once.

    A message is skipped when its offset is tracked, or its (source, id) was seen: HR and payroll may send it again.
    A refusal and a message that breaks its schema are parked at once, for they would fail again; any other error is
    tried `ATTEMPTS` times. When the log or the bus is away nothing is counted: the worker tries again until it is back.

    A parked message does not hold back the same person's later ones. Each HR and payroll message is a complete fact,
    judged on what the log knows, in any order; holding a leaver's corrections back behind one broken message
    would do more harm than recording them without it, and a replay later is judged by the same rule.
    """

    def __init__(self, *, topic: str, bus: Bus, ledger: Ledger, react: React, poison: Poison) -> None:
        self.topic = topic
        self._bus = bus
        self._recorder = ledger.recorder
        self._react = react
        self._poison = poison
        self._log = logger(consumer=topic)
        self._paused_until = 0.0

    def step(self) -> int:
        """Handle the next messages; gives how many were done with. Raises only when the log or the bus is away."""
        if time.monotonic() < self._paused_until:
            return 0
        position = self.position()
        done = 0
        for received in self._bus.read(self.topic, position, BATCH):
            if received.offset <= position:
                continue
            if not self._handle(received):
                break
            done += 1
        return done

    def position(self) -> int:
        """The offset of the last message that was done with."""
        return self._recorder.max_tracking_id(self.topic) or 0

    def letters(self) -> list[DeadLetter]:
        """The dead letters of this topic that wait."""
        return [letter for letter in self._poison.letters() if letter.topic == self.topic]

    def replay(self, letter: DeadLetter) -> None:
        """React to a dead letter now, whatever the position. Raises what the reaction raises; the letter then stays."""
        event = decode(letter.value)
        message = MessageId(event.source, event.id)
        if not self._recorder.has_seen(message):
            self._react_once(event, Once(message=message))
        self._poison.settle(letter)

    def _handle(self, received: Received) -> bool:
        """True once done with the message; False to come back to it after a pause."""
        try:
            event = decode(received.value)
        except NotACloudEvent as error:
            self._park(received, describe(error), attempts=1)
            return True
        marks = Once(
            message=MessageId(event.source, event.id),
            tracking=Tracking(self.topic, received.offset),
        )
        if self._recorder.has_seen(MessageId(event.source, event.id)):
            self._advance(received.offset)
            return True
        attempt = self._poison.begin(self.topic, received.offset)
        if attempt > ATTEMPTS:
            self._park(received, KILLED, ATTEMPTS)
            return True
        return self._attempt(received, event, marks, attempt)

    def _attempt(self, received: Received, event: CloudEvent, marks: Once, attempt: int) -> bool:
        try:
            self._react_once(event, marks)
        except AlreadySeenError:
            self._advance(received.offset)
        except (Refusal, msgspec.MsgspecError) as error:
            self._park(received, describe(error), attempt)
        except OUTAGES:
            self._poison.withdraw(self.topic)
            raise
        except Exception as error:  # noqa: BLE001  whatever a reaction raises is tried again, then parked with its name
            failure = describe(error)
            if attempt >= ATTEMPTS:
                self._park(received, failure, attempt)
                return True
            self._log.warning(
                "reaction_failed", offset=received.offset, attempt=attempt, error=failure.type, text=failure.text
            )
            self._paused_until = time.monotonic() + FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
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
        self._poison.park(received, failure, attempts)
        self._log.error(
            "message_parked", offset=received.offset, attempts=attempts, error=failure.type, text=failure.text
        )
        self._advance(received.offset)

    def _advance(self, offset: int) -> None:
        if self.position() < offset:
            self._recorder.insert_tracking(Tracking(self.topic, offset))
