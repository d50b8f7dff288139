"""The agreements service as an operator runs it: a supervisor, its web server and its worker, seen from outside."""

import http.client
import json
import os
import random
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from services.agreements.contract import PAYROLL_TOPIC, TOPIC
from services.agreements.runtime import Runtime, open_runtime
from services.agreements.service import SERVICE
from shared.hr import HR_TOPIC
from shared.messaging.bus import Received
from shared.messaging.relay import TRACKED_AS
from shared.settings import Settings
from shared.tokens import issue_token
from tests.processes import children, command_line, eventually, kill, stopped
from tests.servers import free_base

ROLES = ("hr_platform", "headteacher", "finance", "trust_executive", "payroll", "auditor")
SUPERVISOR = """
import json, os, sys
from pathlib import Path
from shared import supervisor
supervisor.LONGEST_PAUSE_SECONDS = supervisor.FIRST_PAUSE_SECONDS
supervisor.supervise(json.loads(sys.argv[1]), os.environ, Path(sys.argv[2]), lambda: None)
"""
"""One that starts what was killed for the tenth time as soon as what was for the first."""
PAGE = 1_000
CPD = (sys.executable, "-m", "shared")


def settings_in(home: Path) -> Settings:
    """Local mode under `home`, without the demonstration trust, on ports that are free."""
    return Settings(home, True, free_base(), "cpd-local", "cpd", str(home / "keys" / "jwks.json"), demo=False)


@contextmanager
def opened(settings: Settings) -> Iterator[Runtime]:
    """The service's stores in this process too."""
    runtime = open_runtime(settings)
    try:
        yield runtime
    finally:
        runtime.stores.close()


class House:
    """What runs of the service. `runtime` looks into the same stores from this process."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        self.settings = settings
        self.runtime = runtime
        self.port = settings.port_base + 2
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = environment(settings)
        now = datetime.now(UTC)
        self.tokens = {role: issue_token(settings, roles=[role], now=now) for role in ROLES}
        commands = {kind: [*CPD, kind, "agreements"] for kind in ("web", "worker")}
        logs = settings.home / "logs"
        self.supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, json.dumps(commands), logs], env=self.env)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as answer:  # noqa: S310  our own address
                return bool(answer.status == 200)
        except (OSError, http.client.HTTPException):
            return False

    def web_master(self) -> list[int]:
        return [pid for pid in children(self.supervisor.pid) if "gunicorn" in command_line(pid)]

    def web_workers(self) -> list[int]:
        return [pid for master in self.web_master() for pid in children(master)]

    def worker(self) -> list[int]:
        return [pid for pid in children(self.supervisor.pid) if command_line(pid).endswith("worker agreements")]

    def kill_one_of(self, alive: Callable[[], list[int]], chance: random.Random) -> None:
        """SIGKILL a process of this house, as soon as there is one of that kind."""
        kill(chance.choice(eventually(alive)))

    def is_drained(self) -> bool:
        """Every fact is viewed and relayed, every message from HR reacted to."""
        return is_at_rest(self.runtime)

    def messages(self, topic: str) -> Iterator[Received]:
        """All that is on the bus of a topic, each partition in order."""
        bus = self.runtime.stores.bus
        for partition in bus.partitions(topic):
            reached = 0
            while page := bus.read(partition, reached, PAGE):
                yield from page
                reached = page[-1].offset

    def cpd(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*CPD, *arguments], env=self.env, capture_output=True, text=True, timeout=120, check=False
        )

    def bus_differs(self) -> str:
        """What is wrong on the topics that the service writes; empty where they are what its log says."""
        runs = [self.cpd("bus", "verify", topic) for topic in (TOPIC, PAYROLL_TOPIC)]
        return "".join(ran.stdout + ran.stderr for ran in runs if ran.returncode)

    def stop(self) -> None:
        stopped(self.supervisor)


def is_at_rest(runtime: Runtime) -> bool:
    """Every fact is viewed and relayed, every message from HR reacted to."""
    stores = runtime.stores
    reached, tracked = stores.ledger.position(), stores.ledger.recorder.max_tracking_id
    return (
        stores.runner.position() == reached
        and tracked(TRACKED_AS) == reached
        and all((tracked(name) or 0) == stores.bus.end(name) for name in stores.bus.partitions(HR_TOPIC))
    )


@contextmanager
def running(settings: Settings) -> Iterator[House]:
    """A house of these settings, ready; nothing of it is left afterwards."""
    SERVICE.prepare(settings)
    with opened(settings) as runtime:
        house = House(settings, runtime)
        try:
            eventually(house.is_ready)
            yield house
        finally:
            house.stop()


def environment(settings: Settings) -> dict[str, str]:
    """What a process of these settings is started with."""
    its = {"CPD_HOME": str(settings.home), "CPD_PORT_BASE": str(settings.port_base), "CPD_DEMO": "0"}
    if settings.database_url:
        its |= {"CPD_DATABASE_URL": settings.database_url, "CPD_KEYS_URL": settings.keys_url}
    if settings.kafka:
        its |= {
            "CPD_KAFKA_BOOTSTRAP_SERVERS": ",".join(settings.kafka.bootstrap_servers),
            "CPD_KAFKA_PARTITIONS": str(settings.kafka.partitions),
            "CPD_KAFKA_REPLICATION": str(settings.kafka.replication),
        }
    return os.environ | {"CPD_MODE": "local"} | its
