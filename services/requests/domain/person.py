"""A member of staff as this service knows them from HR: where, as what and under whom they work, and until when."""

from datetime import date
from typing import ClassVar

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact
from shared.words import RoleCategory


class Employment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One employment of a person."""

    id: str
    school_urn: str
    started_on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None
    last_day: date | None = None


class Person(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A person with every employment that HR told of."""

    staff_id: str
    employments: list[Employment] = []
    version: int = 0

    @property
    def current(self) -> Employment:
        """The latest employment that has not been ended, else the latest."""
        by_start = sorted(self.employments, key=lambda employment: employment.started_on)
        return next((each for each in reversed(by_start) if each.last_day is None), by_start[-1])

    @property
    def school_urn(self) -> str:
        return self.current.school_urn

    def works_on(self, day: date) -> bool:
        """Whether the person is employed on a day."""
        return any(
            each.started_on <= day and (each.last_day is None or day <= each.last_day) for each in self.employments
        )


class EmploymentFact(Fact, frozen=True, kw_only=True):
    """A fact about one employment."""

    EFFECTIVE: ClassVar[str] = "on"
    employment_id: str
    on: date


class EmploymentStated(EmploymentFact, frozen=True, kw_only=True):
    """An employment as HR now describes it, whole: someone joined, moved within the trust, or is described anew."""

    TOPIC: ClassVar[str] = "requests.EmploymentStated"
    started_on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None


class EmploymentEnded(EmploymentFact, frozen=True, kw_only=True):
    """`on` is the last day of service, which may lie ahead."""

    TOPIC: ClassVar[str] = "requests.EmploymentEnded"


class EmploymentResumed(EmploymentFact, frozen=True, kw_only=True):
    """The ending was withdrawn, or the person reinstated."""

    TOPIC: ClassVar[str] = "requests.EmploymentResumed"


class StaffMember(Aggregate):
    """One person's stream."""

    state: Person | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, EmploymentFact):
            self.state = fold_person(self.state, fact)

    def describe(
        self,
        staff_id: str,
        employment_id: str,
        school_urn: str,
        on: date,
        *,
        role_category: RoleCategory | None = None,
        line_manager_id: str | None = None,
    ) -> None:
        """Someone joins, moves or is described otherwise; what is not said stays. The same again changes nothing."""
        known = self._employment(employment_id)
        fields = {
            "school_urn": school_urn,
            "started_on": known.started_on if known is not None and known.school_urn != school_urn else on,
            "role_category": role_category or (known.role_category if known else None),
            "line_manager_id": line_manager_id or (known.line_manager_id if known else None),
        }
        if known is None or any(getattr(known, name) != value for name, value in fields.items()):
            self.record(EmploymentStated, staff_id=staff_id, employment_id=employment_id, on=on, **fields)

    def end(self, staff_id: str, employment_id: str, school_urn: str, last_day: date) -> None:
        """The employment ends; an employment that nobody told of begins, as far as known, on that day."""
        if self._employment(employment_id) is None:
            self.describe(staff_id, employment_id, school_urn, last_day)
        known = self._employment(employment_id)
        if known is not None and known.last_day != last_day:
            self.record(
                EmploymentEnded, staff_id=staff_id, employment_id=employment_id, school_urn=school_urn, on=last_day
            )

    def resume(self, staff_id: str, employment_id: str, school_urn: str, on: date) -> None:
        """The employment does not end after all."""
        known = self._employment(employment_id)
        if known is not None and known.last_day is not None:
            self.record(EmploymentResumed, staff_id=staff_id, employment_id=employment_id, school_urn=school_urn, on=on)

    def _employment(self, employment_id: str) -> Employment | None:
        among = self.state.employments if self.state else []
        return next((each for each in among if each.id == employment_id), None)


def fold_person(state: Person | None, fact: EmploymentFact) -> Person:
    """The person with `fact`."""
    person = state or Person(staff_id=fact.staff_id)
    others = [each for each in person.employments if each.id != fact.employment_id]
    known = next((each for each in person.employments if each.id == fact.employment_id), None)
    if isinstance(fact, EmploymentStated):
        known = Employment(
            id=fact.employment_id,
            school_urn=fact.school_urn,
            started_on=fact.started_on,
            role_category=fact.role_category,
            line_manager_id=fact.line_manager_id,
            last_day=known.last_day if known else None,
        )
    elif known is not None:
        known = msgspec.structs.replace(known, last_day=fact.on if isinstance(fact, EmploymentEnded) else None)
    person.employments = [*others, *([known] if known is not None else [])]
    person.version += 1
    return person


PERSON_FACTS: tuple[type[Fact], ...] = (EmploymentStated, EmploymentEnded, EmploymentResumed)
