"""The bus on a real Kafka keeps the order of each key, loses nothing when the broker dies, and never hangs."""

import time

import pytest
from kafka import KafkaConsumer

from shared.messaging.bus import BusAway, Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.feed import feed
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka_clients import HANG_SECONDS
from shared.messaging.kafka_writer import MessageTooLargeError
from shared.messaging.topics import LARGEST_MESSAGE
from tests.processes import eventually
from tests.servers.topics import make_topics

PROMPTLY = HANG_SECONDS
"""A caller gets BusAway in five seconds; the rest is for a busy machine. One that hangs is cut off after these."""


@pytest.fixture
def bus(kafka_server):
    bus = KafkaBus(kafka_server.settings(), group="test")
    yield bus
    bus.close()


@pytest.fixture
def topic(kafka_server):
    name = kafka_server.name()
    make_topics(kafka_server, name)
    return name


def records(topic, numbers, keys=7):
    return [Record(topic, f"k{number % keys}", str(number).encode()) for number in numbers]


def everything(bus, topic):
    return bus.read_on(dict.fromkeys(bus.partitions(topic), 0), 100_000)


def by_key(received):
    found = {}
    for message in received:
        found.setdefault(message.key, []).append(int(message.value))
    return found


def firsts(numbers):
    return list(dict.fromkeys(numbers))


def test_offsets_count_by_partition_from_one(bus, topic):
    bus.publish(records(topic, range(60)))
    assert bus.partitions(topic) == [f"{topic}/{number}" for number in range(3)]
    for partition in bus.partitions(topic):
        read = bus.read(partition, 0, 100)
        assert [message.offset for message in read] == list(range(1, bus.end(partition) + 1))
        assert {message.topic for message in read} == {partition}
        assert bus.read(partition, 2, 3) == read[2:5]
    assert sum(bus.end(partition) for partition in bus.partitions(topic)) == 60


def test_the_messages_of_one_key_keep_their_order(bus, topic):
    for start in range(0, 2_000, 500):
        bus.publish(records(topic, range(start, start + 500)))
    found = by_key(everything(bus, topic))
    assert found == {f"k{key}": list(range(key, 2_000, 7)) for key in range(7)}


def test_an_empty_partition_ends_at_nothing(bus, topic):
    assert [bus.end(partition) for partition in bus.partitions(topic)] == [0, 0, 0]
    assert everything(bus, topic) == []


def test_a_message_says_that_it_is_a_cloud_event(bus, topic, kafka_server):
    bus.publish(records(topic, [1]))
    consumer = KafkaConsumer(topic, bootstrap_servers=kafka_server.bootstrap, auto_offset_reset="earliest")
    try:
        (record,) = eventually(lambda: [one for polled in consumer.poll(500).values() for one in polled])
    finally:
        consumer.close()
    assert record.headers == [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    assert (record.key, record.value) == (b"k1", b"1")


def test_a_topic_that_is_not_there_is_told_with_what_to_do(bus, kafka_server):
    with pytest.raises(BusAway, match="cpd topics apply"):
        bus.publish([Record(kafka_server.name(), "k", b"1")])
    with pytest.raises(BusAway, match="cpd topics apply"):
        bus.partitions(kafka_server.name())


def test_a_message_that_no_broker_would_take_is_refused_at_once(bus, topic):
    with pytest.raises(MessageTooLargeError):
        bus.publish([Record(topic, "k", b"x" * LARGEST_MESSAGE)])


def test_what_a_killed_broker_had_acknowledged_is_there_once_and_in_order(bus, topic, kafka_server):
    sent = 0
    for _ in range(2):
        for _ in range(20):
            bus.publish(records(topic, range(sent, sent + 10)))
            sent += 10
        kafka_server.restart()
    bus.publish(records(topic, range(sent, sent + 10)))
    found = by_key(everything(bus, topic))
    assert found == {f"k{key}": list(range(key, sent + 10, 7)) for key in range(7)}


def test_a_dead_broker_is_told_promptly_and_what_is_sent_again_keeps_its_order(bus, topic, kafka_server):
    bus.publish(records(topic, range(10)))
    kafka_server.kill()
    try:
        for call in (lambda: bus.publish(records(topic, range(10, 20))), lambda: bus.read(f"{topic}/0", 0, 1)):
            began = time.monotonic()
            with pytest.raises(BusAway):
                call()
            assert time.monotonic() - began < PROMPTLY
    finally:
        kafka_server.start()
    bus.publish(records(topic, range(10, 20)))
    bus.publish(records(topic, range(20, 30)))
    found = by_key(everything(bus, topic))
    assert {key: firsts(numbers) for key, numbers in found.items()} == {
        f"k{key}": list(range(key, 30, 7)) for key in range(7)
    }


def test_a_broker_that_answers_nothing_is_told_promptly_and_used_again(bus, topic, kafka_server):
    bus.publish(records(topic, range(10)))
    bus.end(f"{topic}/0")
    kafka_server.freeze()
    try:
        for call in (lambda: bus.publish(records(topic, [10])), lambda: bus.end(f"{topic}/0")):
            began = time.monotonic()
            with pytest.raises(BusAway):
                call()
            assert time.monotonic() - began < PROMPTLY
    finally:
        kafka_server.thaw()
    bus.publish(records(topic, [10]))
    assert firsts(by_key(everything(bus, topic))["k3"]) == [3, 10]


def test_the_feed_loses_and_repeats_nothing_while_partitions_grow(bus, topic):
    def event(number):
        return CloudEvent.of(id=f"s/{number}", source="/s", type="t", data={"n": number}).encode()

    def append(numbers):
        bus.publish([Record(topic, f"k{number % 5}", event(number)) for number in numbers])

    append(range(30))
    seen, after, sent = [], None, 30
    while (page := feed(bus, topic, after, 17))["next"]:
        seen += [item["data"]["n"] for item in page["items"]]
        after = page["next"]
        if sent < 300:
            append(range(sent, sent + 30))
            sent += 30
    assert sorted(seen) == list(range(300))
    assert all([n for n in seen if n % 5 == key] == list(range(key, 300, 5)) for key in range(5))


def test_every_item_of_the_feed_has_a_cursor_to_go_on_from(bus, topic):
    events = [CloudEvent.of(id=f"s/{n}", source="/s", type="t").encode() for n in range(20)]
    bus.publish([Record(topic, f"k{n}", event) for n, event in enumerate(events)])
    items = feed(bus, topic, None, 20)["items"]
    for place, item in enumerate(items):
        rest = feed(bus, topic, item["cursor"], 20)["items"]
        assert sorted(one["id"] for one in rest) == sorted(one["id"] for one in items[place + 1 :])
