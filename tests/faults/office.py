"""The service's app in this process, on its real stores, and many callers of it at one instant."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from services.agreements.domain import employing
from services.agreements.runtime import Runtime
from services.agreements.service import ASSEMBLY
from shared.eventstore.fact import Act, Fact
from shared.eventstore.ledger import Call
from shared.settings import Settings
from shared.tokens import issue_token
from tests.faults.client import Answer, Command
from tests.faults.house import ROLES, opened, settings_in
from tests.faults.lives import Life

THREADS = 8


class Office:
    """Callers of one app. `at_once` lets eight of them go at the same moment."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        self.runtime = runtime
        self.app = ASSEMBLY.make_app(settings, runtime)
        now = datetime.now(UTC)
        self.tokens = {role: issue_token(settings, roles=[role], now=now) for role in ROLES}
        self._pool = ThreadPoolExecutor(THREADS)
        self._barrier = threading.Barrier(THREADS)

    def employ(self, life: Life) -> None:
        """HR told of this person."""
        act = Act(recorded_at=datetime.now(UTC), actor="hr", role="hr_platform", correlation_id=life.staff_id)
        self.runtime.commands.know_school(Call(act=act), life.school_urn)
        self.runtime.commands.on_person(
            Call(act=act),
            life.staff_id,
            employing.join,
            employment_id="E1",
            school_urn=life.school_urn,
            on=date(2020, 9, 1),
            payroll_number="9001",
        )

    def send(self, command: Command, **headers: str) -> Answer:
        its = {"Authorization": f"Bearer {self.tokens[command.role]}", "Idempotency-Key": command.key}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.app.test_client().open(
            command.path, method=command.method, json=command.body, headers=its | named
        )
        return Answer(answer.status_code, answer.data)

    def do(self, *commands: Command) -> list[Answer]:
        """One after the other, none refused."""
        answers = [self.send(command) for command in commands]
        assert all(answer.accepted for answer in answers), answers
        return answers

    def at_once(self, rivals: Sequence[Command], **headers: str) -> list[list[Answer]]:
        """The rivals in turn by eight callers at one instant, each with a key of its own: the answers to each."""

        def call(number: int) -> Answer:
            command = rivals[number % len(rivals)]
            self._barrier.wait()
            return self.send(command._replace(key=f"{command.key}-{number}"), **headers)

        answers = list(self._pool.map(call, range(THREADS)))
        return [answers[place :: len(rivals)] for place in range(len(rivals))]

    def repeated_at_once(self, command: Command) -> list[Answer]:
        """The same command with the same key by eight callers."""

        def call(_: int) -> Answer:
            self._barrier.wait()
            return self.send(command)

        return list(self._pool.map(call, range(THREADS)))

    def facts(self, life: Life) -> list[Fact]:
        return list(self.runtime.stores.ledger.events.get(life.stream))  # type: ignore[arg-type]

    def stated(self, life: Life, kind: str) -> int:
        """How many facts of a kind the log holds of a person."""
        return sum(fact.event_name() == kind for fact in self.facts(life))

    def close(self) -> None:
        self._pool.shutdown()


@contextmanager
def office_in(home: Path) -> Iterator[Office]:
    settings = settings_in(home)
    ASSEMBLY.prepare(settings)
    with opened(settings) as runtime:
        office = Office(settings, runtime)
        try:
            yield office
        finally:
            office.close()
