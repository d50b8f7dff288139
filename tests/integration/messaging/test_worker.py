"""One worker is active; what it was doing when it was killed is neither lost nor done twice."""

import os
import signal
import threading
import time
import urllib.request
from contextlib import contextmanager

import pytest
from eventsourcing.persistence import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from shared.errors import StateForbids
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.consumer import Consumer
from shared.messaging.deliveries import Deliveries
from shared.messaging.relay import Relay
from shared.worker import FIRST_PAUSE_SECONDS, Worker
from shared.worker_lock import FileLock
from tests.integration.messaging.toy import TOPIC, Toy, bean
from tests.processes import eventually, kill
from tests.servers import free_port

TOY = ("-m", "tests.integration.messaging.toy")


def settled(toy, count):
    return eventually(lambda: len(toy.beans()) >= count and toy.consumer.step() == 0)


def standing_by(start, folder):
    """A worker that has found another one at work."""
    with (folder / "standby.log").open("wb") as log:
        standby = start(*TOY, folder, stderr=log)
    eventually(lambda: "worker_stands_by" in (folder / "standby.log").read_text())
    return standby


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_in_the_middle_of_a_batch_loses_and_repeats_nothing(tmp_path, start, when):
    toy = Toy(tmp_path)
    toy.send(*(bean(n) for n in range(60)))
    assert start(*TOY, tmp_path, "30", when).wait(60) == -signal.SIGKILL
    second = start(*TOY, tmp_path, "30", when)
    eventually(lambda: len(toy.beans()) >= 60)
    second.terminate()
    assert second.wait(20) == 0
    assert toy.beans() == [str(n) for n in range(60)]
    assert toy.poison.letters() == []


def test_a_message_that_kills_its_process_is_parked_and_the_others_carry_on(tmp_path, start):
    toy = Toy(tmp_path)
    toy.send(*(bean(n) for n in range(5)))
    deaths = 0
    while (worker := start(*TOY, tmp_path, "2", "always")) and deaths < 5:
        assert worker.wait(60) == -signal.SIGKILL
        deaths += 1
    eventually(lambda: len(toy.beans()) == 4)
    (letter,) = toy.poison.letters()
    assert (letter.offset, letter.error_type, letter.attempts) == (3, "ProcessEnded", 5)
    assert toy.beans() == ["0", "1", "3", "4"]


def test_the_standby_takes_over_when_the_active_worker_is_killed(tmp_path, start):
    toy = Toy(tmp_path)
    first = start(*TOY, tmp_path)
    toy.send(bean(1))
    eventually(lambda: toy.beans() == ["1"])
    standby = standing_by(start, tmp_path)
    kill(first.pid)
    toy.send(bean(2))
    eventually(lambda: toy.beans() == ["1", "2"])
    assert standby.poll() is None


def test_only_one_of_several_workers_is_active(tmp_path):
    ran = []
    workers = [
        Worker("toy", [lambda n=n: ran.append(n) or 0], FileLock(tmp_path / "worker.lock"), idle_seconds=0.001)
        for n in range(3)
    ]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    eventually(lambda: len(ran) > 20)
    (active,) = set(ran)
    workers[active].stop()
    eventually(lambda: len(set(ran)) == 2)
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_standby_that_is_told_to_stop_stops(tmp_path, start):
    toy = Toy(tmp_path)
    start(*TOY, tmp_path)
    toy.send(bean(1))
    eventually(lambda: toy.beans() == ["1"])
    standby = standing_by(start, tmp_path)
    standby.terminate()
    assert standby.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_step_in_hand_finish(tmp_path, number):
    finished = []

    def slow_step():
        os.kill(os.getpid(), number)
        time.sleep(0.05)
        finished.append("first")
        return 1

    Worker("toy", [slow_step, lambda: finished.append("second") or 1], FileLock(tmp_path / "worker.lock")).run()
    assert finished == ["first"]


def test_a_step_that_raises_does_not_stop_the_others_and_is_tried_again(tmp_path, capsys):
    failures, done = [], []

    def failing():
        failures.append(time.monotonic())
        if len(failures) == 3:
            worker.stop()
        raise RuntimeError("Jo Doe")

    worker = Worker(
        "toy", [failing, lambda: done.append(1) or 0], FileLock(tmp_path / "worker.lock"), idle_seconds=0.001
    )
    worker.run()
    assert len(done) > len(failures), "the others go on while it rests"
    assert failures[1] - failures[0] >= FIRST_PAUSE_SECONDS
    assert failures[2] - failures[1] >= 2 * FIRST_PAUSE_SECONDS


def test_what_a_step_failed_of_is_logged_without_its_text(tmp_path, capfd):
    def failing():
        worker.stop()
        raise RuntimeError("Jo Doe is ill")

    worker = Worker("toy", [failing], FileLock(tmp_path / "worker.lock"))
    worker.run()
    log = capfd.readouterr().err
    assert '"event": "step_failed"' in log
    assert "RuntimeError" in log
    assert "Jo Doe" not in log


def test_the_active_worker_beats(tmp_path):
    lock = FileLock(tmp_path / "deep" / "worker.lock")
    assert lock.seconds_since_beat() is None
    worker = Worker("toy", [lambda: worker.stop() or 0], lock)
    worker.run()
    assert lock.seconds_since_beat() < 5


class Told:
    """What a worker tells Prometheus."""

    def __init__(self, port):
        self._url = f"http://127.0.0.1:{port}/metrics"

    def __getitem__(self, name):
        try:
            with urllib.request.urlopen(self._url, timeout=5) as answer:  # noqa: S310  our own address
                families = list(text_string_to_metric_families(answer.read().decode()))
        except OSError:  # not listening yet
            return []
        return [sample.value for family in families for sample in family.samples if sample.name == name]


@contextmanager
def at_work(lock, steps, *collectors):
    port = free_port()
    worker = Worker("toy", steps, FileLock(lock), port=port, collectors=collectors)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield Told(port)
    finally:
        worker.stop()
        thread.join()


def test_the_active_worker_alone_tells_what_it_sent_lags_behind_and_parked(tmp_path):
    toy = Toy(tmp_path)
    bad = CloudEvent.of(id="bad", source="/test", type="toy.Bean.v1", data={})
    go_on = threading.Event()

    def react(event, marks):
        go_on.wait(120)
        if event.id == "bad":
            raise StateForbids("it names no bean")
        toy.react(event, marks)

    consumer = Consumer(topic=TOPIC, bus=toy.bus, ledger=toy.ledger, react=react, poison=toy.poison)
    relay = Relay(toy.ledger, toy.bus, lambda *_: [Record("beans.out.v1", "P1", b"a bean was dropped")])
    toy.send(bean(1), bad, bean(2))
    deliveries = Deliveries("toy", relay, [consumer])
    with at_work(tmp_path / "lock", [consumer.step, relay.step], deliveries) as told:
        eventually(lambda: told["cpd_consumer_lag_messages"] == [3])
        with at_work(tmp_path / "lock", [], Deliveries("toy", relay, [consumer])) as standby:
            assert eventually(lambda: standby["cpd_worker_active"]) == [0]
            assert standby["cpd_consumer_lag_messages"] == [], "it consumes nothing, so it lags behind nothing"
        go_on.set()
        eventually(lambda: told["cpd_relay_sent_total"] == [2])
        assert told["cpd_consumer_lag_messages"] == [0]
        assert told["cpd_consumer_parked_total"] == [1]
        assert told["cpd_consumer_lost_total"] == [0]


def test_a_log_that_is_away_does_not_keep_a_worker_from_telling_that_it_lives(tmp_path, monkeypatch):
    toy = Toy(tmp_path)
    toy.send(bean(1), bean(2))
    toy.consumer.step()
    toy.send(bean(3))

    def away(*_):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(toy.ledger.recorder, "max_tracking_id", away)
    relay = Relay(toy.ledger, toy.bus, lambda *_: [])
    with at_work(tmp_path / "lock", [relay.step], Deliveries("toy", relay, [toy.consumer])) as told:
        assert eventually(lambda: told["cpd_worker_active"] == [1])
        assert told["cpd_consumer_lag_messages"] == [1]
