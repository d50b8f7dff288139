"""Checkpoints as the bus has them: copies that whoever alters the log does not hold."""

from collections.abc import Iterator

from shared.messaging.bus import Bus, Received
from shared.messaging.cloudevents import NotACloudEvent, decode
from shared.messaging.topics import CHECKPOINTS as TOPIC

BATCH = 1_000
LOOKED_AT = 500
"""Messages at the end of a partition among which the newest checkpoint of a service is looked for."""


def every_published(bus: Bus, service: str) -> Iterator[str]:
    """The notes of the checkpoints of a service, in order. Raises BusAway."""
    for partition in bus.partitions(TOPIC):
        reached, end = 0, bus.end(partition)
        while reached < end and (page := bus.read(partition, reached, BATCH)):
            reached = page[-1].offset
            yield from (note for received in page if (note := _note_in(received, service)))


def newest_published(bus: Bus, service: str) -> list[str]:
    """The note of the newest checkpoint of a service, if there is one. Raises BusAway."""
    for partition in bus.partitions(TOPIC):
        page = bus.read(partition, max(0, bus.end(partition) - LOOKED_AT), LOOKED_AT)
        for received in reversed(page):
            if note := _note_in(received, service):
                return [note]
    return []


def _note_in(received: Received, service: str) -> str | None:
    try:
        event = decode(received.value)
    except NotACloudEvent:
        return None
    note = event.data.get("note")
    return note if event.source == f"/cpd/{service}" and isinstance(note, str) else None
