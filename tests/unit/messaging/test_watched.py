"""A call that hangs costs its client and one wait; every caller is told, and the next call has a new client."""

import os
import threading
import time

import pytest
from kafka.errors import KafkaError

from shared.messaging.bus import BusAway
from shared.messaging.watched import Watched

SECONDS = 0.2


class Client:
    """Counts what is made, and closed."""

    made: list["Client"]

    def __init__(self):
        self.closed = threading.Event()
        self.thread = threading.get_ident()
        self.made.append(self)


@pytest.fixture
def watched():
    Client.made = []
    watched = Watched(Client, lambda client: client.closed.set(), SECONDS)
    yield watched
    watched.close()


def test_calls_share_one_client_in_one_thread(watched):
    clients = {watched.run(lambda client: client) for _ in range(5)}
    (client,) = clients
    assert watched.run(lambda _: threading.get_ident()) == client.thread != threading.get_ident()


def test_no_client_is_made_before_a_call():
    Client.made = []
    Watched(Client, lambda _: None, SECONDS)
    assert Client.made == []


def test_a_call_that_hangs_is_told_in_time_and_costs_its_client(watched):
    release = threading.Event()
    began = time.monotonic()
    with pytest.raises(BusAway, match="no answer within"):
        watched.run(lambda _: release.wait(30))
    assert time.monotonic() - began < 5
    assert watched.run(lambda client: client) is Client.made[1]
    assert not Client.made[0].closed.is_set()
    release.set()
    assert Client.made[0].closed.wait(5), "the client of a call that came back is closed"


def test_whoever_waits_behind_a_call_that_hangs_is_told_with_it(watched):
    release = threading.Event()
    hanging = watched.submit(lambda _: release.wait(30))
    behind = watched.submit(lambda _: "never")
    with pytest.raises(BusAway):
        hanging.result()
    with pytest.raises(BusAway):
        behind.result()
    release.set()


@pytest.mark.parametrize(
    ("raised", "told"), [(KafkaError("x"), BusAway), (OSError("x"), BusAway), (KeyError("x"), KeyError)]
)
def test_a_call_that_fails_is_told_and_the_next_has_a_new_client(watched, raised, told):
    def fail(_):
        raise raised

    with pytest.raises(told):
        watched.run(fail)
    assert watched.run(lambda client: client) is Client.made[1]
    assert Client.made[0].closed.is_set()


def test_a_client_that_cannot_be_made_is_told(monkeypatch):
    def make():
        raise KafkaError("no broker")

    with pytest.raises(BusAway, match="no broker"):
        Watched(make, lambda _: None, SECONDS).run(lambda _: None)


def test_one_can_look_without_waiting(watched):
    release = threading.Event()
    pending = watched.submit(lambda _: release.wait(5))
    assert pending.wait(0) is False
    release.set()
    assert pending.result() is True


def test_a_forked_process_makes_a_client_of_its_own(watched):
    watched.run(lambda _: None)
    pid = os.fork()
    if pid == 0:
        client = watched.run(lambda client: client)
        os._exit(0 if client is Client.made[1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
