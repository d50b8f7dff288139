"""Poison on a real Kafka: each message is parked after its attempts, the rest flows, a retry after the fix works."""

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from services.agreements.contract import TOPIC
from services.agreements.service import SERVICE
from shared.hr import HR_TOPIC
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.consumer import ATTEMPTS
from shared.messaging.topics_command import apply_topics
from tests.faults.house import CPD, environment, opened, settings_in
from tests.faults.poisoned_worker import KILLS, RAISES
from tests.processes import eventually, stopped
from tests.servers import kafka

WORKER = (sys.executable, "-m", "tests.faults.poisoned_worker")


def joined(staff_id, kind="hr.StaffJoined.v1"):
    data = {"staff_id": staff_id, "employment_id": "E1", "school_urn": "100001", "on": "2024-09-01"}
    event = CloudEvent.of(id=f"{kind}/{staff_id}", source="/hr", type=kind, data=data)
    return Record(HR_TOPIC, staff_id, event.encode())


class Poisoned:
    """The service on the broker, with a worker that is started again whenever it is killed."""

    def __init__(self, settings, runtime):
        self.settings = settings
        self.runtime = runtime
        self.env = environment(settings)
        self.deaths = 0
        self.worker = self._start()

    def _start(self):
        return subprocess.Popen(WORKER, env=self.env, stderr=subprocess.DEVNULL)

    def keep_running(self):
        if self.worker.poll() is not None:
            assert self.worker.returncode == -signal.SIGKILL
            self.deaths += 1
            self.worker = self._start()

    def known(self):
        """Who has joined, in the order in which it was recorded."""
        ledger = self.runtime.stores.ledger
        notifications = ledger.recorder.select_notifications(None, 1_000)
        facts = [ledger.mapper.decode(one.topic, one.state) for one in notifications]
        return [fact.staff_id for fact in facts if fact.event_name() == "StaffJoined"]

    def letters(self):
        return {letter.error_type: letter for letter in self.runtime.stores.poison.letters()}

    def until(self, condition):
        def met():
            self.keep_running()
            return condition()

        return eventually(met)

    def cpd(self, *arguments):
        return subprocess.run(
            [*CPD, *arguments], env=self.env, capture_output=True, text=True, timeout=120, check=False
        )

    def stop(self):
        stopped(self.worker)


@pytest.fixture
def broker():
    """Topics of the services: a broker of its own."""
    with kafka.running() as server:
        yield server


@pytest.fixture
def poisoned(broker, tmp_path):
    settings = replace(settings_in(tmp_path), kafka=broker.settings())
    apply_topics(settings.kafka, SERVICE.topics)
    SERVICE.prepare(settings)
    with opened(settings) as runtime:
        poisoned = Poisoned(settings, runtime)
        yield poisoned
        poisoned.stop()


@pytest.mark.slow
def test_each_kind_of_poison_is_parked_the_rest_flows_and_a_retry_after_the_fix_works(poisoned):
    bus = poisoned.runtime.stores.bus
    good = [f"P{number}" for number in range(30)]
    bad = [
        Record(HR_TOPIC, "no-json", b'{"specversion": "1.0", '),
        joined("praised", kind="hr.StaffPraised.v1"),
        joined(RAISES),
        joined(KILLS),
    ]
    bus.publish([*map(joined, good[:10]), *bad, *map(joined, good[10:])])
    poisoned.until(lambda: len(poisoned.letters()) == 4 and len(poisoned.known()) == len(good))
    parked = poisoned.letters()
    assert {kind: letter.attempts for kind, letter in parked.items()} == {
        "NotACloudEvent": 1,
        "FieldRefused": 1,
        "RuntimeError": ATTEMPTS,
        "ProcessEnded": ATTEMPTS,
    }
    assert poisoned.deaths == ATTEMPTS
    assert sorted(poisoned.known()) == sorted(good)

    (poisoned.settings.home / "mended").touch()
    told = poisoned.cpd("dead-letters", "retry", "--service", "agreements", "--by", "op7", "--reason", "mended")
    assert told.returncode == 1, "two of the four are still wrong"
    assert sorted(poisoned.known()) == sorted([*good, RAISES, KILLS])
    assert set(poisoned.letters()) == {"NotACloudEvent", "FieldRefused"}
    because = ("--service", "agreements", "--reason", "sent by mistake")
    for letter in poisoned.letters().values():
        told = poisoned.cpd("dead-letters", "drop", letter.topic, str(letter.offset), *because)
        assert told.returncode == 0, told.stderr
    assert poisoned.letters() == {}
    assert _dead_on_the_bus(bus) == 4
    told = poisoned.cpd("bus", "verify", TOPIC)
    assert told.returncode == 0, told.stdout + told.stderr


def _dead_on_the_bus(bus):
    partitions = bus.partitions(f"{HR_TOPIC}.dlq")
    return len(bus.read_on(dict.fromkeys(partitions, 0), 100))
