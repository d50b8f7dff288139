"""Positions put back to the beginning, where a topic was made anew."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from shared.clock import Clock
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.eventstore.ledger import Call, Ledger, Once
from shared.messaging.bus import Bus, topic_of
from shared.messaging.letters import ROLE
from shared.messaging.poison import NOBODY, Poison
from shared.messaging.relay import TRACKED_AS
from shared.worker_lock import WorkerLock

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:position")


class Rewound(Fact, frozen=True, kw_only=True):
    """How far a partition had been read, or (as `relay`) the log been sent, was forgotten at `offset`."""

    partition: str
    offset: int


class WorkerAtWorkError(Exception):
    """A worker of the service is active: what it has in hand would move the position on again."""


class LettersWaitError(Exception):
    """Dead letters of the topic wait: a message of the new topic can stand in the place of one of them."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class Stand(msgspec.Struct, frozen=True):
    """How far one partition was read, and the last offset the bus has of it; of the relay how far it sent the log."""

    name: str
    position: int
    end: int


class _Position(Aggregate):
    """The stream of what was done about the positions of one topic."""

    def evolve(self, fact: Fact) -> None:
        """Nothing is decided by what was done before."""


class Positions:
    """How far one service, which goes by the name `service`, came with the topics that it `reads` and `writes`."""

    def __init__(
        self,
        *,
        service: str,
        ledger: Ledger,
        bus: Bus,
        poison: Poison,
        lock: WorkerLock,
        reads: Sequence[str],
        writes: Sequence[str],
        fact: type[Rewound],
        clock: Clock,
    ) -> None:
        self.service = service
        self.reads = tuple(reads)
        self.writes = tuple(writes)
        self._ledger = ledger
        self._bus = bus
        self._poison = poison
        self._lock = lock
        self._fact = fact
        self._clock = clock

    def stands(self, topic: str) -> list[Stand]:
        """Where the service stands in `topic`: in each partition, or with its relay. Raises BusAway."""
        if topic in self.writes:
            return [Stand(TRACKED_AS, self._position(TRACKED_AS), self._ledger.position())]
        return [Stand(name, self._position(name), self._bus.end(name)) for name in self._bus.partitions(topic)]

    def rewind(self, topic: str, actor: str, reason: str) -> None:
        """Begin `topic` anew, and state it in the log. No message that was taken in before is taken in again.

        A topic that the service writes is sent again with all others that it writes, for the relay has one position.
        Raises WorkerAtWorkError, LettersWaitError, BusAway.
        """
        if not self._lock.acquire():
            raise WorkerAtWorkError(self.service)
        try:
            if waiting := [letter for letter in self._poison.letters() if topic_of(letter.topic) == topic]:
                raise LettersWaitError(len(waiting))
            behind = [stand for stand in self.stands(topic) if stand.position]
            for stand in behind:
                self._poison.withdraw(stand.name)
            self._put_back(topic, behind, actor, reason)
        finally:
            self._lock.release()

    def _put_back(self, topic: str, behind: Sequence[Stand], actor: str, reason: str) -> None:
        """State it and forget the positions, in one transaction."""
        stream = stream_of_topic(topic)
        act = Act(recorded_at=self._clock(), actor=actor, role=ROLE, correlation_id=str(stream), reason=reason)

        def command(one: _Position) -> None:
            for stand in behind:
                one.record(self._fact, partition=stand.name, offset=stand.position, staff_id=NOBODY)

        marks = Once(forgotten=[stand.name for stand in behind])
        self._ledger.execute(_Position, stream, Call(act=act, once=lambda _: marks), command)

    def _position(self, name: str) -> int:
        return self._ledger.recorder.max_tracking_id(name) or 0


def stream_of_topic(topic: str) -> UUID:
    """The stream in which is stated what was done about the positions of a topic."""
    return uuid5(NAMESPACE, topic)
