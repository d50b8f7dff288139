"""Consumers that come, go and die share the partitions; each message is reacted to once, in the order of its key."""

import os
import signal
import time

import pytest
from kafka import KafkaAdminClient, TopicPartition

from shared.messaging.bus import Record
from shared.messaging.kafka_clients import CONNECT_SECONDS
from tests.integration.messaging.toy import bean
from tests.integration.messaging.toy_member import Member
from tests.processes import eventually, is_alive, kill
from tests.servers.topics import make_topics

PROGRAM = ("-m", "tests.integration.messaging.toy_member")
KEYS = 9
LONG_SESSION = 100.0
"""Seconds after which a group gives up a member of whom it has heard nothing."""


@pytest.fixture
def topic(kafka_server):
    name = kafka_server.name("beans")
    make_topics(kafka_server, name, f"{name}.dlq")
    return name


@pytest.fixture
def member(kafka_server, topic, tmp_path):
    members = []

    def member(home="home", instance=None):
        members.append(Member(tmp_path / home, kafka_server.bootstrap, topic, instance))
        return members[-1]

    yield member
    for each in members:
        each.close()


@pytest.fixture
def program(start, kafka_server, topic, tmp_path):
    """Starts a consumer in a process of its own, on the same database."""

    def program(*arguments, instance=None, **named):
        named |= {"TOY_INSTANCE": instance} if instance else {}
        command = (*PROGRAM, tmp_path / "home", kafka_server.bootstrap, topic, *arguments)
        return start(*command, env=os.environ | named)

    return program


def expected(count):
    return {key: list(range(key, count, KEYS)) for key in range(KEYS)}


def drain(member, count):
    def done():
        member.step()
        return sum(map(len, member.jars().values())) >= count

    eventually(done)


@pytest.mark.slow
def test_members_that_join_leave_and_die_lose_nothing_and_do_nothing_twice(member, program, tmp_path):
    sender, sent = member(), 0

    def send(count):
        nonlocal sent
        sender.send(range(sent, sent + count))
        sent += count

    def shares():
        files = [path for path in (tmp_path / "home").glob("ours.*") if is_alive(int(path.suffix[1:]))]
        return sorted(int(path.read_text() or 0) for path in files)

    send(200)
    first = program()
    eventually(lambda: shares() == [3])
    second = program()
    send(200)
    eventually(lambda: len(shares()) == 2 and min(shares()) >= 1)
    send(200)
    kill(first.pid)
    send(200)
    eventually(lambda: shares() == [3])
    third = program()
    send(200)
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    send(200)
    eventually(lambda: sum(map(len, sender.jars().values())) >= sent)
    third.terminate()
    third.wait(30)
    assert sender.jars() == expected(sent)
    assert sender.toy.poison.letters() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_consumer_killed_in_the_middle_of_a_batch_loses_and_repeats_nothing(member, program, when):
    sender = member(instance="worker")
    sender.send(range(300))
    assert program("100", when, instance="worker").wait(60) == -signal.SIGKILL
    drain(sender, 300)
    assert sender.jars() == expected(300)
    assert sender.toy.poison.letters() == []


def test_a_new_worker_takes_a_killed_ones_place_at_once(member, program):
    sender = member(instance="worker")
    sender.send(range(9))
    first = program(instance="worker", TOY_SESSION_SECONDS=str(LONG_SESSION))
    eventually(lambda: sender.jars() == expected(9))
    kill(first.pid)
    sender.send(range(9, 18))
    began = time.monotonic()
    drain(sender, 18)
    assert time.monotonic() - began < LONG_SESSION / 2, "the group waited for the killed one's session to end"


def test_the_position_in_the_database_decides_and_not_the_one_that_kafka_has(member):
    first = member("first")
    first.send(range(30))
    drain(first, 30)
    for _ in range(3):
        first.step()
        time.sleep(0.1)
    first.consumer.close()
    second = member("second")
    drain(second, 30)
    assert second.jars() == expected(30)


def test_a_restarted_consumer_goes_on_behind_its_position(member):
    first = member()
    first.send(range(30))
    drain(first, 30)
    first.consumer.close()
    second = member()
    second.send(range(30, 60))
    drain(second, 60)
    assert second.jars() == expected(60)
    assert second.consumer.position() == 60
    assert eventually(lambda: (second.step(), second.consumer.lag() == 0)[1])


def test_messages_that_are_gone_before_they_were_read_are_told_loudly(member, kafka_server, topic, capfd):
    first = member()
    first.send(range(90))
    drain(first, 90)
    first.consumer.close()
    first.send(range(90, 180))
    ends = {partition: first.bus.end(partition) for partition in first.bus.partitions(topic)}
    _delete_before(kafka_server, {name: end - 1 for name, end in ends.items()})
    drain(first, 93)
    first.consumer.close()
    assert first.consumer.lost == 3
    log = capfd.readouterr().err
    assert log.count('"event": "messages_lost"') == 3
    late = member("late")
    drain(late, 3)
    assert late.consumer.lost == 0, "who has read nothing yet has lost nothing"


def _delete_before(server, offsets):
    admin = KafkaAdminClient(bootstrap_servers=server.bootstrap)
    places = {name.rpartition("/"): offset for name, offset in offsets.items()}
    admin.delete_records({TopicPartition(topic, int(number)): offset for (topic, _, number), offset in places.items()})
    admin.close()


def test_a_message_that_fails_holds_back_its_partition_only(member, kafka_server, topic):
    it = member()
    partitions = it.bus.partitions(topic)
    it.send(range(9))
    drain(it, 9)
    bad = it.bus.read(partitions[0], 0, 1)[0].key
    react = it.consumer._react

    def fails_for_one(event, marks):
        if event.id == "b/bad":
            raise RuntimeError("not today")
        react(event, marks)

    it.consumer._react = fails_for_one
    number = int(bad[1:]) + 18
    poison = bean(number, jar=bad)
    it.bus.publish([Record(topic, bad, poison.encode().replace(f'"b/{number}"'.encode(), b'"b/bad"'))])
    it.send(range(9, 18))
    seen_while_held = []

    def parked():
        it.step()
        if not it.toy.poison.letters():
            seen_while_held.append(sum(map(len, it.jars().values())))
        return it.toy.poison.letters()

    (letter,) = eventually(parked)
    assert letter.topic == partitions[0]
    assert max(seen_while_held) > 9, "the other partitions waited too"
    drain(it, 18)
    assert it.jars() == expected(18)
    assert it.consumer.parked == 1


def test_a_broker_that_stops_answering_for_a_while_costs_nothing(member, kafka_server):
    it = member()
    it.send(range(90))
    it.step()
    kafka_server.freeze()
    try:
        stopped_at = time.monotonic() + 7
        while time.monotonic() < stopped_at:
            began = time.monotonic()
            it.step()
            assert time.monotonic() - began < CONNECT_SECONDS, "a step waited for the broker"
    finally:
        kafka_server.thaw()
    drain(it, 90)
    assert it.jars() == expected(90)
