"""The bus as the services see it: topics of keyed messages, each with an offset."""

from collections.abc import Sequence
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
    """A message as the bus has it."""

    topic: str
    offset: int
    key: str
    value: bytes


class Bus(Protocol):
    """Append-only topics. Offsets rise from 1 and are never used again; what `read` once gave stays as it is.

    Offsets count per topic. On a bus whose topics have partitions each partition is read under a name of its own
    (`hr.staff.v1/3`), so that a consumer, its tracked position and its attempts belong to one partition.
    Every call raises BusAway when the bus cannot be reached.
    """

    def publish(self, records: Sequence[Record]) -> None:
        """Send `records` in order; returns when the bus has them all for good. After BusAway, send them again."""

    def read(self, topic: str, after: int, limit: int) -> list[Received]:
        """Up to `limit` messages with an offset above `after`, in order."""

    def end(self, topic: str) -> int:
        """The offset of the topic's last message; 0 while it has none."""
