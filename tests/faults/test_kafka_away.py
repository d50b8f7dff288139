"""While Kafka is away a message by HTTP is answered 503 in full, all else goes on; sent again later it counts once."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from services.agreements.domain.staff_facts import StaffJoined
from services.agreements.service import SERVICE
from shared.messaging.topics_command import apply_topics
from tests.faults.house import House, running, settings_in
from tests.integration.agreements.story import draft, hr_event
from tests.processes import eventually
from tests.servers import kafka
from tests.servers.kafka import KafkaServer

LONGEST_SECONDS = 20.0
"""A publish is given up after 7 seconds; the rest is for a machine that has other things to do."""
INBOX, FEED = "/v1/inbox/hr.staff.v1", "/v1/feed/cpd.agreements.v1"
GOES: dict[str, tuple[Callable[[KafkaServer], None], Callable[[KafkaServer], None]]] = {
    "killed": (KafkaServer.kill, KafkaServer.start),
    "frozen": (KafkaServer.freeze, KafkaServer.thaw),
}
"""How a broker goes away, and how it comes back."""


class Answer(NamedTuple):
    status: int
    headers: "http.client.HTTPMessage"
    body: Any
    seconds: float


class Office:
    """Who sends requests to a house, each once."""

    def __init__(self, house: House) -> None:
        self.house = house

    def ask(self, method: str, path: str, role: str, body: Any = None, key: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=2 * LONGEST_SECONDS)
        headers = {"Authorization": f"Bearer {self.house.tokens[role]}", "Content-Type": "application/json"}
        began = time.monotonic()
        try:
            connection.request(method, path, json.dumps(body), headers | ({"Idempotency-Key": key} if key else {}))
            answer = connection.getresponse()
            read = answer.read()
        finally:
            connection.close()
        return Answer(answer.status, answer.headers, json.loads(read), time.monotonic() - began)

    def joined(self, staff_id: str) -> int:
        """How often the log says that the person joined."""
        ledger = self.house.runtime.stores.ledger
        notifications = ledger.recorder.select_notifications(None, 1_000, topics=[StaffJoined.TOPIC])
        facts = [ledger.mapper.decode(one.topic, one.state) for one in notifications]
        return sum(fact.staff_id == staff_id for fact in facts)


@pytest.fixture(scope="module")
def broker() -> Iterator[KafkaServer]:
    with kafka.running() as server:
        yield server


@pytest.fixture(scope="module")
def office(broker: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The service at work on files and a Kafka of its own, with one person who has joined."""
    apply_topics(broker.settings(), SERVICE.topics)
    with running(replace(settings_in(tmp_path_factory.mktemp("home")), kafka=broker.settings())) as house:
        office = Office(house)
        assert office.ask("POST", INBOX, "hr_platform", [hr_event("StaffJoined", "early")], "early").status == 202
        eventually(lambda: office.joined("early"))
        yield office


@pytest.mark.slow
@pytest.mark.parametrize("goes", GOES)
def test_a_message_is_refused_in_full_while_kafka_is_away_and_counts_once_when_it_is_back(
    office: Office, broker: KafkaServer, goes: str
):
    go, come_back = GOES[goes]
    late = f"late-{goes}"
    batch = [hr_event("StaffJoined", late)]
    go(broker)
    told = office.ask("POST", INBOX, "hr_platform", batch, late)
    assert told.status == 503
    assert told.seconds < LONGEST_SECONDS
    assert told.headers["Content-Type"] == "application/problem+json"
    assert int(told.headers["Retry-After"]) >= 1
    assert told.body == {
        "type": "/problems/unavailable",
        "title": "Unavailable",
        "status": 503,
        "detail": "the bus is away",
    }
    read = office.ask("GET", FEED, "hr_platform")
    assert (read.status, read.body) == (503, told.body)

    drafted = office.ask("POST", "/v1/agreements", "headteacher", draft("early"), f"draft-{goes}")
    assert drafted.status == 201, "commands go on"
    agreement = f"/v1/agreements/{drafted.body['id']}"
    assert eventually(lambda: office.ask("GET", agreement, "auditor").status == 200), "and so do views and reads"
    assert office.joined(late) == 0

    come_back(broker)
    again = eventually(
        lambda: (answer := office.ask("POST", INBOX, "hr_platform", batch, late)).status != 503 and answer
    )
    assert (again.status, again.body["results"][0]["status"]) == (202, 202), "what was not accepted is no used key"
    eventually(lambda: office.joined(late))
    eventually(office.house.is_drained)
    assert office.joined(late) == 1
    assert office.house.bus_differs() == ""
