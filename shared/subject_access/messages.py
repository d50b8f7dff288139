"""What messages hold on a person: those on the bus, and those that a service could not react to."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import msgspec

from shared.eventstore.sealing import subject_of
from shared.messaging.bus import Bus
from shared.messaging.cloudevents import CloudEvent, NotACloudEvent, decode
from shared.messaging.poison import DEAD_LETTER, DeadLetter, Poison
from shared.subject_access.items import LETTER, MESSAGE, Item, item_of
from shared.subject_access.telling import ANOTHERS_RECORD, OWNER, Subject, Withheld

BUS = "bus"
AT_ONCE = 1_000
LETTERS_TEXT = "value"
UNREADABLE = "it is no message that can be read, and may be about others: an operator has to look at it"


class Message(Protocol):
    """A message as it came."""

    @property
    def key(self) -> str: ...
    @property
    def value(self) -> bytes: ...


def on_the_bus(bus: Bus, topics: Iterable[str], subject: Subject) -> Iterator[Item]:
    """What the topics hold, each read from its beginning to where it ends now. Raises BusAway."""
    for topic in topics:
        for partition in bus.partitions(topic):
            reached, end = 0, bus.end(partition)
            while reached < end and (page := bus.read(partition, reached, AT_ONCE)):
                reached = page[-1].offset
                for received in page:
                    where = {"service": BUS, "store": MESSAGE, "place": f"{partition} {received.offset}"}
                    yield from _concerning(received, subject, {}, where)


def dead_letters(service: str, poison: Poison, subject: Subject) -> Iterator[Item]:
    """Those that wait, and those that were settled."""
    for letter in (*poison.letters(), *poison.letters(settled=True)):
        where = {
            "service": service,
            "store": LETTER,
            "place": f"{letter.topic} {letter.offset}",
            "at": letter.parked_at,
        }
        yield from _concerning(letter, subject, _fate(letter), where)


def _fate(letter: DeadLetter) -> dict[str, Any]:
    return {"error_type": letter.error_type, "attempts": letter.attempts, "settled_at": letter.settled_at}


def _concerning(message: Message, subject: Subject, about: dict[str, Any], where: dict[str, Any]) -> Iterator[Item]:
    if not (message.key in subject.names or subject.within(message.value)):
        return
    try:
        event = decode(message.value)
    except NotACloudEvent:
        yield _unreadable(message, subject, about, where)
        return
    at = {"at": event.time and event.time.isoformat()}
    whose = {OWNER: message.key} if message.key == subject.staff_id else {}
    said = whose | event.data | {"message": _envelope(event)} | about
    if event.type == DEAD_LETTER and subject_of(str(event.data.get(LETTERS_TEXT))) == subject.staff_id:
        said |= {LETTERS_TEXT: _within(subject.open(event.data[LETTERS_TEXT]))}
    if (item := item_of(said, subject, **(at | where), what=event.type)) is not None:
        yield item


def _within(text: str) -> Any:
    """What a dead letter on the bus repeats, whose own texts lie sealed in it."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _envelope(event: CloudEvent) -> dict[str, Any]:
    return {"id": event.id, "source": event.source, "type": event.type}


def _unreadable(message: Message, subject: Subject, about: dict[str, Any], where: dict[str, Any]) -> Item:
    """Bytes that anyone may have put there: only those under the person's own key are the person's."""
    place = {"at": None} | where | {"what": "bytes that are no message"}
    if message.key == subject.staff_id:
        return Item(relation="about", says=about | {"text": message.value.decode(errors="replace")}, **place)
    withheld = [Withheld("text", UNREADABLE)]
    return Item(relation="named", says=about | {"text": ANOTHERS_RECORD}, withheld=withheld, **place)
