"""Who is in the made-up trust and what they do in a year: drawn from a seed, a school at a time."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import msgspec

from shared.dates import academic_year, first_of_year
from shared.words import ActivityType, RoleCategory

TYPES: tuple[ActivityType, ...] = get_args(ActivityType)
ROLES: tuple[RoleCategory, ...] = ("leadership", *("teacher",) * 8, *("teaching_assistant",) * 4, "support", "support")
"""Sixteen people of a school by role; every eightieth is a governor."""
PROVIDERS = tuple(f"Provider {number:02}" for number in range(1, 31))
NOON = time(12, tzinfo=UTC)


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """How big a trust: schools, members of staff and taken-up activities of each school."""

    schools: int
    staff: int
    activities: int


SCALES = {
    "small": Scale(schools=3, staff=40, activities=120),
    "trust-year": Scale(schools=50, staff=80, activities=600),
}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff: as what, from when on and, where they leave or move up in the year, when."""

    staff_id: str
    school_urn: str
    role_category: RoleCategory
    joined_on: date
    last_day: date | None
    promoted_on: date | None

    @property
    def employment_id(self) -> str:
        return f"{self.staff_id}-e1"


class Affair(msgspec.Struct, frozen=True, kw_only=True):
    """A request from being asked for to what came of it. Days are None where that did not happen."""

    request_id: str
    participants: list[str]
    activity_type: ActivityType
    provider: str
    priority_ids: list[str]
    asked_on: date
    starts_on: date
    outcome: str
    withdrawn_on: date | None
    completed_on: date | None
    cost_pence: int
    funded_percent: int


class School(msgspec.Struct, frozen=True, kw_only=True):
    """A school, its people, the priorities of its plan, and what they ask for."""

    urn: str
    year: str
    people: list[Person]
    priority_ids: list[str]
    affairs: list[Affair]


def schools(scale: Scale, seed: int, ends_on: date) -> Iterator[School]:
    """Every school, one after the other. The year is that in which `ends_on` is; nothing is dated after it."""
    year = academic_year(ends_on)
    for number in range(scale.schools):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311  a sample, not a secret
        yield _school(f"{800001 + number}", year, scale, chance, ends_on)


def _school(urn: str, year: str, scale: Scale, chance: random.Random, ends_on: date) -> School:
    people = [_person(urn, number, year, chance, ends_on) for number in range(scale.staff)]
    priorities = [_uuid(chance) for _ in range(5)]
    affairs: list[Affair] = []
    taken_up = 0
    while taken_up < scale.activities:
        affairs.append(_affair(people, priorities, year, chance, ends_on))
        taken_up += len(affairs[-1].participants)
    return School(urn=urn, year=year, people=people, priority_ids=priorities, affairs=affairs)


def _person(urn: str, number: int, year: str, chance: random.Random, ends_on: date) -> Person:
    first = first_of_year(year)
    late = chance.random() < 0.1
    joined_on = min(ends_on, first + timedelta(days=chance.randrange(20, 200) if late else -chance.randrange(1, 3000)))
    leaves = joined_on + timedelta(days=chance.randrange(60, 3000))
    role = "governor" if number % 80 == 79 else ROLES[number % len(ROLES)]
    rises = role in ("teaching_assistant", "teacher") and chance.random() < 0.05
    promoted_on = max(joined_on, first) + timedelta(days=chance.randrange(30, 250)) if rises else None
    return Person(
        staff_id=f"{urn}-{number + 1:03}",
        school_urn=urn,
        role_category=role,
        joined_on=joined_on,
        last_day=leaves if first <= leaves <= ends_on else None,
        promoted_on=promoted_on if promoted_on is not None and promoted_on < min(leaves, ends_on) else None,
    )


def _affair(people: list[Person], priorities: list[str], year: str, chance: random.Random, ends_on: date) -> Affair:
    days = max(1, min(330, (ends_on - first_of_year(year)).days))
    starts_on = first_of_year(year) + timedelta(days=chance.randrange(days))
    asked_on = starts_on - timedelta(days=chance.randrange(10, 60))
    number = chance.choice((1, 1, 1, 1, 1, 2, 3, 5, 12)) if chance.random() < 0.98 else min(60, len(people))
    completed_on = starts_on + timedelta(days=chance.choice((0, 0, 0, 1, 5, 30, 90)))
    outcome = chance.choices(("approved", "declined", "deferred"), (94, 4, 2))[0]
    approved = outcome == "approved"
    withdrawn = approved and chance.random() < 0.03
    took_place = approved and not withdrawn and completed_on <= ends_on and chance.random() < 0.95
    return Affair(
        request_id=_uuid(chance),
        participants=sorted(each.staff_id for each in chance.sample(people, number)),
        activity_type=chance.choice(TYPES),
        provider=chance.choice(PROVIDERS) if chance.random() < 0.8 else "",
        priority_ids=chance.sample(priorities, chance.choice((1, 1, 2))),
        asked_on=asked_on,
        starts_on=starts_on,
        outcome=outcome,
        withdrawn_on=min(ends_on, starts_on) if withdrawn else None,
        completed_on=completed_on if took_place else None,
        cost_pence=chance.randrange(20_00, 900_00) * number,
        funded_percent=chance.choice((100, 100, 100, 50)),
    )


def at_noon(day: date) -> datetime:
    """An instant of a day."""
    return datetime.combine(day, NOON)


def _uuid(chance: random.Random) -> str:
    text = f"{chance.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
