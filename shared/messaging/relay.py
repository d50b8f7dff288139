"""Log to bus: every fact a service publishes, in order, at least once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventsourcing.persistence import Tracking

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.messaging.bus import Bus, Record, Sending

TRACKED_AS = "relay"
BATCH = 500

Publish = Callable[[int, Fact], Sequence[Record]]
"""What a service publishes of a fact at a position in its log: nothing, or messages."""


class Relay:
    """Sends what `publish` makes of each fact, its personal text still sealed, then saves how far it came.

    It stops at the first failure: what lies before it has been sent, nothing after it. Killed between sending and
    saving it sends again, with the same ids, for `publish` knows only the position and the fact.
    """

    def __init__(self, ledger: Ledger, bus: Bus, publish: Publish) -> None:
        self.sent = 0
        """Messages that this process has sent."""
        self._ledger = ledger
        self._bus = bus
        self._publish = publish
        self._under_way: _UnderWay | None = None

    def step(self) -> int:
        """Relay the next facts; gives how many there were. Raises BusAway, and whatever `publish` raises.

        It does not wait for the bus: a later step sees what became of the sending, and meanwhile it gives 0.
        """
        if self._under_way is None:
            self._under_way = self._send()
        under_way = self._under_way
        try:
            if under_way.sending is not None and not under_way.sending.wait(0):
                return 0
        except Exception:
            self._under_way = None
            raise
        self._under_way = None
        if under_way.facts:
            self._ledger.recorder.insert_tracking(Tracking(TRACKED_AS, under_way.reached))
            self.sent += under_way.messages
        if under_way.failure is not None:
            raise under_way.failure
        return under_way.facts

    def position(self) -> int:
        """The position in the log up to which everything is on the bus."""
        return self._ledger.recorder.max_tracking_id(TRACKED_AS) or 0

    def _send(self) -> "_UnderWay":
        start = self.position()
        notifications = self._ledger.recorder.select_notifications(start, BATCH, inclusive_of_start=False)
        records: list[Record] = []
        reached, facts, failure = start, 0, None
        for notification in notifications:
            try:
                fact = self._ledger.mapper.decode(notification.topic, notification.state)
                records.extend(self._publish(int(notification.id), fact))
            except Exception as error:  # noqa: BLE001  raised once what lies before it is sent
                failure = error
                break
            reached, facts = int(notification.id), facts + 1
        return _UnderWay(self._bus.send(records) if records else None, reached, facts, len(records), failure)


@dataclass(frozen=True)
class _UnderWay:
    """What was read of the log, as far as `reached`, and what makes its messages wait for the bus, if any does."""

    sending: Sending | None
    reached: int
    facts: int
    messages: int
    failure: Exception | None
