"""Random histories of a few people, told to the real application on a real log while its views lag behind."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from services.agreements.domain.repayment_facts import RepaymentSent
from services.agreements.domain.staff_member import stream_of
from shared.errors import Refusal
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.web import reads
from tests.given import TODAY, Step
from tests.integration.agreements.world import World
from tests.unit.agreements import acts
from tests.unit.agreements.histories import OPENINGS, Histories
from tests.unit.agreements.payroll import Payroll
from tests.unit.agreements.position import Positions

PEOPLE = ("p1", "p2")
SCHOOLS = (acts.URN, acts.OTHER_URN)
PACES = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(seconds=1)])
SKEWS = st.sampled_from([timedelta(0), timedelta(0), timedelta(seconds=-2), timedelta(microseconds=-1)])


@contextmanager
def world_of_its_own() -> Iterator[World]:
    """A service on files of its own. A read does not wait for the views."""
    with TemporaryDirectory() as folder, patch.object(reads, "OWN_WRITES_SECONDS", 0):
        world = World(Path(folder), worker_runs=False)
        try:
            yield world
        finally:
            world.close()


class ToldToTheService(Histories):
    """The same histories, but each step is a command of the application.

    Instants advance by `pace`, which may be nothing; `skew` is by how much the clock of the process at hand is slow.
    """

    @initialize(auto=st.booleans(), openings=st.tuples(OPENINGS, OPENINGS))
    def begin(self, auto: bool, openings: tuple[tuple[Step, ...], ...]) -> None:
        self._opened = world_of_its_own()
        self.world = self._opened.__enter__()
        self.commands = self.world.runtime.commands
        self.today, self.positions = TODAY, Positions()
        self.instant = datetime.combine(TODAY, time(9), UTC)
        self.instants = [self.instant]
        self.pace, self.skew = timedelta(seconds=1), timedelta(0)
        self.payrolls_of: dict[str, dict[str, Payroll]] = defaultdict(lambda: defaultdict(Payroll))
        for staff_id, opening in zip(PEOPLE, openings, strict=True):
            self.turns_to(staff_id)
            for step in (*opening[:-1], acts.schools_set(auto_require=auto), opening[-1]):
                self.do(step)

    def teardown(self) -> None:
        if hasattr(self, "_opened"):
            self._opened.__exit__(None, None, None)

    def do(self, step: Step) -> bool:
        self.instant = max(self.instant + self.pace, datetime.combine(self.today, time(9), UTC))
        self.world.clock.now = max(self.world.clock.now, self.instant)
        act = self._act(step)
        if step.settings is not None:
            for urn in SCHOOLS:
                self.commands.change_settings(Call(act=act), urn, step.settings)
        try:
            self.commands.on_person(Call(act=act), self.staff_id, step.command, *step.args, **step.fields)
        except Refusal:
            return False
        finally:
            self._take_in()
        return True

    def _act(self, step: Step) -> Act:
        usual: dict[str, Any] = {"actor": "hr", "role": "hr_platform", "correlation_id": "c1", "reason": "because"}
        return Act(recorded_at=self.instant + self.skew, **usual | step.actor)

    def _take_in(self) -> None:
        """What the log holds now of the person at hand."""
        known = self.member.version
        self.member = self.commands.person(self.staff_id)
        self.member.staff_id = self.staff_id
        for fact in self.world.runtime.stores.ledger.events.get(stream_of(self.staff_id), gt=known):
            self.instants.append(fact.recorded_at)
            self.positions.add(fact)
            if isinstance(fact, RepaymentSent):
                self.payrolls[fact.repayment_id].apply(fact)

    @rule(staff_id=st.sampled_from(PEOPLE))
    def turns_to(self, staff_id: str) -> None:
        self.staff_id = staff_id
        self.member = self.commands.person(staff_id)
        self.payrolls = self.payrolls_of[staff_id]

    @rule(pace=PACES, skew=SKEWS)
    def clocks_go_otherwise(self, pace: timedelta, skew: timedelta) -> None:
        self.pace, self.skew = pace, skew

    @rule(pick=st.integers(0, 99), pence=st.integers(1, 3000), days=st.integers(1, 20), what=st.sampled_from("pwo"))
    @precondition(lambda self: self.owed())
    def a_part_is_settled_some_days_later(self, pick: int, pence: int, days: int, what: str) -> None:
        self.time_passes(days)
        owed = self.owed()
        if owed:
            repayment_id = owed[pick % len(owed)]
            parts = {
                "p": acts.paid(pence, on=self.today, repayment_id=repayment_id),
                "w": acts.waived(pence, repayment_id),
                "o": acts.written_off(pence, repayment_id),
            }
            self.do(parts[what])

    @rule(batch=st.integers(1, 20))
    def views_catch_up_a_little(self, batch: int) -> None:
        self.world.runtime.stores.runner.batch = batch
        self.world.runtime.stores.runner.step()
