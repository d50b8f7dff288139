"""A desk over a log in memory: commands state facts, and what is refused states none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar
from uuid import UUID, uuid5

from services.requests.domain.criteria import CRITERIA, CURRENT
from services.requests.domain.desk import Desk
from services.requests.domain.importing import Past, PastDecision
from services.requests.domain.person import StaffMember
from services.requests.domain.school import School, SchoolSettings
from services.requests.domain.shares import CostLine
from services.requests.domain.streams import stream_of_person, stream_of_school
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.hr import StaffMessage

A = TypeVar("A", bound=Aggregate)
URN, YEAR, TODAY = "100001", "2024-25", date(2025, 6, 2)
IDS = UUID("0c5b1f0e-7a0f-4d5b-9f38-0d1c1a2b3c4e")
SCORES = dict.fromkeys(CRITERIA[CURRENT], 2)


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


class Log:
    """All facts so far; each command appends what it states, or nothing where it is refused."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

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
        command(Desk(work, act), *args, **fields)
        stated = [fact for aggregate in work.loaded.values() for fact in aggregate.collect_events()]
        self.facts = [*self.facts, *stated]
        return stated

    def desk(self) -> Desk:
        """To look at what there is."""
        act = Act(recorded_at=datetime(2025, 6, 2, 12, tzinfo=UTC), actor="a", role="auditor", correlation_id="c")
        return Desk(Work(self.facts, act), act)


def joins(desk: Desk, staff_id: str) -> None:
    member = desk._work.load(StaffMember, stream_of_person(staff_id))
    joined = date(2020, 9, 1)
    member.describe(
        StaffMessage(
            staff_id=staff_id, employment_id=f"e-{staff_id}", school_urn=URN, on=joined, role_category="teacher"
        )
    )


def set_school(desk: Desk, **settings: Any) -> None:
    desk._work.load(School, stream_of_school(URN)).change_settings(URN, SchoolSettings(**settings))


def allocate(desk: Desk, pence: int, year: str = YEAR) -> None:
    desk.budget(URN, year).allocate(pence)


def request_id(number: int) -> str:
    return str(uuid5(IDS, str(number)))


def asking_for(pence: int, **changes: Any) -> dict[str, Any]:
    """The fields of a request that costs so much."""
    usual: dict[str, Any] = {
        "school_urn": URN,
        "title": "A course",
        "activity_type": "course",
        "origin": "self_directed",
        "purposes": ["teaching_quality"],
        "need_source": "appraisal",
        "priority_ids": [],
        "priority_exception": "None fits",
        "starts_on": TODAY,
        "ends_on": TODAY,
        "cost_lines": [CostLine(category="fee", amount_pence=pence)],
        "benefit": "Better lessons",
    }
    return usual | changes


def past_of(outcome: Literal["approved", "declined"] | None, **changes: Any) -> Past:
    """What became of a request that was asked for four weeks ago and, if so, decided a week later."""
    decision = PastDecision(
        outcome=outcome or "declined",
        decided_on=TODAY - timedelta(weeks=3),
        decided_by="h9",
        authority="headteacher",
        reason="It serves the plan",
        funding="full" if outcome == "approved" else None,
    )
    usual = {"submitted_on": TODAY - timedelta(weeks=4), "decision": decision if outcome else None}
    return Past(**usual | changes)
