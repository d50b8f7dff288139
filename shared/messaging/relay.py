"""Log to bus: every fact a service publishes, in order, at least once."""

from collections.abc import Callable, Sequence

from eventsourcing.persistence import Tracking

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.messaging.bus import Bus, Record

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
        self._ledger = ledger
        self._bus = bus
        self._publish = publish

    def step(self) -> int:
        """Relay the next facts; gives how many there were. Raises BusAway, and whatever `publish` raises."""
        recorder = self._ledger.recorder
        reached = start = recorder.max_tracking_id(TRACKED_AS) or 0
        notifications = recorder.select_notifications(start, BATCH, inclusive_of_start=False)
        records: list[Record] = []
        try:
            for notification in notifications:
                fact = self._ledger.mapper.decode(notification.topic, notification.state)
                records.extend(self._publish(int(notification.id), fact))
                reached = int(notification.id)
        finally:
            if reached > start:
                self._bus.publish(records)
                recorder.insert_tracking(Tracking(TRACKED_AS, reached))
        return len(notifications)
