"""The feed: a topic's messages by HTTP, for systems without the bus."""

from typing import Any

import msgspec

from shared.errors import FieldRefused
from shared.messaging.bus import Bus
from shared.messaging.cloudevents import NotACloudEvent, decode

MAXIMUM = 200
LONGEST_NUMBER = 18  # digits of a 64-bit offset
MOST_PARTITIONS = 1_000
BETWEEN = "-"


def feed(bus: Bus, topic: str, after: str | None, limit: int) -> dict[str, Any]:
    """`{items, next}`: the messages after the cursor `after`, each a CloudEvent with its `cursor`.

    A cursor is how far each partition of the topic was read, its offsets in the order of `Bus.partitions`: where there
    is one partition, a number. Readers keep it as it is. Messages of one key come in order.

    `next` is the cursor to go on from. It is None on an empty page: ask again later with the last cursor there was.
    What is no CloudEvent is passed over. Raises FieldRefused, BusAway.
    """
    if not 1 <= limit <= MAXIMUM:
        raise FieldRefused(limit=f"must be from 1 to {MAXIMUM}")
    offsets = _offsets(after)
    partitions = bus.partitions(topic)
    if len(offsets) > len(partitions):
        raise FieldRefused(after="is not a cursor of this feed")
    reached = dict.fromkeys(partitions, 0) | dict(zip(partitions, offsets, strict=False))
    items, next_cursor = [], None
    for received in bus.read_on(reached.copy(), limit):
        reached[received.topic] = received.offset
        next_cursor = BETWEEN.join(str(reached[partition]) for partition in partitions)
        try:
            event = decode(received.value)
        except NotACloudEvent:
            continue
        items.append({**msgspec.to_builtins(event), "cursor": next_cursor})
    return {"items": items, "next": next_cursor}


def _offsets(after: str | None) -> list[int]:
    """The offsets in a cursor. One that is older than a partition says nothing of it."""
    if after is None or after == "":
        return []
    numbers = after.split(BETWEEN, MOST_PARTITIONS)
    if not all(number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER for number in numbers):
        raise FieldRefused(after="is not a cursor of this feed")
    return [int(number) for number in numbers]
