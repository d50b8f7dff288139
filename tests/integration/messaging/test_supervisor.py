"""The supervisor keeps its processes running and leaves none behind, however it ends."""

import json
import signal
import sys

import pytest

from tests.processes import eventually, is_alive, kill, until_gone

SUPERVISOR = """
import json, os, sys
from pathlib import Path
from shared.supervisor import supervise
folder = Path(sys.argv[1])
supervise(json.loads(sys.argv[2]), os.environ, folder / "logs", lambda: (folder / "ready").touch())
(folder / "returned").touch()
"""
CHILD = """
import os, sys, time
from pathlib import Path
folder, name = Path(sys.argv[1]), sys.argv[2]
if "parent" in name and os.fork() == 0:
    name += "-grandchild"
if "stubborn" in name:
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / f"{name}.{os.getpid()}").touch()
print("hello from", name, flush=True)
time.sleep(600)
"""


class House:
    """A supervisor and what it runs, seen from outside."""

    def __init__(self, folder, start, *names):
        self.folder = folder
        commands = {name: [sys.executable, "-c", CHILD, str(folder), name] for name in names}
        self.supervisor = start("-c", SUPERVISOR, folder, json.dumps(commands))
        eventually((folder / "ready").exists)

    def pids(self, name):
        return [int(path.suffix[1:]) for path in self.folder.glob(f"{name}.*")]

    def running(self, name):
        """The process of `name` once it runs, and runs alone."""
        return eventually(lambda: [pid for pid in self.pids(name) if is_alive(pid)])[0]

    def everyone(self):
        return [int(path.suffix[1:]) for path in self.folder.iterdir() if path.suffix[1:].isdigit()]

    def until_empty(self):
        until_gone(self.everyone())


@pytest.fixture
def house(tmp_path, start):
    houses = []

    def make(*names):
        houses.append(House(tmp_path, start, *names))
        return houses[-1]

    yield make
    for house in houses:
        for pid in filter(is_alive, house.everyone()):
            kill(pid)


def test_a_killed_process_is_started_again_and_the_others_stay(house):
    it = house("a", "b")
    first, other = it.running("a"), it.running("b")
    kill(first)
    eventually(lambda: len(it.pids("a")) == 2)
    assert it.running("a") != first
    assert it.running("b") == other


def test_what_a_killed_process_had_started_ends_before_it_is_started_again(house):
    it = house("parent")
    orphan = it.running("parent-grandchild")
    kill(it.running("parent"))
    eventually(lambda: len(it.pids("parent")) == 2)
    until_gone([orphan])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(house, number):
    it = house("a", "b", "parent")
    for name in ("a", "b", "parent", "parent-grandchild"):
        it.running(name)
    it.supervisor.send_signal(number)
    assert it.supervisor.wait(20) == 0
    it.until_empty()
    assert (it.folder / "returned").exists()


def test_a_second_signal_kills_what_will_not_stop(house):
    it = house("stubborn")
    it.running("stubborn")
    it.supervisor.send_signal(signal.SIGINT)
    with pytest.raises(Exception, match="timed out"):
        it.supervisor.wait(1)
    it.supervisor.send_signal(signal.SIGINT)
    assert it.supervisor.wait(10) == 0
    it.until_empty()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_no_process_outlives_a_killed_supervisor(house):
    it = house("a", "b")
    for name in "ab":
        it.running(name)
    kill(it.supervisor.pid)
    it.until_empty()


def test_output_goes_to_a_log_for_each_process(house):
    it = house("a", "b")
    for name in "ab":
        eventually(lambda name=name: f"hello from {name}" in (it.folder / "logs" / f"{name}.log").read_text())
