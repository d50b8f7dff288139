"""The payroll consumer on a real Kafka: killed at any moment, repeated to, and right at the end."""

import json
import random
import time

import pytest
from kafka import KafkaProducer

from tests.integration.examples.stub import Stub, served
from tests.integration.examples.test_payroll_consumer import Office
from tests.servers.kafka import running
from tests.servers.topics import make_topics

TOPIC = "cpd.repayments.v1"
REPAYMENTS = [f"{number:08x}-a1-r1" for number in range(60)]


class OnKafka(Stub):
    """The service, whose messages are on Kafka in place of its feed."""

    def __init__(self, bootstrap):
        super().__init__()
        self.producer = KafkaProducer(bootstrap_servers=bootstrap)

    def put(self, event):
        self.producer.send(TOPIC, key=event["data"]["repayment_id"].encode(), value=json.dumps(event).encode())

    def page(self, *_):
        raise AssertionError("the consumer asked for the feed")


@pytest.fixture(scope="module")
def broker():
    with running() as server:
        make_topics(server, TOPIC)
        yield server


@pytest.fixture
def office(tmp_path, broker):
    stub = OnKafka(broker.bootstrap)
    with served(stub) as url:
        office = Office(tmp_path, url)
        command = office.command
        office.command = lambda *extra, **options: command("--kafka", broker.bootstrap, *extra, **options)
        office.stub = stub
        yield office
    stub.producer.close()


@pytest.mark.slow
def test_killed_at_random_it_applies_each_message_once_and_deducts_it_once(office, broker):
    chance, stub = random.Random(20241117), office.stub  # noqa: S311  chance that a failure can be repeated with
    for _ in range(3):
        lower = chance.choice([0, 20000, 40000])
        sent = [stub.owe(repayment, stub.amounts.get(repayment, 260000) - lower) for repayment in REPAYMENTS]
        for event in chance.sample(sent, 20):
            stub.put(event)
        stub.producer.flush()
        for _ in range(4):
            process = office.start()
            time.sleep(chance.uniform(0.5, 3.0))
            process.kill()
            process.wait()
    broker.restart()
    last = office.once()
    assert last.returncode == 0, last.stderr
    with office.output.open("a") as output:
        output.write(last.stdout)
    assert set(office.applied().values()) == {1}
    assert {key: len(bodies) for key, bodies in stub.bodies.items() if len(bodies) != 1} == {}
    ledger = office.figures()["repayments"]
    assert {r: figures["revision"] for r, figures in ledger.items()} == stub.revisions
    assert {r: figures["taken_by_us_pence"] for r, figures in ledger.items()} == stub.taken
    net = {r: figures["taken_by_us_pence"] - figures["refunded_pence"] for r, figures in ledger.items()}
    assert net == stub.amounts
    again = office.once()
    assert (again.returncode, again.stdout) == (0, "")


def test_a_cluster_that_is_away_is_told(tmp_path):
    office = Office(tmp_path, "http://127.0.0.1:9")
    ended = office.once("--kafka", "127.0.0.1:1")
    assert ended.returncode == 1
    assert "Kafka: " in ended.stderr
