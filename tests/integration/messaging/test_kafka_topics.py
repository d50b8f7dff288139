"""Topics are made as they must be, put right where no message moves, and told of where one would."""

import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.kafka_topics import apply_layouts, found_topics
from shared.messaging.topics import DAY_MS, inbound, layouts, written
from shared.messaging.topics_command import topics_command
from tests.processes import eventually
from tests.servers.topics import make_topics


@pytest.fixture
def run(kafka_server):
    """Runs `topics …` for a topic that is written and one that is read; `names` are theirs."""
    out, in_ = kafka_server.name("out"), kafka_server.name("in")

    def run(*arguments, settings=None):
        command = topics_command(lambda: settings or kafka_server.settings(), lambda: [written(out), inbound(in_)])
        return CliRunner().invoke(command, arguments, terminal_width=200)

    run.names = [out, in_, f"{in_}.dlq"]
    return run


def test_the_first_time_all_is_made_and_the_second_nothing(run, kafka_server):
    first = run("apply")
    assert first.exit_code == 0, first.output
    assert all(f"{name}: made, with 3 partitions" in first.output for name in run.names)
    second = run("apply")
    assert (second.exit_code, second.output) == (0, "every topic is as it must be\n")
    out, in_, letters = (found_topics(kafka_server.settings(), run.names)[name] for name in run.names)
    assert {one.partitions for one in (out, in_, letters)} == {3}
    assert [one.settings["retention.ms"] for one in (out, in_, letters)] == ["-1", str(30 * DAY_MS), "-1"]


def test_a_setting_that_differs_is_put_right_and_told(run, kafka_server):
    run("apply")
    admin = KafkaAdminClient(bootstrap_servers=kafka_server.bootstrap)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, run.names[0], {"retention.ms": "1000"})])
    admin.close()
    eventually(lambda: "1000 (not -1)" in run("list").output)
    told = run("apply")
    assert (told.exit_code, told.output) == (0, f"{run.names[0]}: retention.ms was 1000, is now -1\n")
    eventually(lambda: run("apply").output == "every topic is as it must be\n")


@pytest.mark.parametrize("partitions", [1, 5])
def test_another_number_of_partitions_is_refused_and_explained(run, kafka_server, partitions):
    make_topics(kafka_server, run.names[0], partitions=partitions)
    told = run("apply")
    assert told.exit_code == 1
    assert f"{run.names[0]}: has {partitions} partitions, not 3" in told.output
    assert "would move people to other partitions" in told.output
    assert found_topics(kafka_server.settings(), run.names)[run.names[0]].partitions == partitions
    assert run("apply").exit_code == 1


def test_more_copies_than_brokers_are_told_as_what_they_are(run, kafka_server):
    told = run("apply", settings=KafkaSettings((kafka_server.bootstrap,), partitions=3, replication=3))
    assert told.exit_code == 1
    assert "CPD_KAFKA_REPLICATION" in told.output
    assert found_topics(kafka_server.settings(), run.names) == {}


def test_a_topic_with_fewer_copies_is_told(run, kafka_server):
    run("apply")
    wanted = layouts([written(run.names[0])], KafkaSettings((kafka_server.bootstrap,), partitions=3, replication=2))
    (told,) = [one for one in apply_layouts(kafka_server.settings(), wanted) if one.wrong]
    assert "has 1 copies of each partition, not 2" in told.text


def test_topics_that_are_not_there_are_listed_as_such(run):
    assert run("list").output.count("not there") == 3


def test_a_cluster_that_is_away_is_told(run):
    told = run("apply", settings=KafkaSettings(("127.0.0.1:1",), replication=1))
    assert told.exit_code == 1
    assert "Kafka is away" in told.output


def test_without_kafka_there_is_nothing_to_apply():
    told = CliRunner().invoke(topics_command(lambda: None, list), ["apply"])
    assert told.exit_code == 1
    assert "CPD_KAFKA_BOOTSTRAP_SERVERS" in told.output


def test_services_that_share_a_topic_have_it_once(kafka_server):
    found = layouts([written("a"), inbound("b"), inbound("b"), written("a")], kafka_server.settings())
    assert [layout.name for layout in found] == ["a", "b", "b.dlq"]
