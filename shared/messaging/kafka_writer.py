"""Messages to Kafka: in order, each acknowledged by the brokers, or BusAway."""

from collections.abc import Iterator, Sequence
from typing import Any

from kafka.errors import KafkaTimeoutError

from shared.messaging.bus import BusAway, Record
from shared.messaging.kafka_clients import (
    BATCH_BYTES,
    PUBLISH_SECONDS,
    close_producer,
    make_producer,
)
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.topics import LARGEST_MESSAGE
from shared.messaging.watched import Pending, Watched

HEADERS = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
"""The CloudEvents Kafka binding, structured mode
(https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md)."""
GIVE_UP_SECONDS = PUBLISH_SECONDS + 2
"""A publish as a whole. The producer's own limits are for each batch, and it waits for one batch after the other."""
OVERHEAD_BYTES = 200
"""More than a record has beside key and value."""


class MessageTooLargeError(Exception):
    """A message that the brokers would refuse however often it is sent."""


class Writer:
    """Publishes, one publish after another.

    A publish is sent in pieces small enough that what a piece has for one partition is one batch, which is taken whole
    or not at all; the next piece goes when every acknowledgement of the one before is there. So nothing stands in the
    topic for the first time before what precedes it under its key, whatever fails.
    """

    def __init__(self, settings: KafkaSettings, client_id: str) -> None:
        self._producer = Watched(lambda: make_producer(settings, client_id), close_producer, GIVE_UP_SECONDS)

    def send(self, records: Sequence[Record]) -> Pending[None]:
        """Begin to send. Raises MessageTooLargeError, and then nothing is sent."""
        for record in records:
            if (size := _size(record)) > LARGEST_MESSAGE:
                raise MessageTooLargeError(f"{size} bytes for {record.topic}: {LARGEST_MESSAGE} at most")
        return self._producer.submit(lambda producer: _send(producer, records))

    def close(self) -> None:
        self._producer.close()


def _send(producer: Any, records: Sequence[Record]) -> None:
    for piece in _pieces(records):
        sent = [_send_one(producer, record) for record in piece]
        producer.flush(timeout=PUBLISH_SECONDS + 1)
        for acknowledged in sent:
            if not acknowledged.is_done:
                raise BusAway("a message was not acknowledged in time")
            if acknowledged.failed():
                raise acknowledged.exception


def _send_one(producer: Any, record: Record) -> Any:
    try:
        return producer.send(record.topic, value=record.value, key=record.key.encode(), headers=HEADERS)
    except KafkaTimeoutError as error:
        told = f"no broker takes messages for {record.topic}; is there such a topic? `cpd topics apply` makes it"
        raise BusAway(told) from error


def _pieces(records: Sequence[Record]) -> Iterator[list[Record]]:
    piece: list[Record] = []
    size = 0
    for record in records:
        if piece and size + _size(record) > BATCH_BYTES // 2:
            yield piece
            piece, size = [], 0
        piece.append(record)
        size += _size(record)
    if piece:
        yield piece


def _size(record: Record) -> int:
    return len(record.key) * 4 + len(record.value) + OVERHEAD_BYTES
