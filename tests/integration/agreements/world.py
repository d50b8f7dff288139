"""The whole agreements service in one process: real files, a worker stepped by hand, a clock that stands still."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from services.agreements.service import ASSEMBLY
from shared.assembly import Assembly
from shared.messaging.relay import TRACKED_AS
from shared.tokens import ensure_local_key, issue_token
from tests.integration.prepared import lay_tables, settings_of

NOW = datetime(2025, 6, 2, 10, tzinfo=UTC)
SCHOOL, OTHER_SCHOOL, FOREIGN_SCHOOL = "136419", "100002", "999999"
SYSTEMS = {"hr_platform", "payroll"}


@dataclass(frozen=True)
class Who:
    """A caller: what the token says."""

    roles: tuple[str, ...]
    schools: tuple[str, ...] | None = None
    staff_id: str | None = None

    def at(self, *schools: str) -> "Who":
        return Who(self.roles, schools, self.staff_id)


def who(*roles: str, staff_id: str | None = None) -> Who:
    return Who(roles, None, staff_id)


def person(staff_id: str) -> Who:
    return who("staff", staff_id=staff_id)


HR, PAYROLL, FINANCE = who("hr_platform"), who("payroll"), who("finance")
HEAD, EXECUTIVE = who("headteacher", staff_id="head"), who("trust_executive")
ADMIN, AUDITOR = who("trust_admin"), who("auditor")


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_far: float) -> datetime:
        self.now += timedelta(**how_far)
        return self.now


@dataclass
class World:
    """The service on the files of `home`, or on servers.

    While `worker_runs`, the views have caught up before every read.
    """

    assembly: ClassVar[Assembly[Any]] = ASSEMBLY
    home: Path
    clock: Clock = field(default_factory=Clock)
    worker_runs: bool = True
    servers: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the databases and of Kafka, where they are no files."""

    def __post_init__(self) -> None:
        self.settings = settings_of(self.home, **self.servers)
        ensure_local_key(self.settings)
        self.runtime: Any = self.assembly.open_runtime(self.settings, self.clock)
        if self.servers:
            self.runtime.stores.create_tables()
        else:
            lay_tables(self.assembly.name, self.home)
        made = self.assembly
        self._consumers = made.consumers(self.runtime)
        self._steps = made.steps(self.runtime, made.relay(self.runtime), self._consumers)
        self._tokens: dict[Who, str] = {}

    @cached_property
    def app(self) -> Flask:
        """The web app, which not every test asks."""
        app = self.assembly.make_app(self.settings, self.runtime)
        app.testing = True
        return app

    @cached_property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    def close(self) -> None:
        for consumer in self._consumers:
            consumer.close()
        self.runtime.stores.close()

    def catch_up(self) -> int:
        """Let the worker do all that there is to do; gives how much that was."""
        done = 0
        while (step := sum(step() for step in self._steps)) or not self._is_drained():
            done += step
        return done

    def _is_drained(self) -> bool:
        """Whether all is sent and read. Kafka gives messages when it will; a file gives them at once."""
        if self.settings.kafka is None:
            return True
        bus, log = self.runtime.stores.bus, self.runtime.stores.ledger
        return log.recorder.max_tracking_id(TRACKED_AS) == log.position() and all(
            position == bus.end(partition)
            for consumer in self._consumers
            for partition, position in consumer.positions().items()
        )

    def position(self) -> int:
        return self.runtime.stores.ledger.position()

    def token(self, caller: Who) -> str:
        if caller not in self._tokens:
            self._tokens[caller] = issue_token(
                self.settings,
                roles=caller.roles,
                schools=caller.schools,
                staff_id=caller.staff_id,
                now=datetime.now(UTC),
            )
        return self._tokens[caller]

    def get(self, path: str, as_: Who = AUDITOR, **headers: str) -> Any:
        if self.worker_runs:
            self.catch_up()
        return self._open("GET", path, as_, headers)

    def read(self, path: str, as_: Who = AUDITOR) -> Any:
        """The JSON of a read that succeeds."""
        answer = self.get(path, as_)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any, as_: Who, *, key: str | None = None, **headers: str) -> Any:
        """A POST; machines get a fresh `Idempotency-Key` unless one is given, none for an empty one."""
        if key is None and set(as_.roles) & SYSTEMS:
            key = uuid4().hex
        return self._open("POST", path, as_, headers | ({"Idempotency_Key": key} if key else {}), body)

    def put(self, path: str, body: Any, as_: Who, **headers: str) -> Any:
        return self._open("PUT", path, as_, headers, body)

    def done(self, path: str, body: Any, as_: Who, **headers: str) -> Any:
        """The JSON of a command that succeeds."""
        answer = self.post(path, body, as_, **headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def _open(self, method: str, path: str, caller: Who, headers: dict[str, str], body: Any = None) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.token(caller)}")
        content = {"data": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        if isinstance(body, bytes):
            named.setdefault("Content-Type", "application/json")
        return self.http.open(path, method=method, headers=named, **content)
