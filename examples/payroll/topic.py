"""The same messages from Kafka, as pages whose cursor is kept in the ledger. Needs kafka-python.

The cursor is how far each partition was read, and is saved with what was read: so no consumer group is needed, and
no offset is committed anywhere else. Run one consumer a ledger.
"""

import json
import os
import time
from contextlib import suppress
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from messages import CannotReadError
from service import AwayError

TOPIC = "cpd.repayments.v1"
WAIT_MS = 500
READ_SECONDS = 30
SETTINGS = {
    "CPD_KAFKA_SECURITY_PROTOCOL": "security_protocol",
    "CPD_KAFKA_SASL_MECHANISM": "sasl_mechanism",
    "CPD_KAFKA_SASL_USERNAME": "sasl_plain_username",
    "CPD_KAFKA_SASL_PASSWORD": "sasl_plain_password",
    "CPD_KAFKA_SSL_CAFILE": "ssl_cafile",
    "CPD_KAFKA_SSL_CERTFILE": "ssl_certfile",
    "CPD_KAFKA_SSL_KEYFILE": "ssl_keyfile",
}


class Topic:
    """`cpd.repayments.v1` on the cluster of `servers` (host:port,host:port). Raises AwayError, CannotReadError."""

    def __init__(self, servers: str) -> None:
        self._servers = servers.split(",")
        self._consumer: Any = None

    def feed(self, after: str | None, limit: int = 200) -> dict[str, Any]:
        """The messages after a cursor, as the service's feed gives them: `{items, next}`."""
        try:
            return self._page(after, limit)
        except (KafkaError, OSError) as error:
            self.close()
            raise AwayError(f"Kafka: {error}") from error

    def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, OSError):
                consumer.close(autocommit=False, timeout_ms=1000)

    def _page(self, after: str | None, limit: int) -> dict[str, Any]:
        if self._consumer is None:
            self._consumer = self._connect()
        reached = self._go_to(after)
        items = []
        for place, records in self._poll(limit).items():
            for record in records:
                reached[place] = record.offset + 1
                cursor = "-".join(str(reached[each]) for each in sorted(reached))
                items.append({**_event(record), "cursor": cursor})
        return {"items": items, "next": items[-1]["cursor"] if items else None}

    def _poll(self, limit: int) -> dict[Any, Any]:
        """What there is; nothing only where everything is read."""
        deadline = time.monotonic() + READ_SECONDS
        while True:
            polled: dict[Any, Any] = self._consumer.poll(timeout_ms=WAIT_MS, max_records=limit)
            if polled:
                return polled
            ends = self._consumer.end_offsets(self._consumer.assignment(), timeout_ms=READ_SECONDS * 1000)
            if all(self._consumer.position(place) >= end for place, end in ends.items()):
                return {}
            if time.monotonic() > deadline:
                raise AwayError(f"Kafka: {TOPIC} could not be read within {READ_SECONDS} s")

    def _go_to(self, after: str | None) -> dict[Any, int]:
        """Stand where the cursor says; what it says nothing of is read from its beginning."""
        places = sorted(self._consumer.assignment())
        offsets = [int(number) for number in after.split("-")] if after else []
        reached = dict.fromkeys(places, 0) | dict(zip(places, offsets, strict=False))
        for place, offset in reached.items():
            if self._consumer.position(place) != offset:
                self._consumer.seek(place, offset)
        return reached

    def _connect(self) -> Any:
        given = {name: os.environ[variable] for variable, name in SETTINGS.items() if os.environ.get(variable)}
        consumer = KafkaConsumer(
            bootstrap_servers=self._servers,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            reconnect_backoff_max_ms=1000,
            bootstrap_timeout_ms=10_000,
            **given,
        )
        numbers = consumer.partitions_for_topic(TOPIC)
        if not numbers:
            consumer.close(autocommit=False)
            raise AwayError(f"Kafka: there is no topic {TOPIC}")
        consumer.assign([TopicPartition(TOPIC, number) for number in numbers])
        return consumer


def _event(record: Any) -> dict[str, Any]:
    where = f"the message at {record.topic} {record.partition} {record.offset}"
    try:
        event = json.loads(record.value or b"")
    except ValueError as error:
        raise CannotReadError(f"{where} is no JSON ({error})") from error
    if not isinstance(event, dict):
        raise CannotReadError(f"{where} is no JSON object")
    return event
