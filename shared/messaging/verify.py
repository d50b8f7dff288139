"""Topics against the log, event by event: what is missing, twice, different or out of order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from shared.eventstore.ledger import Ledger
from shared.messaging.bus import Bus, Received, Record
from shared.messaging.cloudevents import NotACloudEvent, decode
from shared.messaging.relay import TRACKED_AS, Publish
from shared.messaging.scratch import Place, Scratch
from shared.progress import Tell, tell_nobody

BATCH = 1_000
SHOWN = 20

MISSING = "missing"
DIFFERENT = "different from what the log says"
CONTRADICTED = "sent twice with different content"
MISPLACED = "out of order"
STRANGE = "not of this log"
UNREADABLE = "not a CloudEvent"
WRONG = (MISSING, DIFFERENT, CONTRADICTED, MISPLACED, STRANGE, UNREADABLE)

REPEATED = "sent again, the same: allowed, for delivery is at least once"
OLDER = "in an older form, with fewer fields: allowed, for events change by addition"
TO_COME = "of facts that are not relayed yet"
ALLOWED = (REPEATED, OLDER, TO_COME)


class Published(msgspec.Struct, frozen=True):
    """What a service writes on the bus, and from what: the topics, and the function that makes messages of facts."""

    ledger: Ledger
    bus: Bus
    publish: Publish
    topics: Sequence[str]


class Verdict(msgspec.Struct):
    """What was found of one topic: how many messages, how many of each finding, and the first few of each by name."""

    topic: str
    messages: int = 0
    found: Counter[str] = msgspec.field(default_factory=Counter)
    examples: dict[str, list[str]] = msgspec.field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not any(self.found[kind] for kind in WRONG)

    def note(self, kind: str, what: str) -> None:
        self.found[kind] += 1
        if len(shown := self.examples.setdefault(kind, [])) < SHOWN:
            shown.append(what)


def verify(published: Published, tell: Tell = tell_nobody) -> list[Verdict]:
    """Read each topic from its beginning and compare it with what `publish` makes of the log. Raises BusAway.

    `tell` is told how many messages and facts were gone through, of about how many.
    Of a message that is there several times the first counts for the order. It works while the relay does: what was
    relayed before this began must be there. Messages are kept apart in a file meanwhile, so that memory holds no more
    than one entry a key.
    """
    relayed = published.ledger.recorder.max_tracking_id(TRACKED_AS) or 0
    verdicts = {topic: Verdict(topic) for topic in published.topics}
    ends = {topic: _ends(published.bus, topic) for topic in published.topics}
    messages = sum(sum(ends_of.values()) for ends_of in ends.values())
    gone_through = _GoneThrough(tell, messages + published.ledger.recorder.estimated_rows())
    with Scratch() as scratch:
        for topic, verdict in verdicts.items():
            _take_in(published.bus, ends[topic], verdict, scratch, gone_through)
        order = _Order()
        for position, record in _expected(published, gone_through):
            if record.topic in verdicts:
                verdict = verdicts[record.topic]
                _compare(published.bus, verdict, scratch, order, record, relayed=position <= relayed)
        for topic, name in scratch.unexpected():
            verdicts[topic].note(STRANGE, name)
    gone_through.all()
    return list(verdicts.values())


def _ends(bus: Bus, topic: str) -> dict[str, int]:
    return {partition: bus.end(partition) for partition in bus.partitions(topic)}


def _take_in(
    bus: Bus, ends: Mapping[str, int], verdict: Verdict, scratch: Scratch, gone_through: "_GoneThrough"
) -> None:
    for partition, end in ends.items():
        reached = 0
        while reached < end:
            page = bus.read(partition, reached, BATCH)
            if not page:
                break
            for received in page:
                _take_in_one(verdict, scratch, received)
            gone_through.more(page[-1].offset - reached)
            reached = page[-1].offset


def _take_in_one(verdict: Verdict, scratch: Scratch, received: Received) -> None:
    verdict.messages += 1
    try:
        name = _name(received.value)
    except NotACloudEvent:
        verdict.note(UNREADABLE, f"{received.topic} {received.offset}")
        return
    if scratch.add(verdict.topic, name, received):
        return
    first = scratch.find(verdict.topic, name)
    same = first is not None and scratch.is_same(first, received.value)
    verdict.note(REPEATED if same else CONTRADICTED, f"{name} at {received.topic} {received.offset}")


def _compare(bus: Bus, verdict: Verdict, scratch: Scratch, order: "_Order", record: Record, *, relayed: bool) -> None:
    name = _name(record.value)
    place = scratch.expect(verdict.topic, name)
    if place is None:
        verdict.note(MISSING if relayed else TO_COME, name)
        return
    if not scratch.is_same(place, record.value):
        (on_bus,) = bus.read(place.partition, place.offset - 1, 1)
        kind = OLDER if _is_part(decode(on_bus.value), decode(record.value)) else DIFFERENT
        verdict.note(kind, f"{name} at {place.partition} {place.offset}")
    if place.key != record.key:
        verdict.note(DIFFERENT, f"{name} at {place.partition} {place.offset}: its key")
    elif not order.follows(verdict.topic, place):
        verdict.note(MISPLACED, f"{name} at {place.partition} {place.offset}")


def _expected(published: Published, gone_through: "_GoneThrough") -> Iterator[tuple[int, Record]]:
    """Every message of the log, with the position of its fact, in the order of the log."""
    recorder, mapper, reached = published.ledger.recorder, published.ledger.mapper, 0
    while notifications := recorder.select_notifications(reached, BATCH, inclusive_of_start=False):
        for notification in notifications:
            reached = int(notification.id)
            for record in published.publish(reached, mapper.decode(notification.topic, notification.state)):
                yield reached, record
        gone_through.more(len(notifications))


class _GoneThrough:
    """How many messages and facts were gone through. How many there are is an estimate, for the log grows meanwhile."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._done, self._total = tell, 0, total
        self.more(0)

    def more(self, count: int) -> None:
        self._done += count
        self._tell(min(self._done, self._total), self._total)

    def all(self) -> None:
        self._tell(self._total, self._total)


class _Order:
    """Where the last message of each key was; the next one of that key must stand behind it."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[str, int]] = {}

    def follows(self, topic: str, place: Place) -> bool:
        before = self._last.get((topic, place.key))
        self._last[topic, place.key] = (place.partition, place.offset)
        return before is None or (before[0] == place.partition and before[1] < place.offset)


def _name(value: bytes) -> str:
    event = decode(value)
    return f"{event.source} {event.id}"


def _is_part(old: Any, new: Any) -> bool:
    """Whether `new` says all that `old` does, and perhaps more."""
    ours, theirs = msgspec.to_builtins(old), msgspec.to_builtins(new)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(name in theirs and _is_part(value, theirs[name]) for name, value in ours.items())
    return bool(ours == theirs)
