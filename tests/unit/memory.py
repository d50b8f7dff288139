"""A log in memory, and a desk over it: commands state facts, and what is refused states none."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.eventstore.aggregate import Aggregate, Loads
from shared.eventstore.fact import Act, Fact

A = TypeVar("A", bound=Aggregate)
D = TypeVar("D")
TODAY = date(2025, 6, 2)


class Work:
    """The aggregates of one command, each folded from the facts that there are."""

    def __init__(self, facts: list[Fact], act: Act) -> None:
        self.facts, self.act = facts, act
        self.loaded: dict[UUID, Aggregate] = {}

    def load(self, kind: type[A], stream_id: UUID) -> A:
        if stream_id not in self.loaded:
            found = kind(stream_id)
            for fact in self.facts:
                if fact.originator_id == stream_id:
                    found.apply(fact)
            found.act = self.act
            self.loaded[stream_id] = found
        return self.loaded[stream_id]  # type: ignore[return-value]


class Log(Generic[D]):
    """All facts so far; each command appends what it states, or nothing where it is refused."""

    def __init__(self, desk_over: Callable[[Loads, Act], D]) -> None:
        self.facts: list[Fact] = []
        self._desk_over = desk_over

    def do(
        self,
        command: Any,
        *args: Any,
        role: str = "headteacher",
        by: str | None = None,
        day: date = TODAY,
        reason: str = "r",
        **fields: Any,
    ) -> list[Fact]:
        """Give a command at a desk; the facts that it states."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        actor = by or role
        act = Act(recorded_at=noon, actor=actor, role=role, staff_id=by, reason=reason, correlation_id="c")
        work = Work(self.facts, act)
        command(self._desk_over(work, act), *args, **fields)
        stated = [fact for aggregate in work.loaded.values() for fact in aggregate.collect_events()]
        self.facts = [*self.facts, *stated]
        return stated

    def desk(self) -> D:
        """To look at what there is."""
        act = Act(recorded_at=datetime(2025, 6, 2, 12, tzinfo=UTC), actor="a", role="auditor", correlation_id="c")
        return self._desk_over(Work(self.facts, act), act)
