"""The topics that services write and read, and what each must be like on a cluster."""

from collections.abc import Iterable

import msgspec

from shared.messaging.kafka_settings import KafkaSettings

DAY_MS = 24 * 60 * 60 * 1000
INBOUND_DAYS = 30
DEAD_LETTERS = ".dlq"
LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes. A request body is at most 1 MiB; sealing and wrapping it as a dead letter make more of it."""
CHECKPOINTS = "cpd.checkpoints.v1"


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as one service uses it. What outsiders write is kept 30 days, what we write for good."""

    name: str
    written: bool = False
    read: bool = False
    days: int | None = None


def written(name: str) -> Topic:
    """A topic that the service writes."""
    return Topic(name=name, written=True)


def inbound(name: str) -> Topic:
    """A topic that HR or payroll writes and the service reads."""
    return Topic(name=name, read=True, days=INBOUND_DAYS)


def followed(name: str) -> Topic:
    """A topic that another of our services writes and the service reads."""
    return Topic(name=name, read=True)


class Layout(msgspec.Struct, frozen=True):
    """What a topic must be like on the cluster. Settings by Kafka's names for them, as text."""

    name: str
    partitions: int
    replication: int
    settings: dict[str, str]


def names(topics: Iterable[Topic]) -> list[str]:
    """The names of the topics of all services, and of the dead letters of those that are read: each once."""
    return sorted(_days(topics))


def layouts(topics: Iterable[Topic], kafka: KafkaSettings) -> list[Layout]:
    """The topics of all services, each once, and the dead letters of those that are read; by name."""
    return [_layout(name, kept, kafka) for name, kept in sorted(_days(topics).items())]


def _days(topics: Iterable[Topic]) -> dict[str, int | None]:
    """For how many days each topic is kept, and each of dead letters; None is for good."""
    days: dict[str, int | None] = {}
    for topic in topics:
        days[topic.name] = None if topic.days is None else days.get(topic.name, topic.days)
        if topic.read:
            days[topic.name + DEAD_LETTERS] = None
    return days


def _layout(name: str, days: int | None, kafka: KafkaSettings) -> Layout:
    return Layout(
        name=name,
        partitions=kafka.partitions,
        replication=kafka.replication,
        settings={
            "cleanup.policy": "delete",
            "retention.ms": str(-1 if days is None else days * DAY_MS),
            "retention.bytes": "-1",
            "min.insync.replicas": str(kafka.min_insync_replicas),
            "max.message.bytes": str(LARGEST_MESSAGE),
        },
    )
