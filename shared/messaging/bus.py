"""The bus as the services see it: topics of keyed messages, each with an offset."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import msgspec


class BusAway(Exception):  # noqa: N818  says what is the case, as the family of refusals does
    """The bus cannot be reached, or did not take all of what was sent. Try again later."""


class Record(msgspec.Struct, frozen=True):
    """A message to send. Messages of one topic and key keep their order."""

    topic: str
    key: str
    value: bytes


class Received(msgspec.Struct, frozen=True):
    """A message as the bus has it. `topic` is the name of the partition that it was read under."""

    topic: str
    offset: int
    key: str
    value: bytes


class Lost(msgspec.Struct, frozen=True):
    """Messages that a reader had still to read and never can: the bus no longer has them, or has others there.

    `position` is how far the reader came, `first` the first offset there is, `last` the last.
    """

    partition: str
    position: int
    first: int
    last: int


class Turn(msgspec.Struct, frozen=True):
    """What a subscription gives at a time. What was given before of partitions not in `ours` is someone else's now."""

    ours: frozenset[str]
    begun: frozenset[str] = frozenset()
    """Partitions that begin anew from their tracked position; what was given of them before comes again."""
    messages: Sequence[Received] = ()
    lost: Sequence[Lost] = ()


PositionOf = Callable[[str], int]
"""The tracked position of a partition: the offset of the last message done with, 0 where there was none."""


class Sending(Protocol):
    """Messages on their way."""

    def wait(self, seconds: float | None = None) -> bool:
        """Wait up to `seconds`, or as long as it takes; gives whether the bus has them all. Raises BusAway."""


class Subscription(Protocol):
    """A consumer's part of a topic: all of its partitions, or some while other processes have the others."""

    def poll(self, held: Collection[str], limit: int) -> Turn:
        """The next messages, but none of the partitions in `held`; without waiting for any. Raises BusAway."""

    def done(self, partition: str, offset: int) -> None:
        """Tell the bus, some time soon, how far the consumer came. For onlookers: the tracked position decides."""

    def ends(self) -> Mapping[str, int]:
        """The last offset of each of our partitions, as far as is known without asking."""

    def close(self) -> None:
        """Leave our partitions to others."""


class Bus(Protocol):
    """Append-only topics. Offsets rise from 1 and are never used again; what `read` once gave stays as it is.

    Offsets count per partition, and a partition is read under a name of its own: `hr.staff.v1/3`. A bus whose topics
    have one partition reads it under the topic's name. A consumer's tracked position and its attempts belong to a
    partition. Every call raises BusAway when the bus cannot be reached; none waits for it longer than a few seconds.
    """

    def publish(self, records: Sequence[Record]) -> None:
        """Send `records` in order; returns when the bus has them all for good. After BusAway, send them again."""

    def send(self, records: Sequence[Record]) -> Sending:
        """Begin to send `records`, in order and behind what is on its way."""

    def partitions(self, topic: str) -> Sequence[str]:
        """The names under which the partitions of `topic` are read, in an order that stays."""

    def read(self, partition: str, after: int, limit: int) -> list[Received]:
        """Up to `limit` messages with an offset above `after`, in order."""

    def read_on(self, after: Mapping[str, int], limit: int) -> list[Received]:
        """Up to `limit` messages of the partitions named, each above its offset and each partition in order."""

    def end(self, partition: str) -> int:
        """The offset of the last message; 0 while there is none."""

    def subscribe(self, topic: str, position: PositionOf) -> Subscription:
        """Take part in consuming `topic`, each partition from behind its tracked position."""

    def create_tables(self) -> None:
        """Make what the bus keeps on this machine, if anything."""

    def close(self) -> None:
        """Let go of files and connections."""


def topic_of(partition: str) -> str:
    """The topic of a partition's name."""
    return partition.partition("/")[0]
