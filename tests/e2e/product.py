"""`cpd run` as someone starts it: a process of its own, its terminal's output, its HTTP, its other commands."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from shared.service import service_named
from shared.settings import Settings
from shared.tokens import issue_token
from tests.processes import children, eventually, stopped, until_gone
from tests.servers import free_base

ROOT = Path(__file__).parent.parent.parent
CPD = Path(sys.executable).parent / "cpd"
READY = "Ctrl-C stops everything."
START_SECONDS, STOP_SECONDS = 240.0, 180.0
"""With servers, on a very busy machine."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's own, without what may be set for the product, and with a place for it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CPD_")}
    return own | {"CPD_HOME": str(home)} | more


class Product:
    """The whole product under one `CPD_HOME`."""

    def __init__(self, home: Path, *, full: bool = False, base: int | None = None, **more: str) -> None:
        base = base or free_base()
        self.home = home
        self.settings = Settings(home, True, base, "cpd-local", "cpd", str(home / "keys" / "jwks.json"))
        self.url = f"http://127.0.0.1:{base + 2}"
        self.env = environment(home, CPD_PORT_BASE=str(base), **more)
        self._positions: dict[str, str] = {}
        self._terminal = home.parent / f"terminal-{uuid4().hex}"
        with self._terminal.open("wb") as terminal:
            self.process = subprocess.Popen(
                [CPD, "run", *(["--full"] if full else [])],
                env=self.env,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
            )

    def url_of(self, service: str) -> str:
        """Where a service answers."""
        return service_named(service).url(self.settings)

    @property
    def said(self) -> str:
        """What stands on the terminal by now."""
        return self._terminal.read_text(errors="replace")  # the last character may be half written

    def wait_until_ready(self) -> None:
        eventually(lambda: READY in self.said or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.said
        assert "is ready at" in self.said, self.said

    def everyone(self) -> list[int]:
        """The processes of the product, this one's children and theirs."""
        found, ahead = [], [self.process.pid]
        while ahead:
            pid = ahead.pop()
            found.append(pid)
            ahead += children(pid)
        return found

    def press_ctrl_c(self) -> list[int]:
        """Ctrl-C as a terminal gives it, to the foreground group. Gives the processes there were."""
        there = self.everyone()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(STOP_SECONDS)
        return there

    def stop(self) -> None:
        if self.process.poll() is None:
            stopped(self.process, STOP_SECONDS)

    def cpd(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([CPD, *arguments], env=self.env, capture_output=True, text=True, timeout=120, check=False)

    def token(self, *roles: str, staff_id: str = "") -> str:
        """As `cpd token` issues it, without a process for each."""
        return issue_token(self.settings, roles=roles, staff_id=staff_id or None, now=datetime.now(UTC))

    def call(
        self, method: str, path: str, role: str, body: Any = None, *, staff_id: str = "", service: str = "agreements"
    ) -> Any:
        """The JSON answer of a call that succeeds. A read is no older than what was written here before."""
        if method == "GET" and service in self._positions:
            path += f"{'&' if '?' in path else '?'}min_position={self._positions[service]}"
        request = urllib.request.Request(  # noqa: S310  our own address
            self.url_of(service) + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Authorization", f"Bearer {self.token(role, staff_id=staff_id)}")
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", uuid4().hex)
        told, position = eventually(lambda: _answered(request))
        if method != "GET" and position:
            self._positions[service] = position
        return told

    def get(self, path: str, role: str = "auditor", service: str = "agreements") -> Any:
        return self.call("GET", path, role, service=service)

    def post(self, path: str, body: Any, role: str, staff_id: str = "") -> Any:
        return self.call("POST", path, role, body, staff_id=staff_id)


def _answered(request: urllib.request.Request) -> tuple[Any, str | None] | None:
    """What was answered, and the position of the log that it is of; None where the views are not that far."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  our own address
            return json.load(answer), answer.headers.get("Cpd-Position")
    except urllib.error.HTTPError as refused:
        with refused:
            if refused.code == HTTPStatus.SERVICE_UNAVAILABLE and request.method == "GET":
                return None
            told = f"{request.method} {request.full_url}: {refused.code} {refused.read().decode()}"
    raise AssertionError(told)


@contextmanager
def running(home: Path, *, full: bool = False, base: int | None = None, **more: str) -> Iterator[Product]:
    """The product, ready; nothing of it is left afterwards."""
    product = Product(home, full=full, base=base, **more)
    try:
        product.wait_until_ready()
        yield product
    finally:
        everyone = product.everyone()
        product.stop()
        until_gone(everyone)
