"""A Kafka that wants certificates and passwords: with the right ones all works, else the setting at fault is named."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from environs import Env

from shared.messaging import kafka_clients
from shared.messaging.bus import BusAway, Record
from shared.messaging.bus_command import bus_command
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka_settings import read_kafka
from shared.messaging.kafka_topics import found_topics
from shared.messaging.topics import inbound, written
from shared.messaging.topics_command import topics_command
from tests.integration.messaging.toy import Toy, bean
from tests.integration.messaging.verifying import Beside
from tests.processes import eventually
from tests.servers.kafka import KafkaServer, start_or_not_run
from tests.servers.kafka_secure import PASSWORD, make_user

WAYS_IN = {
    "scram": lambda doors: doors.password("SCRAM-SHA-256"),
    "plain": lambda doors: doors.password("PLAIN"),
    "certificate": lambda doors: doors.certified(),
}
"""Each over TLS."""
REFUSED = {
    "wrong password": (lambda doors: replace(doors.password(), sasl_password="wrong"), "CPD_KAFKA_SASL_PASSWORD"),
    "unknown user": (lambda doors: replace(doors.password("PLAIN"), sasl_username="else"), "CPD_KAFKA_SASL_USERNAME"),
    "unknown authority": (lambda doors: replace(doors.password(), ssl_cafile=""), "CPD_KAFKA_SSL_CAFILE"),
    "no such file": (lambda doors: replace(doors.password(), ssl_cafile="/nowhere"), "CPD_KAFKA_SSL_CAFILE"),
    "another server": (lambda doors: doors.password(host="localhost"), "CPD_KAFKA_BOOTSTRAP_SERVERS"),
    "plaintext": (lambda doors: replace(doors.password(), security_protocol="PLAINTEXT"), "is PLAINTEXT"),
    "no password": (lambda doors: replace(doors.password(), security_protocol="SSL"), "is SSL"),
    "no certificate": (
        lambda doors: replace(doors.certified(), ssl_certfile="", ssl_keyfile=""),
        "CPD_KAFKA_SSL_CERTFILE",
    ),
    "the certificate of a stranger": (
        lambda doors: replace(
            doors.certified(), ssl_certfile=str(doors.stranger[0]), ssl_keyfile=str(doors.stranger[1])
        ),
        "CPD_KAFKA_SSL_CERTFILE",
    ),
}
SOON, LATER = 1.5, 20.0
"""Seconds after which a client gives up. A busy machine takes longer to say why."""


@pytest.fixture(scope="module")
def doors():
    """A broker of their own, for certificates make each start slower; it has opened each door once."""
    server = KafkaServer()
    doors = server.open_doors()
    start_or_not_run(server)
    try:
        make_user(server.bootstrap)
        for settings in (way(doors) for way in WAYS_IN.values()):
            eventually(lambda settings=settings: lets_in(settings))
        yield doors
    finally:
        server.remove()


def lets_in(settings):
    try:
        return found_topics(settings, []) == {}
    except BusAway:
        return False


@pytest.fixture
def told_to_the_process(monkeypatch):
    """Sets the variables of some settings, as a process is given them; gives what they are read as."""

    def tell(settings):
        for name, value in settings.client().items():
            text = ",".join(value) if isinstance(value, list) else value
            monkeypatch.setenv(f"CPD_KAFKA_{name.replace('sasl_plain_', 'sasl_').upper()}", text)
        monkeypatch.setenv("CPD_KAFKA_PARTITIONS", "3")
        monkeypatch.setenv("CPD_KAFKA_REPLICATION", "1")
        return read_kafka(Env())

    return tell


@pytest.fixture(params=WAYS_IN)
def way_in(request, doors, told_to_the_process):
    return told_to_the_process(WAYS_IN[request.param](doors))


def apply(settings, *topics):
    return CliRunner().invoke(topics_command(lambda: settings, lambda: topics), ["apply"])


def test_who_has_the_right_ones_makes_topics_relays_consumes_and_verifies(way_in, tmp_path):
    name = tmp_path.name
    out, in_ = f"out.{name}", f"in.{name}"
    made = apply(way_in, written(out), inbound(in_))
    assert made.exit_code == 0, made.output
    toy = Toy(tmp_path, bus=KafkaBus(way_in, group=f"toy.{name}"))
    consumer = Consumer(topic=in_, bus=toy.bus, ledger=toy.ledger, react=toy.react, poison=toy.poison)
    try:
        toy.send(*(bean(number) for number in range(9)), topic=in_)
        eventually(lambda: (consumer.step(), len(toy.beans()) == 9)[1])
        beside = Beside(toy, out)
        beside.relay()
        verified = CliRunner().invoke(bus_command(lambda: [beside.published]), ["verify"])
        assert (verified.exit_code, verified.stdout) == (0, f"{out}: 9 messages; it agrees with the log\n")
    finally:
        consumer.close()
        toy.bus.close()


@pytest.mark.parametrize("who", REFUSED)
def test_who_has_not_is_told_which_setting_it_is(who, doors, told_to_the_process, monkeypatch):
    make, named = REFUSED[who]
    settings = told_to_the_process(make(doors))
    for seconds in (SOON, LATER):
        monkeypatch.setattr(kafka_clients, "CONNECT_SECONDS", seconds)
        told = apply(settings, written("never.made.v1"))
        if named in told.output:
            break
    assert told.exit_code == 1
    assert "Kafka is away" in told.output
    assert "CPD_KAFKA" in told.output
    assert named in told.output
    assert PASSWORD not in told.output


def test_relay_feed_and_consumer_say_it_too(doors, monkeypatch):
    monkeypatch.setattr(kafka_clients, "CONNECT_SECONDS", SOON)
    bus = KafkaBus(replace(doors.password(), sasl_password="wrong"), group="test")
    subscription = bus.subscribe("in.v1", lambda _: 0)
    try:
        for call in (
            lambda: bus.publish([Record("out.v1", "k", b"1")]),
            lambda: bus.read("out.v1/0", 0, 1),
            lambda: eventually(lambda: subscription.poll((), 1).ours),
        ):
            eventually(lambda call=call: "CPD_KAFKA_SASL_PASSWORD" in why_away(call))
    finally:
        bus.close()


def why_away(call):
    with pytest.raises(BusAway) as away:
        call()
    return str(away.value)
