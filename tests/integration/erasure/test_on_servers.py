"""On PostgreSQL and Kafka: tables, topics, archives and all files of both are searched for what was said of someone."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from shared.audit.export import Part, export
from shared.audit.signing import open_signer
from shared.audit.wiring import sealed, sealing
from shared.erasure.erasing import Wanted, erase
from shared.eventstore.keystore import KeyStore
from shared.hr import HR_TOPIC
from shared.messaging.bus import Record
from shared.messaging.topics_command import apply_topics
from shared.service import services, topics_of
from tests.integration.agreements.test_sealed import holding
from tests.integration.agreements.world import NOW
from tests.integration.erasure.installed import erasable
from tests.integration.subject_access.conftest import HERS, SHE, Told, everything_told
from tests.servers import kafka, postgres
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import WITHOUT_SYNC, PostgresServer

NAMES = ("agreements", "requests", "reviews", "keys")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
BY_HR = f"{HERS} put on Kafka by HR"
"""What another system wrote itself, which no service could read."""


@dataclass
class Servers:
    """The databases, and a broker with the services' own topics."""

    postgres: PostgresServer
    kafka: KafkaServer
    settings: dict[str, Any]


@pytest.fixture
def servers() -> Iterator[Servers]:
    """Both of their own: every file of theirs is searched, many times."""
    with postgres.running(*WITHOUT_SYNC) as database, kafka.running() as broker:
        yield Servers(database, broker, prepared(database, broker))


def prepared(database: PostgresServer, broker: KafkaServer) -> dict[str, Any]:
    """Empty databases, and the services' topics. Gives the settings for them."""
    with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
        for name in NAMES:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    settings = broker.settings(partitions=1)
    apply_topics(settings, topics_of(services()))
    return {"database_url": database.url("{service}"), "keys_url": database.url("keys"), "kafka": settings}


@pytest.fixture
def told(servers: Servers, tmp_path: Path) -> Iterator[Told]:
    with everything_told(tmp_path, servers.settings) as told:
        told.worlds["agreements"].runtime.stores.bus.publish([Record(HR_TOPIC, SHE, BY_HR.encode())])
        told.catch_up()
        yield told


def tables(told: Told) -> dict[str, bytes]:
    """By table, all that its rows hold."""
    settings = told.worlds["agreements"].settings
    found = {}
    for name in NAMES:
        with psycopg.connect(settings.keys_url if name == "keys" else str(settings.database(name))) as connection:
            for (table,) in connection.execute(TABLES).fetchall():
                rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
                found[f"{name}.{table}"] = b"\n".join(as_bytes(value) for row in rows for value in row)
    return found


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def topics(servers: Servers) -> dict[str, bytes]:
    """By topic, its messages from the first on, keys, values and headers."""
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415  most tests do without Kafka

    consumer = KafkaConsumer(bootstrap_servers=servers.kafka.bootstrap)
    found = {}
    for topic in consumer.topics():
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends, content = consumer.end_offsets(partitions), b""
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            for records in consumer.poll(timeout_ms=100).values():
                content += b"\n".join(as_bytes(each) for one in records for each in (one.key, one.value, one.headers))
        found[topic] = content
    consumer.close()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there: of a server its write-ahead logs, too."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def written_out(server: PostgresServer) -> dict[str, bytes]:
    """The files of a server that has written out what its tables hold."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return files(server.folder / "data")


def archive(told: Told) -> bytes:
    """An archive of all services, as `cpd audit export` makes it."""
    every = list(told.worlds.values())
    for world in every:
        sealing(world.settings, world.runtime.stores, world.clock).step()
    file = BytesIO()
    logs = [sealed(world.settings, world.runtime.stores, world.assembly.accesses) for world in every]
    export(logs, Part(), file, open_signer(every[0].settings))
    return file.getvalue()


def holders(places: dict[str, bytes], *texts: bytes) -> list[str]:
    return sorted(name for name, content in places.items() if any(text in content for text in texts))


def test_nothing_holds_what_was_said_of_her_nor_her_key(told: Told, servers: Servers) -> None:
    key = KeyStore(told.worlds["agreements"].runtime.stores.keys.engine).kept(SHE)
    assert key is not None
    assert holders(written_out(servers.postgres), key) != [], "the search finds it"
    made = erasable(told.worlds["agreements"].settings, services())
    erase(made, Wanted(staff_id=SHE, by="dpo", reason="Magpie asked", early=True), lambda: NOW)
    for its in made:
        its.stores.close()
    told.catch_up()

    planted = {text for marker in told.markers[SHE].values() for text in marker.planted}
    about_her = [text.encode() for text in (*planted, "Magpie") if not text.endswith("provider")]
    provider = f"{HERS} asked provider".encode()
    in_tables, in_topics = tables(told), topics(servers)
    of_postgres, of_kafka = written_out(servers.postgres), files(servers.kafka.folder)
    assert len(about_her) > 60
    assert holders(in_tables, provider) != [], "the search finds with whom training is held: that is about nobody"
    assert "cpd.requests.v1" in holders(in_topics, provider)
    assert holders(in_tables, *about_her, BY_HR.encode(), key) == []
    assert holders(in_topics, *about_her) == []
    assert holders(of_postgres, *about_her, BY_HR.encode()) == []
    assert [name for name in holders(of_postgres, key) if name.startswith("base/")] == []
    assert holders(of_kafka, provider) != []
    assert holders(of_kafka, *about_her) == []
    assert holders({"archive": archive(told)}, *about_her) == []
    assert holding(told.home, *planted) == []
    assert holders(in_topics, BY_HR.encode()) == [HR_TOPIC], "what others wrote themselves stays as they wrote it"
    assert HERS.encode() not in in_topics[f"{HR_TOPIC}.dlq"] != b"", "among the dead letters it is sealed"
