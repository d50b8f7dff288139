"""One worker is active; what it was doing when it was killed is neither lost nor done twice."""

import os
import signal
import threading
import time

import pytest

from shared.worker import Worker
from shared.worker_lock import FileLock
from tests.integration.messaging.conftest import eventually, kill
from tests.integration.messaging.toy import Toy, bean

TOY = ("-m", "tests.integration.messaging.toy")


def settled(toy, count):
    return eventually(lambda: len(toy.beans()) >= count and toy.consumer.step() == 0)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_in_the_middle_of_a_batch_loses_and_repeats_nothing(tmp_path, start, when):
    toy = Toy(tmp_path)
    toy.send(*(bean(n) for n in range(60)))
    assert start(*TOY, tmp_path, "30", when).wait(30) == -signal.SIGKILL
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
        assert worker.wait(30) == -signal.SIGKILL
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
    standby = start(*TOY, tmp_path)
    time.sleep(1)
    kill(first)
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
    with (tmp_path / "standby.log").open("wb") as log:
        standby = start(*TOY, tmp_path, stderr=log)
    eventually(lambda: "worker_stands_by" in (tmp_path / "standby.log").read_text())
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
    assert len(done) > 10
    assert failures[2] - failures[1] > failures[1] - failures[0] > 0.1


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
