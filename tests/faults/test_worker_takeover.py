"""A second worker stands by, and carries on where the first was killed: nothing is lost, nothing done twice."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.agreements.domain.staff_facts import StaffJoined
from services.agreements.runtime import Runtime
from services.agreements.service import SERVICE
from shared.hr import HR_SCHEMAS, HR_TOPIC
from shared.messaging.inbox import accept
from shared.projections.verify import compare
from shared.settings import Settings
from tests.faults.house import CPD, environment, is_at_rest, opened, settings_in
from tests.faults.lives import Life
from tests.processes import eventually, kill

KILLED_WORKER = (sys.executable, "-m", "tests.faults.killed_worker")
MESSAGES, KILLS, A_KILL_EVERY = 300, 4, 50
TODAY = date(2026, 3, 2)


@pytest.fixture(params=["files", "PostgreSQL"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    settings = settings_in(tmp_path)
    if request.param == "PostgreSQL":
        server = request.getfixturevalue("postgres_server")
        settings = replace(settings, database_url=server.new_database(), keys_url=server.new_database())
    SERVICE.prepare(settings)
    return settings


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    with opened(settings) as runtime:
        yield runtime


@contextmanager
def worker(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process of the service; killed at the end if need be."""
    log = settings.folder("logs") / "worker.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*CPD, "worker", "agreements"], env=environment(settings), stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def hr_says(runtime: Runtime, *numbers: int) -> None:
    """HR tells of new people, each message twice."""
    messages = [message for number in numbers for message in Life(number, TODAY).employed().body * 2]
    results = accept(messages, HR_TOPIC, HR_SCHEMAS, runtime.stores.sealer, runtime.stores.bus)
    assert {result.status for result in results} == {202}


def joined(runtime: Runtime) -> Counter[str]:
    """How often each person is on record as having joined."""
    ledger = runtime.stores.ledger
    rows = ledger.recorder.select_notifications(start=1, limit=100_000)
    return Counter(
        ledger.mapper.decode(row.topic, row.state).staff_id for row in rows if row.topic == StaffJoined.TOPIC
    )


def test_the_standby_takes_over_within_five_seconds(settings: Settings, runtime: Runtime) -> None:
    with worker(settings) as first:
        hr_says(runtime, 1)
        eventually(lambda: joined(runtime)["P0001"])
        with worker(settings) as standby:
            log = settings.folder("logs") / "worker.log"
            eventually(lambda: "worker_stands_by" in log.read_text())
            assert (first.poll(), standby.poll()) == (None, None)
            kill(first.pid)
            hr_says(runtime, 2)
            eventually(lambda: joined(runtime)["P0002"], seconds=5)
            eventually(lambda: is_at_rest(runtime))
            assert standby.poll() is None


def test_two_workers_started_together_do_everything_once(settings: Settings, runtime: Runtime) -> None:
    with worker(settings), worker(settings):
        hr_says(runtime, *range(50))
        eventually(lambda: is_at_rest(runtime))
    assert joined(runtime) == dict.fromkeys((f"P{number:04d}" for number in range(50)), 1)


@pytest.mark.slow
def test_workers_killed_in_the_middle_of_a_backlog_lose_and_repeat_nothing(
    settings: Settings, runtime: Runtime
) -> None:
    hr_says(runtime, *range(MESSAGES))
    for _ in range(KILLS):
        killed = subprocess.run(
            [*KILLED_WORKER, str(A_KILL_EVERY)], env=environment(settings), timeout=120, check=False
        )
        assert killed.returncode == -signal.SIGKILL
    eventually(lambda: len(joined(runtime)) >= KILLS * A_KILL_EVERY)  # readers wait for what was killed while it wrote
    assert len(joined(runtime)) < MESSAGES
    with worker(settings):
        eventually(lambda: is_at_rest(runtime))
    assert joined(runtime) == dict.fromkeys((f"P{number:04d}" for number in range(MESSAGES)), 1)
    for view in runtime.stores.views:
        assert compare(runtime.stores.ledger, runtime.stores.engine, view) == []
    assert runtime.stores.poison.letters() == []
