"""A consumer's part of a topic of Kafka: a member of its group, which never blocks the worker that asks it."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import msgspec
from kafka import ConsumerRebalanceListener
from kafka.structs import OffsetAndMetadata, TopicPartition

from shared.messaging.bus import BusAway, Lost, PositionOf, Received, Turn
from shared.messaging.kafka_clients import CONNECT_SECONDS, HANG_SECONDS, close_consumer
from shared.messaging.kafka_reader import name_of, place_of, received
from shared.messaging.watched import Pending, Watched

POLL_MS = 1_000
AT_ONCE_SECONDS = 0.005
"""How long `poll` waits for what the client has fetched already."""
LEFT_OUT_SECONDS = 30.0
"""Who has no partition for so long is out of the group. kafka-python may not notice, and polls in vain for good."""


class _Fetched(msgspec.Struct):
    """What one turn in the client's thread gave."""

    messages: list[Received]
    ours: frozenset[str]
    assigned: frozenset[str]
    lost: list[Lost]
    ends: dict[str, int]


class Member:
    """A kafka-python consumer of the group, and the partitions it was given that wait for a place to begin.

    A partition begins paused, for the offset that Kafka has committed is not where it begins: that is its position in
    the service's database, which nobody may ask for inside a rebalance.
    """

    def __init__(self, consumer: Any, topic: str) -> None:
        self.consumer = consumer
        self.assigned: set[TopicPartition] = set()
        self._had_some_at = time.monotonic()
        consumer.subscribe([topic], listener=_Listener(self))

    def turn(self, places: Mapping[str, int], held: Collection[str], done: Mapping[str, int], limit: int) -> _Fetched:
        """Begin the partitions of `places` there, let those of `held` rest, and fetch of the others. Raises BusAway."""
        lost = self._begin({place_of(name): position for name, position in places.items()})
        resting = {place_of(name) for name in held} | self.assigned
        for place in self.consumer.assignment():
            (self.consumer.pause if place in resting else self.consumer.resume)(place)
        self._commit({place_of(name): offset for name, offset in done.items()})
        polled = self.consumer.poll(timeout_ms=POLL_MS, max_records=limit)
        ours, assigned = self.consumer.assignment(), frozenset(self.assigned)
        self._refuse_to_be_left_out(ours)
        return _Fetched(
            messages=[received(record) for place in ours - assigned for record in polled.get(place, ())],
            ours=frozenset(map(name_of, ours)),
            assigned=frozenset(map(name_of, assigned)),
            lost=lost,
            ends={name_of(place): end for place in ours if (end := self.consumer.highwater(place)) is not None},
        )

    def _refuse_to_be_left_out(self, ours: Collection[TopicPartition]) -> None:
        """Raises BusAway where the group has long given it nothing, so that another member is made."""
        now = time.monotonic()
        if ours:
            self._had_some_at = now
        elif now - self._had_some_at > LEFT_OUT_SECONDS:
            raise BusAway(f"its group gave it no partition within {LEFT_OUT_SECONDS:g} s")

    def _begin(self, places: Mapping[TopicPartition, int]) -> list[Lost]:
        """Each partition of `places` that is still ours goes on from there; gives what cannot be read any more."""
        ours = [place for place in places if place in self.assigned]
        if not ours:
            return []
        firsts = self.consumer.beginning_offsets(ours, timeout_ms=CONNECT_SECONDS * 1000)
        ends = self.consumer.end_offsets(ours, timeout_ms=CONNECT_SECONDS * 1000)
        lost = []
        for place in ours:
            first, end, position = firsts[place], ends[place], places[place]
            self.consumer.seek(place, min(max(position, first), end))
            self.assigned.discard(place)
            if not first <= position <= end:
                lost.append(Lost(name_of(place), position, first + 1, end))
        return lost

    def _commit(self, done: Mapping[TopicPartition, int]) -> None:
        """For onlookers, who measure lag by it; so nothing depends on whether it arrives."""
        ours = self.consumer.assignment()
        offsets = {place: OffsetAndMetadata(offset, "", -1) for place, offset in done.items() if place in ours}
        if offsets:
            self.consumer.commit_async(offsets)

    def close(self) -> None:
        close_consumer(self.consumer)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python is not typed
    """Notes what the group gave us. It runs inside the rebalance and must not wait for anything."""

    def __init__(self, member: Member) -> None:
        self._member = member

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        places = list(assigned)
        self._member.assigned.update(places)
        self._member.consumer.pause(*places)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._member.assigned.difference_update(revoked)


class KafkaSubscription:
    """Subscription of one topic. A fetch is always under way in the client's thread; `poll` takes what it brought."""

    def __init__(self, make: Callable[[], Any], topic: str, position: PositionOf) -> None:
        self._member = Watched(lambda: Member(make(), topic), Member.close, HANG_SECONDS)
        self._position = position
        self._fetching: Pending[_Fetched] | None = None
        self._to_begin: frozenset[str] = frozenset()
        self._ours: frozenset[str] = frozenset()
        self._done: dict[str, int] = {}
        self._ends: dict[str, int] = {}

    def poll(self, held: Collection[str], limit: int) -> Turn:
        patience = 0.0
        if self._fetching is None:
            places = {name: self._position(name) for name in self._to_begin}
            done, self._done = self._done, {}
            resting = frozenset(held)
            self._fetching = self._member.submit(lambda member: member.turn(places, resting, done, limit))
            patience = AT_ONCE_SECONDS
        try:
            if not self._fetching.wait(patience):
                return Turn(self._ours)
            fetched = self._fetching.result()
        except Exception:
            self._fetching, self._to_begin, self._ours = None, frozenset(), frozenset()
            raise
        self._fetching = None
        self._to_begin, self._ours = fetched.assigned, fetched.ours
        self._ends = fetched.ends
        return Turn(fetched.ours, fetched.assigned, fetched.messages, fetched.lost)

    def done(self, partition: str, offset: int) -> None:
        self._done[partition] = offset

    def ends(self) -> Mapping[str, int]:
        return self._ends

    def close(self) -> None:
        self._fetching = None
        self._member.close()
