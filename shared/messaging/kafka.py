"""The bus on Apache Kafka: topics with partitions, in which the messages of one key keep their order."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from shared.messaging.bus import BusAway, PositionOf, Received, Record
from shared.messaging.kafka_clients import make_member
from shared.messaging.kafka_reader import Reader
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.kafka_subscription import KafkaSubscription
from shared.messaging.kafka_writer import Writer
from shared.messaging.watched import Pending

WORKER = "worker"


class KafkaBus:
    """A Bus. `group` is the name of the service; it consumes each topic as the group `<group>.<topic>`.

    Clients are made when they are first needed, in the process that needs them. As only one worker of a service is
    active, consumers are members of the group under one fixed name, `instance`: a new worker takes a killed one's place
    at once, and an old one that comes back is refused. None lets several processes share the partitions.
    """

    def __init__(self, settings: KafkaSettings, group: str, instance: str | None = WORKER) -> None:
        self.settings = settings
        self._group = group
        self._instance = instance
        self._client_id = f"cpd-{group}-{os.getpid()}"
        self._writer = Writer(settings, self._client_id)
        self._reader = Reader(settings, self._client_id)
        self._known: dict[str, Sequence[str]] = {}
        self._subscriptions: list[KafkaSubscription] = []

    def publish(self, records: Sequence[Record]) -> None:
        if records:
            self._writer.send(records).wait()

    def send(self, records: Sequence[Record]) -> Pending[None]:
        return self._writer.send(records)

    def partitions(self, topic: str) -> Sequence[str]:
        """As the cluster says; while it is away, as it said last."""
        try:
            self._known[topic] = self._reader.partitions(topic)
        except BusAway:
            if topic not in self._known:
                raise
        return self._known[topic]

    def read(self, partition: str, after: int, limit: int) -> list[Received]:
        return self._reader.read_on({partition: after}, limit)

    def read_on(self, after: Mapping[str, int], limit: int) -> list[Received]:
        return self._reader.read_on(after, limit)

    def end(self, partition: str) -> int:
        return self._reader.end(partition)

    def subscribe(self, topic: str, position: PositionOf) -> KafkaSubscription:
        def make() -> Any:
            return make_member(self.settings, self._client_id, f"{self._group}.{topic}", self._instance)

        subscription = KafkaSubscription(make, topic, position)
        self._subscriptions.append(subscription)
        return subscription

    def create_tables(self) -> None:
        """Nothing: `cpd topics apply` makes the topics."""

    def close(self) -> None:
        self._writer.close()
        self._reader.close()
        for subscription in self._subscriptions:
            subscription.close()
