"""Commands of the reviews service on a log in memory, with the fields that they usually have."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from services.reviews.domain.desk import Desk
from services.reviews.domain.evaluating import resume
from services.reviews.domain.following import (
    Completion,
    Described,
    note_activity,
    note_completion,
    note_participation,
)
from services.reviews.domain.reviewing import AnnualReviews
from services.reviews.domain.school import School, SchoolSettings
from services.reviews.domain.streams import stream_of_annual_reviews, stream_of_person, stream_of_school
from services.reviews.domain.undertakings import Teller
from services.reviews.heard import Handler
from shared.hr import StaffMessage
from shared.leaving import Leaving
from shared.messaging.heard import Heard
from tests.unit import memory
from tests.unit.memory import TODAY

URN = "100001"
IDS = UUID("5d4c9a52-2a53-4f0e-8f0e-5f0f4d1a7a31")
DONE = date(2025, 1, 31)


class Log(memory.Log[Desk]):
    """The log of this service."""

    def __init__(self) -> None:
        super().__init__(Desk)


def hear(desk: Desk, kind: str, staff_id: str = "t1", on: date = date(2020, 9, 1), **said: Any) -> None:
    """HR says something of a person."""
    whose = {"staff_id": staff_id, "employment_id": f"e-{staff_id}", "school_urn": URN}
    member = desk.person(staff_id)
    member.hear(f"hr.{kind}.v1", StaffMessage(**whose, on=on, **said))
    resume(member)


def joins(desk: Desk, staff_id: str = "t1", **said: Any) -> None:
    hear(desk, "StaffJoined", staff_id, role_category="teacher", line_manager_id="m1", name="A Teacher", **said)


def on(desk: Desk, command: Any, resource: str, **fields: Any) -> Any:
    """A command on something of the person whose stream the resource is in."""
    return command(desk.person_of(UUID(resource[:36])), resource, **fields)


def of(desk: Desk, command: Any, staff_id: str = "t1", **fields: Any) -> Any:
    return command(desk.person(staff_id), **fields)


def activity_id(number: int = 1, staff_id: str = "t1") -> str:
    return f"{stream_of_person(staff_id)}-a{number}"


def described(staff_id: str = "t1", **changes: Any) -> Described:
    usual: dict[str, Any] = {
        "source": "agreements",
        "staff_id": staff_id,
        "school_urn": URN,
        "title": "A course",
        "activity_type": "course",
        "starts_on": date(2024, 9, 2),
        "ends_on": DONE,
    }
    return Described(**usual | changes)


def plan(desk: Desk, said: Described) -> None:
    note_activity(desk.person(said.staff_id), said)


def complete(desk: Desk, told_by: str, order: int, day: date | None = DONE, staff_id: str = "t1") -> None:
    note_completion(desk.person(staff_id), staff_id, Completion(told_by=told_by, order=order, completed_on=day))


def take_part(desk: Desk, undertaking_id: str, *, takes_part: bool, staff_id: str = "t1") -> None:
    note_participation(desk.person(staff_id), undertaking_id, takes_part=takes_part)


def tell(desk: Desk, told: int, what: Any, undertaking_id: str, staff_id: str = "t1", **fields: Any) -> None:
    """Another service says, at a position of its log, something (a method of `Teller`) of a request or agreement."""
    what(Teller(desk, told, staff_id=staff_id, school_urn=URN), undertaking_id, **fields)


def review(desk: Desk, command: Any, *args: Any, year: str = "2024-25", **fields: Any) -> Any:
    """A command on the annual reviews of the school's year."""
    return command(desk._work.load(AnnualReviews, stream_of_annual_reviews(URN, year)), *args, **fields)


def told_of(desk: Desk, handlers: Mapping[str, Handler], event: str, order: int, **data: Any) -> None:
    """The requests service tells of something, at a position of its log."""
    handlers[f"cpd.requests.{event}.v1"](desk, Heard(order=order, data=data))


def leaves(desk: Desk, ending: str, order: int, employment: str | None = None, last_day: date | None = None) -> None:
    """The agreements service tells of an ending, or that it did not come about."""
    said = Leaving(
        staff_id="t1",
        school_urn=URN,
        ending_id=ending,
        order=order,
        on=TODAY,
        employment_id=employment,
        last_day=last_day,
    )
    desk.person("t1").note_leaving(said)
    resume(desk.person("t1"))


def set_school(desk: Desk, **settings: Any) -> None:
    desk._work.load(School, stream_of_school(URN)).change_settings(URN, SchoolSettings(**settings))


def name_school(desk: Desk, urn: str) -> None:
    desk._work.load(School, stream_of_school(urn)).name_as_known(urn)


def dissemination_id(number: int = 1) -> str:
    return str(uuid5(IDS, f"dissemination {number}"))
