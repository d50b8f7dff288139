"""The database server crashes and comes back under load: what was answered is in the log, and nothing is twice."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.persistence import OperationalError

from shared.eventstore.ledger import Ledger
from tests.integration.eventstore.toy import Counter, count, open_ledger, stream
from tests.servers.postgres import PostgresServer, running

CALLERS = 4
CRASHES = 6
BETWEEN_SECONDS = 1.0


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with running() as server:
        yield server


def commands(ledger: Ledger, name: str, stop: threading.Event) -> tuple[list[int], int]:
    """Count up until told to stop, without an idempotency key. Gives the results, and how many had no answer."""
    results, unanswered = [], 0
    while not stop.is_set():
        try:
            results.append(count(ledger, name).result)
        except OperationalError:
            unanswered += 1
    return results, unanswered


def follow(ledger: Ledger, stop: threading.Event) -> list[int]:
    """Read the log as it grows, to its end once all have stopped."""
    seen: list[int] = []
    while True:
        finishing = stop.is_set()
        try:
            rows = ledger.recorder.rows_after(seen[-1] if seen else 0, 100)
        except OperationalError:
            continue
        seen += [row[0] for row in rows]
        if finishing and not rows:
            return seen
        time.sleep(0.005)


def test_every_answered_command_took_effect_once(server: PostgresServer):
    stop_commands, stop_reading = threading.Event(), threading.Event()
    names = [f"caller-{number}" for number in range(CALLERS)]
    with open_ledger(server.new_database()) as ledger, ThreadPoolExecutor(CALLERS + 1) as threads:
        reader = threads.submit(follow, ledger, stop_reading)
        callers = {name: threads.submit(commands, ledger, name, stop_commands) for name in names}
        try:
            for _ in range(CRASHES):
                time.sleep(BETWEEN_SECONDS)
                server.stop(crash=True)
                server.start()
            time.sleep(BETWEEN_SECONDS)
            stop_commands.set()
            outcomes = {name: caller.result() for name, caller in callers.items()}
        finally:
            stop_commands.set()
            stop_reading.set()
        seen = reader.result()
        totals = {name: ledger.load(Counter, stream(name)).total for name in names}
        written = [row[0] for row in ledger.recorder.rows_after(0, 1_000_000)]
    print(f"{len(written)} facts, {CRASHES} crashes, {sum(each for _, each in outcomes.values())} unanswered")
    for name, (results, unanswered) in outcomes.items():
        assert results == sorted(set(results))
        assert len(results) > CRASHES
        assert len(results) <= totals[name] <= len(results) + unanswered
    assert seen == written
    assert len(written) == sum(totals.values())
