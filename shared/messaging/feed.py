"""The feed: a topic's messages by HTTP, for systems without the bus."""

from typing import Any

import msgspec

from shared.errors import FieldRefused
from shared.messaging.bus import Bus
from shared.messaging.cloudevents import NotACloudEvent, decode

MAXIMUM = 200
LONGEST_CURSOR = 18  # digits of a 64-bit offset


def feed(bus: Bus, topic: str, after: str | None, limit: int) -> dict[str, Any]:
    """`{items, next}`: the messages after the cursor `after`, each a CloudEvent with its `cursor`.

    `next` is the cursor to go on from. It is None on an empty page: ask again later with the last cursor there was.
    What is no CloudEvent is passed over. Raises FieldRefused, BusAway.
    """
    if not 1 <= limit <= MAXIMUM:
        raise FieldRefused(limit=f"must be from 1 to {MAXIMUM}")
    page = bus.read(topic, _offset(after), limit)
    items = []
    for received in page:
        try:
            event = decode(received.value)
        except NotACloudEvent:
            continue
        items.append({**msgspec.to_builtins(event), "cursor": str(received.offset)})
    return {"items": items, "next": str(page[-1].offset) if page else None}


def _offset(after: str | None) -> int:
    if after is None or after == "":
        return 0
    if not (after.isascii() and after.isdigit() and len(after) <= LONGEST_CURSOR):
        raise FieldRefused(after="is not a cursor of this feed")
    return int(after)
