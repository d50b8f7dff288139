"""A topic beside a log, on either bus, and the ways in which it can be wrong."""

from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.relay import Relay
from shared.messaging.verify import Published


class Beside:
    """A toy whose beans are published on `topic`; each key has every third bean."""

    def __init__(self, toy, topic):
        self.toy = toy
        self.topic = topic

    def publish(self, position, fact):
        data = {"bean": fact.bean, "note": fact.note}
        event = CloudEvent.of(id=f"toy/{position}", source="/cpd/toy", type="cpd.toy.BeanDropped.v1", data=data)
        return [Record(self.topic, f"P{int(fact.bean) % 3}", event.encode())]

    @property
    def published(self):
        return Published(self.toy.ledger, self.toy.bus, self.publish, [self.topic])

    def drop(self, numbers):
        for number in numbers:
            self.toy.drop(str(number))

    def relay(self):
        relay = Relay(self.toy.ledger, self.toy.bus, self.publish)
        while relay.position() < self.toy.ledger.position():
            relay.step()

    def records(self):
        """What the log makes, one a fact."""
        notifications = self.toy.ledger.recorder.select_notifications(None, 1_000)
        decoded = [(int(one.id), self.toy.ledger.mapper.decode(one.topic, one.state)) for one in notifications]
        return [record for position, fact in decoded for record in self.publish(position, fact)]

    def send_as_if_relayed(self, records):
        """Put `records` on the bus in place of what the relay would have sent."""
        relay = Relay(self.toy.ledger, self.toy.bus, lambda *_: [])
        while relay.step():
            pass
        self.toy.bus.publish(records)


def changed(record, **data):
    event = CloudEvent.of(id="toy/3", source="/cpd/toy", type="cpd.toy.BeanDropped.v1", data=data)
    return Record(record.topic, record.key, event.encode())
