"""The payroll consumer as a process: killed at any point, refused, let down by the service, and right at the end."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from tests.integration.examples.stub import TOKEN, Stub, served
from tests.processes import eventually

PAYROLL = Path(__file__).parents[3] / "examples" / "payroll"
KILLS = 20
POINTS = ["before GET", "after GET", "before POST", "after POST", "any moment"]


@pytest.fixture
def stub():
    return Stub()


@pytest.fixture
def url(stub):
    with served(stub) as url:
        yield url


class Office:
    """A payroll office: its ledger file, and what its consumer printed."""

    def __init__(self, folder, url):
        self.ledger, self.output, self.url = folder / "payroll.sqlite", folder / "printed.txt", url

    def command(self, *extra, deduct="all", token=TOKEN):
        given = ("--url", self.url, "--ledger", self.ledger, "--deduct", deduct, "--poll-seconds", "0.02", *extra)
        return [sys.executable, PAYROLL / "consumer.py", *given], {**os.environ, "CPD_PAYROLL_TOKEN": token}

    def once(self, *extra, **options):
        command, environment = self.command("--once", *extra, **options)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def start(self):
        command, environment = self.command()
        with self.output.open("a") as output:
            return subprocess.Popen(command, env=environment, stdout=output, stderr=output)

    def clerk(self, *given):
        command = [sys.executable, PAYROLL / "ledger.py", "--ledger", self.ledger, *given]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def figures(self):
        return json.loads(self.clerk("--json").stdout)

    def applied(self):
        """How often the consumer said of each message that it applied it."""
        lines = self.output.read_text().splitlines()
        return Counter(line.rpartition(" · ")[2] for line in lines if " · element " in line)


@pytest.fixture
def office(tmp_path, url):
    return Office(tmp_path, url)


def arrivals(stub, chance):
    """Publishes when asked for the next: four revisions of fifty repayments, no amount ever rising.

    Each is sent again later, mostly behind a newer one.
    """
    late = []
    for _ in range(4):
        for repayment in (f"{number:08x}-a1-r1" for number in range(50)):
            owed = stub.amounts.get(repayment, 260000)
            late.append(stub.owe(repayment, owed - chance.choice([0, 20000, 40000])))
            if len(late) > 70:
                stub.put(late.pop(chance.randrange(len(late))))
            yield
    for event in late:
        stub.put(event)


def ten_of(arriving):
    for _ in islice(arriving, 10):
        time.sleep(0.01)


def kill_at(stub, process, point, chance):
    """SIGKILL the consumer while it makes a call, before or after its effect, or just at some moment."""
    reached = threading.Event()

    def interrupt(here):
        if here == point and not reached.is_set():
            process.kill()
            process.wait()
            reached.set()

    if point == "any moment":
        time.sleep(chance.uniform(0, 0.4))
    else:
        stub.interrupt = interrupt
        assert reached.wait(timeout=60), f"there was no {point}"
        stub.interrupt = lambda _: None
    process.kill()
    process.wait()


@pytest.mark.slow
def test_killed_twenty_times_while_200_messages_arrive_twice_each_is_applied_once_and_deducted_once(stub, office):
    chance = random.Random(20241116)  # noqa: S311  chance that a failure can be repeated with
    arriving = arrivals(stub, chance)
    for kill in range(KILLS):
        publisher = threading.Thread(target=ten_of, args=(arriving,))
        publisher.start()
        kill_at(stub, office.start(), POINTS[kill % len(POINTS)], chance)
        publisher.join()
    assert list(arriving) == []
    assert len(stub.feed) >= 400
    last = office.once()
    assert last.returncode == 0, last.stderr
    with office.output.open("a") as output:
        output.write(last.stdout)

    applied = office.applied()
    assert set(applied.values()) == {1}
    assert len(applied) >= 200 - KILLS
    assert {key: len(bodies) for key, bodies in stub.bodies.items() if len(bodies) != 1} == {}
    ledger = office.figures()["repayments"]
    assert {r: figures["revision"] for r, figures in ledger.items()} == stub.revisions
    assert {r: figures["taken_by_us_pence"] for r, figures in ledger.items()} == stub.taken
    assert {r: figures["refunded_pence"] for r, figures in ledger.items() if figures["refunded_pence"]} == stub.refunded
    net = {r: figures["taken_by_us_pence"] - figures["refunded_pence"] for r, figures in ledger.items()}
    assert net == stub.amounts
    assert {figures["status"] for figures in ledger.values()} == {"settled"}


def test_it_prints_applies_and_deducts_and_the_report_has_the_sums(stub, office):
    stub.owe("0a-a1-r1", 240000, times=2)
    ran = office.once()
    assert ran.returncode == 0
    assert "deduct £2,400.00 of £2,400.00 owed" in ran.stdout
    assert "deducting £2,400.00 · 0a-a1-r1.1.d1" in ran.stdout
    report = office.clerk("--report").stdout
    assert [line.split() for line in report.splitlines()][1] == [
        "100002", "1", "£2,400.00", "£2,400.00", "£0.00", "£0.00", "£0.00", "0",
    ]  # fmt: skip


def test_without_deducting_it_only_keeps_the_ledger(stub, office):
    stub.owe("0a-a1-r1", 240000)
    office.once(deduct="none")
    assert office.figures()["repayments"]["0a-a1-r1"]["status"] == "to_deduct"
    assert stub.bodies == {}


def test_a_part_is_reported_as_partly_taken(stub, office):
    stub.owe("0a-a1-r1", 240001)
    office.once(deduct="part")
    [body] = stub.bodies["0a-a1-r1.1.d1"]
    assert (json.loads(body)["taken_pence"], json.loads(body)["outcome"]) == (120000, "partly_taken")


def test_a_correction_after_the_deduction_is_paid_back(stub, office):
    stub.owe("0a-a1-r1", 240000)
    office.once()
    stub.owe("0a-a1-r1", 220000)
    ran = office.once()
    assert "pay back £200.00, deduct nothing more" in ran.stdout
    assert (stub.taken, stub.refunded) == ({"0a-a1-r1": 240000}, {"0a-a1-r1": 20000})


@pytest.mark.parametrize("status", [404, 409, 422])
def test_what_the_service_refuses_is_shown_and_parked_and_the_others_go_on(stub, office, status):
    stub.refuse["0a-a1-r1"] = status
    stub.owe("0a-a1-r1", 240000)
    stub.owe("0b-a1-r1", 240000)
    ran = office.once()
    assert f"PARKED for a person · 0a-a1-r1.1.d1 · the service refused it: {status}: taken_pence must be" in ran.stdout
    assert stub.taken == {"0b-a1-r1": 240000}
    assert "parked: 0a-a1-r1.1.d1, deduction of £2,400.00" in office.clerk("--report").stdout
    assert "PARKED" not in office.once().stdout


def test_a_person_has_what_is_parked_reported_again(stub, office):
    stub.refuse["0a-a1-r1"] = 422
    stub.owe("0a-a1-r1", 240000)
    office.once()
    stub.refuse.clear()
    assert office.clerk("--retry", "0a-a1-r1.1.d1").returncode == 0
    office.once()
    assert stub.taken == {"0a-a1-r1": 240000}
    assert office.clerk("--undo", "0a-a1-r1.1.d1").stderr == "0a-a1-r1.1.d1 is not parked\n"


def test_it_waits_while_the_service_is_away_and_carries_on(stub, office):
    stub.owe("0a-a1-r1", 240000)
    stub.away = True
    process = office.start()
    eventually(lambda: office.output.read_text().count("the service is away (503: the bus is away)") >= 2)
    stub.away = False
    eventually(lambda: stub.taken)
    process.terminate()
    process.wait()
    waits = [float(line.split()[-2]) for line in office.output.read_text().splitlines() if "next try in" in line]
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]


def test_once_says_that_the_service_is_away(office):
    office.url = "http://127.0.0.1:9"
    ran = office.once()
    assert ran.returncode == 1
    assert "stopped: " in ran.stderr


def test_a_token_that_is_not_valid_stops_it(office):
    ran = office.once(token="another")
    assert (ran.returncode, ran.stderr) == (1, "stopped: 401: no valid token\n")


def test_a_message_that_it_cannot_read_stops_it_before_that_message(stub, office):
    first = stub.owe("0a-a1-r1", 240000)
    stub.put(first | {"type": "cpd.agreements.RepaymentSplit.v1"})
    ran = office.once()
    assert ran.returncode == 1
    assert "RepaymentSplit.v1, which this ledger does not know" in ran.stderr
    assert office.figures()["cursor"] == "1"


def test_a_reversal_needs_a_deduction(stub, office):
    ran = office.once("--reverse", "0a-a1-r1.1.d1", "--reason", "a mistake")
    assert (ran.returncode, ran.stderr) == (1, "stopped: there is no deduction 0a-a1-r1.1.d1\n")
