"""A school's year as the services tell it one another: a deed on its day, and at once what each makes of the others."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from shared.eventstore.ledger import Call, Once
from shared.eventstore.recorder import MessageId
from shared.hr import HR_TOPIC
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent, decode
from shared.sample.hr import messages
from shared.sample.part import Deed, Part, StoryClock
from shared.sample.plan import School, at_noon

Tell = Callable[[], object]


class Conversation:
    """Between the parts of the services, which hear in this order. What one refuses stops it: it is no dead letter."""

    def __init__(self, parts: Sequence[Part], clock: StoryClock) -> None:
        self._parts = parts
        self._clock = clock
        self._hearers = {
            topic: [part for part in parts if topic in part.hears] for each in parts for topic in each.hears
        }
        self._heard = [part for part in parts if not self._hearers.keys().isdisjoint(part.writes)]

    def tell(self, school: School) -> None:
        """Tell the year in the order of its days, up to its end."""
        told = [each for each in self._told(school) if each[0] <= school.trust.ends_on]
        for number, (on, tell) in enumerate(sorted(told, key=lambda each: each[0])):
            self._clock.now = at_noon(on) + timedelta(milliseconds=number)
            tell()
            self._pass_on()

    def _told(self, school: School) -> Iterator[tuple[date, Tell]]:
        for said in messages(school):
            yield said.on, partial(self._deliver, HR_TOPIC, said.event)
        for part in self._parts:
            for number, deed in enumerate(part.deeds(school)):
                yield deed.on, partial(self._do, deed, f"sample/{school.urn}/{part.name}/{number}")

    def _do(self, deed: Deed, name: str) -> None:
        deed.do(Call(act=deed.by.act(self._clock.now, name, deed.reason)))

    def _pass_on(self) -> None:
        """Until nobody has anything more to say about it."""
        while records := list(self._said()):
            for record in records:
                self._deliver(record.topic, decode(record.value))

    def _said(self) -> Iterator[Record]:
        for part in self._heard:
            for position, fact in part.ledger.told():
                yield from (each for each in part.publish(position, fact) if each.topic in self._hearers)

    def _deliver(self, topic: str, event: CloudEvent) -> None:
        message = MessageId(event.source, event.id)
        for part in self._hearers[topic]:
            part.hears[topic](event, Once(message=message))
            part.ledger.see(message)
