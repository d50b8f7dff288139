"""Several services broken off at any write, or run as processes of which any is killed."""

import http.client
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.service import Service
from shared.tokens import issue_token
from tests.faults.house import CPD, SUPERVISOR, environment, settings_in
from tests.integration.agreements.world import World
from tests.processes import children, command_line, eventually, kill, stopped


class Killed(BaseException):
    """The process ends here, as by SIGKILL: nothing of it runs on."""


class Fuse:
    """Burns down by one at each write to a log or to the bus, before and after it; at the end the process is killed."""

    def __init__(self, length: int) -> None:
        self.left = length

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def lay(self, world: World) -> None:
        stores = world.runtime.stores
        for owner, name in (
            (stores.ledger.recorder, "insert_events"),
            (stores.ledger.recorder, "insert_tracking"),
            (stores.bus, "send"),
            (stores.bus, "publish"),
        ):
            setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, write: Any) -> Any:
        def wrapped(*arguments: Any, **fields: Any) -> Any:
            self.burn()
            done = write(*arguments, **fields)
            self.burn()
            return done

        return wrapped


class Houses:
    """Several services as an operator runs them: a supervisor, and under it the web server and worker of each."""

    def __init__(self, home: Path, services: Sequence[Service]) -> None:
        self.settings = settings_in(home)
        for service in services:
            service.prepare(self.settings)
        processes = [(kind, service.name) for service in services for kind in ("web", "worker")]
        commands = {"-".join(process): [*CPD, *process] for process in processes}
        self.supervisor = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, json.dumps(commands), home / "logs"], env=environment(self.settings)
        )

    def pids(self, name: str) -> list[int]:
        """Of a web server the processes that answer, of a worker the one that works."""
        kind, service = name.split()
        found = [pid for pid in children(self.supervisor.pid) if service in command_line(pid)]
        if kind == "worker":
            return [pid for pid in found if f"worker {service}" in command_line(pid)]
        return [pid for master in found if "gunicorn" in command_line(master) for pid in children(master)]

    def kill(self, name: str) -> None:
        for pid in eventually(lambda: self.pids(name)):
            kill(pid)

    def call(self, number: int, method: str, path: str, who: Any, body: Any = None, *, key: str = "") -> Any:
        """The JSON of a call that succeeds, sent again with the same key until it is answered."""
        url = f"http://127.0.0.1:{self.settings.port_base + number}{path}"
        token = issue_token(self.settings, roles=who.roles, staff_id=who.staff_id, now=datetime.now(UTC))
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), method=method)
        request.add_header("Authorization", f"Bearer {token}")
        request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Idempotency-Key", key)
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  our own address
                    return json.load(answer)
            except urllib.error.HTTPError as refused:
                if refused.code != 503:
                    raise AssertionError(f"{path}: {refused.code} {refused.read().decode()}") from refused
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < deadline, f"{path} was not answered"
            time.sleep(0.05)

    def stop(self) -> None:
        stopped(self.supervisor)


@contextmanager
def standing(home: Path, services: Sequence[Service]) -> Iterator[Houses]:
    """Several services that run meanwhile."""
    houses = Houses(home, services)
    try:
        yield houses
    finally:
        houses.stop()
