"""The clients of Apache Kafka that we use, each with the settings that were found to matter."""

from collections.abc import Callable
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from shared.messaging.kafka_refused import let_in
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.topics import LARGEST_MESSAGE

PUBLISH_SECONDS = 5.0
"""How long a message may take to be acknowledged. A web request waits this long before it answers 503."""
CONNECT_SECONDS = 4.0
SESSION_SECONDS = 10.0
"""How long a group waits for a word of a member before it gives its partitions to others."""
HANG_SECONDS = 12.0
"""A call that takes longer hangs: every call has shorter limits of its own."""
BATCH_BYTES = 1024 * 1024


def make_producer(settings: KafkaSettings, client_id: str) -> Any:
    """An idempotent producer. It gives up on a message after PUBLISH_SECONDS, for the caller sends it again."""
    return _make(
        KafkaProducer,
        settings,
        client_id,
        metrics_enabled=False,
        acks="all",
        enable_idempotence=True,
        linger_ms=1_000,  # a publish is flushed at once, so that what goes to one partition is one batch, or as few
        batch_size=BATCH_BYTES,
        max_request_size=LARGEST_MESSAGE,
        max_block_ms=int(CONNECT_SECONDS * 1000),
        delivery_timeout_ms=int(PUBLISH_SECONDS * 1000),
    )


def make_reader(settings: KafkaSettings, client_id: str) -> Any:
    """A consumer that belongs to no group: it is told what to read."""
    return _make(
        KafkaConsumer,
        settings,
        client_id,
        **_fetching(),
        fetch_max_wait_ms=100,
    )


def make_member(settings: KafkaSettings, client_id: str, group: str, instance: str | None) -> Any:
    """A consumer of a group. As `instance` it takes over at once from a killed process of that name."""
    return _make(
        KafkaConsumer,
        settings,
        client_id,
        **_fetching(),
        group_id=group,
        group_instance_id=instance,
        session_timeout_ms=int(SESSION_SECONDS * 1000),
        heartbeat_interval_ms=2_000,
        max_poll_interval_ms=60_000,  # also how long a rebalance waits for a member that does not answer
        fetch_max_wait_ms=500,
    )


def make_admin(settings: KafkaSettings) -> Any:
    """A client that looks after topics."""
    return _make(KafkaAdminClient, settings, "cpd-topics")


def close_producer(producer: Any) -> None:
    """Close without waiting for what nobody waits for any more."""
    try:
        producer.close(timeout=1)
    finally:
        if not producer._closed:  # close() gives up, its thread still running, where messages do not go out in time
            producer._sender.force_close()


def close_consumer(consumer: Any) -> None:
    """Leave the group, if there is one; a coordinator that does not answer is not waited for."""
    consumer.close(autocommit=False, timeout_ms=1_000)


def _fetching() -> dict[str, Any]:
    return {
        "metrics_enabled": False,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "max_partition_fetch_bytes": LARGEST_MESSAGE,
    }


def _make(client: Callable[..., Any], settings: KafkaSettings, client_id: str, **config: Any) -> Any:
    """Short backoffs: with the defaults a client was silent for 46 s after a broker's restarts."""
    common = settings.client() | {
        "client_id": client_id,
        "bootstrap_timeout_ms": int(CONNECT_SECONDS * 1000),
        "request_timeout_ms": int(CONNECT_SECONDS * 1000),
        "reconnect_backoff_ms": 50,
        "reconnect_backoff_max_ms": 1_000,
    }
    return let_in(settings, lambda: client(**common, **config))
