"""Topics of a test on a real Kafka."""

from tests.servers.kafka import KafkaServer


def make_topics(server: KafkaServer | str, *names: str, partitions: int = 3) -> None:
    """Make topics that can be written to at once, on a broker or a bootstrap server."""
    from kafka import KafkaAdminClient  # noqa: PLC0415  most tests do without Kafka

    admin = KafkaAdminClient(bootstrap_servers=server if isinstance(server, str) else server.bootstrap)
    try:
        admin.create_topics(
            {name: {"num_partitions": partitions, "replication_factor": 1} for name in names}, wait_for_metadata=True
        )
    finally:
        admin.close()
