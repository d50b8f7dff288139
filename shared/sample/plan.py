"""Who is in a made-up school, and what they ask for in a year and what comes of it: all that services tell of it."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import msgspec

from shared.money import half_up
from shared.words import ActivityType, LeaverReason, RoleCategory

NOON = time(12, tzinfo=UTC)
SETTLING = timedelta(days=10)
"""The ledger begins so long before the first request, and knows everyone so long who asks."""


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """How big a trust: schools, members of staff and taken-up activities of each school."""

    schools: int
    staff: int
    activities: int


SCALES = {
    "small": Scale(schools=3, staff=40, activities=120),
    "trust-year": Scale(schools=50, staff=80, activities=600),
}


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """Which trust: another seed, another one. Its year is that in which `ends_on` is, the last day told of."""

    scale: Scale
    seed: int
    ends_on: date


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff: as what, from when on and, where they leave or move up in the year, when and why."""

    staff_id: str
    school_urn: str
    role_category: RoleCategory
    joined_on: date
    promoted_on: date | None
    notified_on: date | None
    last_day: date | None
    reason: LeaverReason

    @property
    def employment_id(self) -> str:
        return f"{self.staff_id}-e1"

    @property
    def payroll_number(self) -> str | None:
        """Governors have no pay."""
        return None if self.role_category == "governor" else f"PN-{self.staff_id}"

    def works(self, first: date, last: date) -> bool:
        """Whether the person is employed from one day to another."""
        return self.joined_on <= first and (self.last_day is None or last <= self.last_day)


class Affair(msgspec.Struct, frozen=True, kw_only=True):
    """A request from being asked for to what came of it. Days are None where that did not happen.

    `finishers` are those participants who are still there once it is completed. `cost_pence` is for all of them.
    """

    request_id: str
    need_id: str | None
    participants: list[str]
    finishers: list[str]
    activity_type: ActivityType
    provider: str
    priority_ids: list[str]
    mandatory: bool
    asked_on: date
    decided_on: date
    starts_on: date
    ends_on: date
    outcome: str
    withdrawn_on: date | None
    completed_on: date | None
    cost_pence: int
    funded_percent: int

    @property
    def asker(self) -> str:
        return self.participants[0]

    @property
    def title(self) -> str:
        return f"{self.activity_type.replace('_', ' ').capitalize()}, {self.provider or 'by ourselves'}"

    @property
    def schools_pence(self) -> int:
        """The school's part of what it costs."""
        return half_up(self.cost_pence * self.funded_percent, 100)


class School(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A school, its people, the priorities of its plan, and what they ask for in a year of the trust."""

    trust: Trust
    urn: str
    year: str
    people: list[Person]
    priorities: dict[str, str]
    affairs: list[Affair]

    @property
    def name(self) -> str:
        return f"Sample School {self.urn}"

    @property
    def head(self) -> str:
        """The headteacher."""
        return self.people[0].staff_id

    @cached_property
    def began_on(self) -> date:
        """The day on which the ledger begins, and everyone tells it what there is by then."""
        return min(affair.asked_on for affair in self.affairs) - SETTLING

    def chance(self, who: str) -> random.Random:
        """What is left to chance in a service's telling of the school: a row of its own for each."""
        return random.Random(f"{self.trust.seed}/{self.urn}/{who}")  # noqa: S311  a sample, not a secret


def at_noon(day: date) -> datetime:
    """An instant of a day."""
    return datetime.combine(day, NOON)
