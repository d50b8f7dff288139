"""Given, when, then over one member of staff in memory: facts come from acts, and time arrives with each act."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self

import pytest

from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_member import StaffMember, stream_of
from shared.errors import Refusal
from shared.eventstore.fact import Act, Fact

STAFF_ID = "p1"
TODAY = date(2025, 6, 2)


@dataclass(frozen=True)
class Step:
    """One command as someone gives it on a day; `settings` are those of every school from here on."""

    command: Callable[..., Any]
    args: tuple[Any, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    day: date = TODAY
    actor: dict[str, Any] = field(default_factory=dict)
    settings: SchoolSettings | None = None

    def on(self, day: date) -> Self:
        return replace(self, day=day)

    def by(
        self, actor: str, role: str = "headteacher", *, staff_id: str | None = None, reason: str = "said so"
    ) -> Self:
        return replace(self, actor={"actor": actor, "role": role, "staff_id": staff_id, "reason": reason})

    def by_themselves(self, role: str = "staff") -> Self:
        return self.by("themselves", role, staff_id=STAFF_ID)

    def without_reason(self) -> Self:
        return replace(self, actor=self.actor | {"reason": ""})

    def take(self, member: StaffMember) -> list[Fact]:
        """Give the command and collect the facts it states."""
        noon = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
        usual = {"actor": "hr", "role": "hr_platform", "correlation_id": "c1", "reason": "because"}
        member.act = Act(recorded_at=noon, **usual | self.actor)
        if self.settings is not None:
            settings = self.settings
            member.settings_of = lambda _: settings
        self.command(member, *self.args, **self.fields)
        return list(member.collect_events())


@dataclass(frozen=True)
class Expected:
    """A fact of a class with these fields, its computation's included; the others may be anything."""

    kind: type[Fact]
    fields: dict[str, Any]

    def shown_by(self, fact: Fact) -> dict[str, Any]:
        return {name: _field(fact, name) for name in self.fields}


def expected(kind: type[Fact]) -> Callable[..., Expected]:
    """A way to write an expected fact as if it were made: `RepaymentAssessed(amount_pence=240000)`."""
    return lambda **fields: Expected(kind, fields)


@dataclass(frozen=True)
class Given:
    """What happened so far."""

    steps: tuple[Step, ...]

    def when(self, *steps: Step) -> "When":
        return When(self.steps, steps)


@dataclass(frozen=True)
class When:
    """The act in question, after what happened so far."""

    before: tuple[Step, ...]
    steps: tuple[Step, ...]

    def then(self, *facts: Expected) -> None:
        """Exactly these facts were stated, in this order."""
        stated = self._stated()
        assert [fact.event_name() for fact in stated] == [wanted.kind.event_name() for wanted in facts]
        for wanted, fact in zip(facts, stated, strict=True):
            assert wanted.shown_by(fact) == wanted.fields

    def then_among_others(self, *facts: Expected) -> None:
        """Each of these facts was stated, whatever else was."""
        stated = self._stated()
        for wanted in facts:
            shown = [wanted.shown_by(fact) for fact in stated if type(fact) is wanted.kind]
            assert wanted.fields in shown

    def then_nothing(self) -> None:
        """The act is allowed and states nothing."""
        assert self._stated() == []

    def then_refused(self, error: type[Refusal], **named: str) -> None:
        """The (last) act is refused for this reason; with `field`, on that field. Nothing is stated."""
        *before, refused = self.before + self.steps
        member = after(*before)
        with pytest.raises(error) as refusal:
            refused.take(member)
        assert set(named.values()) <= set(getattr(refusal.value, "errors", {}))
        assert member.collect_events() == []

    def _stated(self) -> list[Fact]:
        member = after(*self.before)
        return [fact for step in self.steps for fact in step.take(member)]


def given(*steps: Step) -> Given:
    return Given(steps)


def after(*steps: Step) -> StaffMember:
    """The member of staff once all of this happened."""
    member = StaffMember(stream_of(STAFF_ID))
    member.staff_id = STAFF_ID
    for step in steps:
        step.take(member)
    return member


def _field(fact: Fact, name: str) -> Any:
    return getattr(fact, name) if hasattr(fact, name) else getattr(getattr(fact, "computation", None), name, None)
