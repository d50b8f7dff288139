"""What the HR platform says of the people of a made-up school, in messages as it sends them."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import msgspec

from shared.hr import StaffMessage
from shared.messaging.cloudevents import CloudEvent
from shared.sample.plan import Person, School, at_noon

SOURCE = "/hr/sample"


class Said(NamedTuple):
    """A message, and the day on which it comes."""

    on: date
    event: CloudEvent


def messages(school: School) -> Iterator[Said]:
    """Who joins, rises and leaves. What happened before the ledger began is told on the day on which it begins."""
    for person in school.people:
        manager = None if person.staff_id == school.head else school.head
        described = {"line_manager_id": manager, "payroll_number": person.payroll_number}
        yield _said(school, person, "StaffJoined", person.joined_on, role_category=person.role_category, **described)
        if person.promoted_on is not None:
            higher = "leadership" if person.role_category == "teacher" else "teacher"
            yield _said(school, person, "StaffMoved", person.promoted_on, role_category=higher)
        if person.notified_on is not None:
            leaving = {"notified_on": person.notified_on, "last_day": person.last_day, "reason": person.reason}
            yield _said(school, person, "ResignationReceived", person.notified_on, **leaving)


def _said(school: School, person: Person, name: str, on: date, **fields: Any) -> Said:
    message = StaffMessage(
        staff_id=person.staff_id, employment_id=person.employment_id, school_urn=school.urn, on=on, **fields
    )
    told_on = max(on, school.began_on)
    data = {name: value for name, value in msgspec.to_builtins(message).items() if value is not None}
    return Said(
        told_on,
        CloudEvent.of(
            id=f"{name}/{person.staff_id}", source=SOURCE, type=f"hr.{name}.v1", time=at_noon(told_on), data=data
        ),
    )
