"""The made-up trust drawn from a seed, a school at a time."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import get_args

from shared.dates import academic_year, first_of_year
from shared.sample.plan import SETTLING, Affair, Person, School, Trust
from shared.words import ActivityType, LeaverReason, RoleCategory

TYPES: tuple[ActivityType, ...] = get_args(ActivityType)
ROLES: tuple[RoleCategory, ...] = ("leadership", *("teacher",) * 8, *("teaching_assistant",) * 4, "support", "support")
"""Sixteen people of a school by role; every eightieth is a governor."""
REASONS: tuple[LeaverReason, ...] = (*("resignation",) * 6, "retirement", "fixed_term_end")
PROVIDERS = tuple(f"Provider {number:02}" for number in range(1, 31))
PRIORITIES = ("Writing", "Fluency in mathematics", "Reading for all", "Calm corridors", "Inclusion")


def schools(trust: Trust) -> Iterator[School]:
    """Every school, one after the other."""
    for number in range(trust.scale.schools):
        chance = random.Random(f"{trust.seed}/{number}")  # noqa: S311  a sample, not a secret
        yield _Drawn(trust, f"{800001 + number}", chance).school()


class _Drawn:
    """One school as it is drawn."""

    def __init__(self, trust: Trust, urn: str, chance: random.Random) -> None:
        self._trust, self._urn, self._chance = trust, urn, chance
        self._ends_on = trust.ends_on
        self._year = academic_year(trust.ends_on)
        self._first = first_of_year(self._year)

    def school(self) -> School:
        people = [self._person(number) for number in range(self._trust.scale.staff)]
        priorities = {self._uuid(): title for title in PRIORITIES}
        affairs: list[Affair] = []
        taken_up = 0
        while taken_up < self._trust.scale.activities:
            affairs.append(self._affair(people, list(priorities)))
            taken_up += len(affairs[-1].participants)
        return School(
            trust=self._trust, urn=self._urn, year=self._year, people=people, priorities=priorities, affairs=affairs
        )

    def _person(self, number: int) -> Person:
        """The first one is the head, who was there before and stays; of the others some join late, rise or leave."""
        chance, first, ends_on = self._chance, self._first, self._ends_on
        late = chance.random() < 0.1 and number > 0
        before = -chance.randrange(1, 3000) - SETTLING.days
        joined_on = min(ends_on, first + timedelta(days=chance.randrange(20, 200) if late else before))
        last_day = max(joined_on + timedelta(days=90), first + timedelta(days=chance.randrange(400)))
        notified_on = last_day - timedelta(days=chance.randrange(28, 90))
        leaves = chance.random() < 0.15 and number > 0 and notified_on <= ends_on
        role = "governor" if number % 80 == 79 else ROLES[number % len(ROLES)]
        rises = chance.random() < 0.05 and role in ("teaching_assistant", "teacher") and not leaves
        promoted_on = max(joined_on, first) + timedelta(days=chance.randrange(30, 250))
        return Person(
            staff_id=f"{self._urn}-{number + 1:03}",
            school_urn=self._urn,
            role_category=role,
            joined_on=joined_on,
            promoted_on=promoted_on if rises and promoted_on < ends_on else None,
            notified_on=notified_on if leaves else None,
            last_day=last_day if leaves else None,
            reason=chance.choice(REASONS),
        )

    def _affair(self, people: Sequence[Person], priority_ids: Sequence[str]) -> Affair:
        chance = self._chance
        days = max(1, min(330, (self._ends_on - self._first).days))
        starts_on = self._first + timedelta(days=chance.randrange(days))
        asked_on = starts_on - timedelta(days=chance.randrange(10, 60))
        ends_on = starts_on + timedelta(days=chance.choice((0, 0, 0, 1, 5, 30, 90)))
        there = [each for each in people if each.works(asked_on - SETTLING, starts_on)]
        many = chance.choice((1, 1, 1, 1, 1, 2, 3, 5, 12)) if chance.random() < 0.98 else 60
        those = sorted(chance.sample(there, min(many, len(there))), key=lambda each: each.staff_id)
        outcome = chance.choices(("approved", "declined", "deferred"), (94, 4, 2))[0]
        withdrawn = outcome == "approved" and chance.random() < 0.03
        took_place = outcome == "approved" and not withdrawn and ends_on <= self._ends_on and chance.random() < 0.95
        activity_type = chance.choice(TYPES)
        return Affair(
            request_id=self._uuid(),
            need_id=self._uuid() if chance.random() < 0.1 else None,
            participants=[each.staff_id for each in those],
            finishers=[each.staff_id for each in those if each.works(starts_on, ends_on)],
            activity_type=activity_type,
            provider=chance.choice(PROVIDERS) if chance.random() < 0.8 else "",
            priority_ids=chance.sample(priority_ids, chance.choice((1, 1, 2))),
            mandatory=chance.random() < 0.1,
            asked_on=asked_on,
            decided_on=asked_on + timedelta(days=chance.randrange(2, 10)),
            starts_on=starts_on,
            ends_on=ends_on,
            outcome=outcome,
            withdrawn_on=starts_on if withdrawn else None,
            completed_on=ends_on if took_place else None,
            cost_pence=self._cost_pence(activity_type, len(those)),
            funded_percent=chance.choice((100, 100, 100, 50)),
        )

    def _cost_pence(self, activity_type: ActivityType, people: int) -> int:
        """What many do together is cheap for each, a qualification is dear, and some things cost nobody anything."""
        chance = self._chance
        if people > 1:
            return chance.randrange(10_00, 120_00) * people
        if activity_type == "award_bearing":
            return chance.randrange(500_00, 6000_00)
        return chance.randrange(20_00, 1500_00) if chance.random() < 0.8 else 0

    def _uuid(self) -> str:
        text = f"{self._chance.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
