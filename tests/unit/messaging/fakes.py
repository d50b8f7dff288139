"""Small stand-ins: a bus in memory, a sealer that shows what it sealed."""

from shared.messaging.bus import BusAway, Received


class MemoryBus:
    def __init__(self) -> None:
        self.topics = {}
        self.away = False

    def publish(self, records):
        if self.away:
            raise BusAway("unplugged")
        for record in records:
            messages = self.topics.setdefault(record.topic, [])
            messages.append(Received(record.topic, len(messages) + 1, record.key, record.value))

    def partitions(self, topic):
        return [topic]

    def read_on(self, after, limit):
        ((topic, offset),) = after.items()
        return self.read(topic, offset, limit)

    def read(self, topic, after, limit):
        return self.topics.get(topic, [])[after : after + limit]

    def end(self, topic):
        return len(self.topics.get(topic, []))


class ShowingSealer:
    def seal(self, subject, text):
        return f"sealed({subject},{text})"
