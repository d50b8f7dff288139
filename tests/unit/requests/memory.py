"""A desk over a log in memory: commands state facts, and what is refused states none."""

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from services.requests.domain.criteria import CRITERIA, CURRENT
from services.requests.domain.desk import Desk
from services.requests.domain.importing import Past, PastDecision
from services.requests.domain.person import StaffMember
from services.requests.domain.school import School, SchoolSettings
from services.requests.domain.shares import CostLine
from services.requests.domain.streams import stream_of_person, stream_of_school
from shared.hr import StaffMessage
from tests.unit import memory
from tests.unit.memory import TODAY

URN, YEAR = "100001", "2024-25"
IDS = UUID("0c5b1f0e-7a0f-4d5b-9f38-0d1c1a2b3c4e")
SCORES = dict.fromkeys(CRITERIA[CURRENT], 2)


class Log(memory.Log[Desk]):
    """The log of this service."""

    def __init__(self) -> None:
        super().__init__(Desk)


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
