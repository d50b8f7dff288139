"""Accepted commands a second over HTTP: the log on SQLite, every commit on the disk, against the same in memory."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask

from services.agreements.application import FACTS, Agreements
from services.agreements.domain import employing
from services.agreements.runtime import Runtime, open_runtime
from services.agreements.service import ASSEMBLY
from shared.dates import london_day
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Ledger
from shared.settings import Settings, read_settings
from shared.tokens import issue_token
from tests.benchmarks.figures import Figure
from tests.faults.client import Client, Command
from tests.faults.house import ROLES, environment, settings_in
from tests.faults.lives import Life

TARGET = 0.5
CALLERS = 4
SERVER_THREADS = 4
PEOPLE = 150
ROUNDS = 5
IN_MEMORY = "file:commands?mode=memory&cache=shared"


def on_disk() -> Flask:
    """The service as it is."""
    settings = read_settings()
    return _served(settings, open_runtime(settings))


def in_memory() -> Flask:
    """The baseline: the same app, its log an SQLite database in memory."""
    settings = read_settings()
    runtime = open_runtime(settings)
    ledger = Ledger(IN_MEMORY, FACTS, runtime.stores.sealer)
    stores = replace(runtime.stores, ledger=ledger)
    return _served(settings, replace(runtime, stores=stores, commands=Agreements(ledger)))


def main() -> Sequence[Figure]:
    """Measure in turn, a fresh server each time, so that a slow moment of the machine strikes both."""
    disk, memory = [], []
    for _ in range(ROUNDS):
        disk.append(_commands_per_second("on_disk"))
        memory.append(_commands_per_second("in_memory"))
    ratio = median(a / b for a, b in zip(disk, memory, strict=True))
    for name, rates in (("on SQLite", disk), ("in memory", memory)):
        print(f"{name}: {', '.join(f'{rate:.0f}' for rate in rates)} commands a second")
    print(f"one commit on this disk takes about {_sync_seconds() * 1000:.2f} ms")
    return (
        Figure("accepted commands over HTTP, SQLite", median(disk), "/s"),
        Figure("baseline: the same app, log in memory", median(memory), "/s"),
        Figure("ratio", ratio, target=TARGET),
    )


def _served(settings: Settings, runtime: Runtime) -> Flask:
    """The app, its people known to the log."""
    today = london_day(datetime.now(UTC))
    for number in range(PEOPLE):
        life = Life(number, today)
        call = Call(act=Act(recorded_at=datetime.now(UTC), actor="hr", role="hr_platform", correlation_id="c"))
        runtime.commands.know_school(call, life.school_urn)
        runtime.commands.on_person(
            call,
            life.staff_id,
            employing.join,
            employment_id="E1",
            school_urn=life.school_urn,
            on=today.replace(year=2020, day=1),
            payroll_number="9001",
        )
    return ASSEMBLY.make_app(settings, runtime)


def _commands_per_second(app: str) -> float:
    with TemporaryDirectory(prefix="cpd-bench-") as folder, _server(app, Path(folder)) as (settings, port):
        now = datetime.now(UTC)
        tokens = {role: issue_token(settings, roles=[role], now=now) for role in ROLES}
        lives = [list(_commands(Life(number, london_day(now)))) for number in range(PEOPLE)]
        shares = [lives[place::CALLERS] for place in range(CALLERS)]
        with ThreadPoolExecutor(CALLERS) as callers:
            begun = time.perf_counter()
            accepted = sum(callers.map(lambda share: _call(Client(port, tokens), share), shares))
            return accepted / (time.perf_counter() - begun)


def _commands(life: Life) -> Iterator[Command]:
    yield life.drafted()
    yield life.signed()
    yield life.completed()
    yield life.refunded()
    yield life.resigned()
    yield life.required(6)
    yield life.completion_corrected()
    yield life.paid()._replace(key=f"{life.staff_id}-paid")


def _call(client: Client, lives: list[list[Command]]) -> int:
    """Give these commands. Returns how many; all have to be accepted."""
    for command in chain(*lives):
        answer = client.send(command)
        if not answer.accepted:
            raise RuntimeError(f"{command} was answered {answer}")
    client.close()
    return sum(map(len, lives))


@contextmanager
def _server(app: str, home: Path) -> Iterator[tuple[Settings, int]]:
    """gunicorn with one process: the baseline's log is in its memory."""
    settings = settings_in(home)
    ASSEMBLY.prepare(settings)
    port = settings.port_base + 2
    config = Path(__file__).parents[2] / "deploy" / "gunicorn.conf.py"
    its = ("-c", config, "--workers", 1, "--threads", SERVER_THREADS, "--bind", f"127.0.0.1:{port}")
    command = [sys.executable, "-m", "gunicorn", *map(str, its), f"tests.benchmarks.commands:{app}()"]
    with (home / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment(settings), stdout=log, stderr=log)
        try:
            _wait_until_it_answers(port)
            yield settings, port
        finally:
            process.terminate()
            process.wait()


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/livez")
            if json.loads(connection.getresponse().read())["status"] == "alive":
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def _sync_seconds(times: int = 100) -> float:
    with TemporaryDirectory() as folder, (Path(folder) / "file").open("wb", buffering=0) as file:
        begun = time.perf_counter()
        for _ in range(times):
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
        return (time.perf_counter() - begun) / times
