"""Messages from Kafka for whoever says where to read: the feed, the operators' checks. No group, no commits."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from kafka.structs import TopicPartition

from shared.messaging.bus import BusAway, Received
from shared.messaging.kafka_clients import HANG_SECONDS, close_consumer, make_reader
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.watched import Watched

READ_SECONDS = 5.0
POLL_MS = 200


class Reader:
    """Reads partitions by name (`topic/number`). Our offset is Kafka's and one, so that 0 is before all."""

    def __init__(self, settings: KafkaSettings, client_id: str) -> None:
        self._consumer = Watched(lambda: make_reader(settings, client_id), close_consumer, HANG_SECONDS)

    def partitions(self, topic: str) -> Sequence[str]:
        return self._consumer.run(lambda consumer: _partitions(consumer, topic))

    def read_on(self, after: Mapping[str, int], limit: int) -> list[Received]:
        """Up to `limit` messages above each partition's offset, as far as each went when this was asked."""
        return self._consumer.run(lambda consumer: _read(consumer, after, limit))

    def end(self, partition: str) -> int:
        place = place_of(partition)
        ends = self._consumer.run(lambda consumer: consumer.end_offsets([place], timeout_ms=READ_SECONDS * 1000))
        return int(ends[place])

    def close(self) -> None:
        self._consumer.close()


def place_of(partition: str) -> TopicPartition:
    """Kafka's name of a partition."""
    topic, _, number = partition.rpartition("/")
    return TopicPartition(topic, int(number))


def name_of(place: TopicPartition) -> str:
    """Our name of a partition."""
    return f"{place.topic}/{place.partition}"


def received(record: Any) -> Received:
    """A record of kafka-python as ours. Others may send messages without a key or a value."""
    return Received(
        topic=f"{record.topic}/{record.partition}",
        offset=record.offset + 1,
        key=(record.key or b"").decode(errors="replace"),
        value=record.value or b"",
    )


def _partitions(consumer: Any, topic: str) -> Sequence[str]:
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise BusAway(f"there is no topic {topic}; `cpd topics apply` makes it")
    return [f"{topic}/{number}" for number in sorted(numbers)]


def _read(consumer: Any, after: Mapping[str, int], limit: int) -> list[Received]:
    deadline = time.monotonic() + READ_SECONDS
    places = {place_of(name): offset for name, offset in after.items()}
    ends = consumer.end_offsets(list(places), timeout_ms=READ_SECONDS * 1000)
    wanted = {place: offset for place, offset in places.items() if offset < ends[place]}
    if not wanted:
        return []
    _go_to(consumer, wanted)
    found: list[Received] = []
    while len(found) < limit and (waiting := _behind(consumer, wanted, ends)):
        polled = consumer.poll(timeout_ms=POLL_MS, max_records=limit - len(found))
        found += [received(record) for place in waiting for record in polled.get(place, ())]
        if not polled and time.monotonic() > deadline:
            if found:
                break
            raise BusAway(f"{', '.join(map(name_of, waiting))} could not be read within {READ_SECONDS:g} s")
    return found


def _behind(consumer: Any, wanted: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]) -> list[Any]:
    """The partitions that have not been read to their ends."""
    timeout_ms = READ_SECONDS * 1000
    return [place for place in wanted if (consumer.position(place, timeout_ms=timeout_ms) or 0) < ends[place]]


def _go_to(consumer: Any, wanted: Mapping[TopicPartition, int]) -> None:
    """Where the client stands there already, what it fetched ahead is kept."""
    if consumer.assignment() != set(wanted):
        consumer.assign(list(wanted))
        here: dict[TopicPartition, int | None] = {}
    else:
        here = {place: consumer.position(place, timeout_ms=READ_SECONDS * 1000) for place in wanted}
    for place, offset in wanted.items():
        if here.get(place) != offset:
            consumer.seek(place, offset)
