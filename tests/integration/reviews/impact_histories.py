"""Random histories of a small trust as the reviews service hears them: late, out of order, corrected, taken back."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.reviews.domain import evaluating, logging, passing_on
from services.reviews.domain.desk import Desk
from services.reviews.domain.following import Completion, Described, note_activity, note_completion
from services.reviews.domain.undertakings import Teller
from services.reviews.domain.words import BENEFITS, STAGES
from shared.errors import Refusal
from shared.eventstore.fact import Act, Fact
from shared.hr import StaffMessage
from tests.streams import Streams

SCHOOLS = ("100001", "100002", "100003")
ROLES = ("teacher", "teacher", "teacher", "teaching_assistant", "support", "leadership", "governor", None)
TYPES = ("course", "in_school", "research")
PROVIDERS = ("A college", "all", "")
PRIORITIES = ("p1", "p2", "p3", "p4")
BEGINNING, DAYS = date(2023, 9, 1), 640
PEOPLE, REQUESTS = 48, 40

Deed = tuple[int, Callable[[Desk], Any]]
"""On which day from the beginning it is heard of, and what."""


def history(seed: int) -> list[Fact]:
    """The facts of one history, in the order of the log."""
    chance = random.Random(seed)  # noqa: S311  a sample, not a secret
    deeds = _Deeds(chance).made()
    streams, facts = Streams(), []
    for number, (day, do) in enumerate(sorted(deeds, key=lambda deed: deed[0])):
        at = datetime.combine(BEGINNING, datetime.min.time(), UTC) + timedelta(days=day, hours=8)
        streams.act = Act(
            recorded_at=at + timedelta(seconds=number // 3),  # some are recorded at one instant
            actor="a",
            role="quality_assurance",
            reason="r",
            correlation_id=str(number),
        )
        with suppress(Refusal):  # what the state forbids says nothing
            do(Desk(streams, streams.act))
        facts += streams.stated()
    return facts


class _Deeds:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.told = 0
        self.people = [f"s{number:02}" for number in range(PEOPLE)]
        self.of = {staff_id: chance.choice(SCHOOLS) for staff_id in self.people}

    def made(self) -> list[Deed]:
        found = [deed for staff_id in self.people for deed in self._person(staff_id)]
        for number in range(REQUESTS):
            found += self._request(f"r{number}")
        for number in range(12):
            found += self._agreement(f"a{number}", None, self.chance.choice(self.people))
        for staff_id in self.chance.sample(self.people, 12):
            found += self._logged(staff_id)
        return found

    def _day(self) -> int:
        return self.chance.randrange(DAYS)

    def _late(self, day: int) -> int:
        """When it is heard of."""
        return day + self.chance.choice((0, 0, 1, 3, 20, 90))

    def _date(self, day: int) -> date:
        return BEGINNING + timedelta(days=day)

    def _person(self, staff_id: str) -> list[Deed]:
        chance, school = self.chance, self.of[staff_id]

        def hear(kind: str, on: int, **said: Any) -> Deed:
            message = StaffMessage(
                **{"staff_id": staff_id, "employment_id": f"e-{staff_id}", "school_urn": school, "on": self._date(on)}
                | said
            )
            return self._late(max(0, on)), lambda desk: desk.person(staff_id).hear(f"hr.{kind}.v1", message)

        joined = chance.choice((-900, -30, -1, 40, 200))
        deeds = [hear("StaffJoined", joined, role_category=chance.choice(ROLES))]
        if chance.random() < 0.25:
            deeds.append(
                hear("StaffMoved", max(0, joined) + 30 + chance.randrange(300), school_urn=chance.choice(SCHOOLS))
            )
        if chance.random() < 0.25:
            deeds.append(
                hear("StaffMoved", max(0, joined) + 60 + chance.randrange(300), role_category=chance.choice(ROLES))
            )
        if chance.random() < 0.25:
            managed = max(0, joined) + 20 + chance.randrange(300)
            deeds.append(hear("StaffMoved", managed, line_manager_id=chance.choice(("m1", "m2"))))
            deeds.append(hear("StaffMoved", managed + chance.choice((-10, 10)), line_manager_id="m2"))
        if chance.random() < 0.4:
            ends = max(0, joined) + 50 + chance.randrange(500)
            deeds.append(hear("EmploymentEnded", ends))
            if chance.random() < 0.3:
                deeds.append(hear("LeavingDateChanged", ends, last_day=self._date(ends + chance.randrange(-20, 40))))
            elif chance.random() < 0.3:
                deeds.append(hear("Reinstated", ends + 10))
            elif chance.random() < 0.5:
                deeds.append(hear("StaffJoined", ends + chance.choice((1, 60)), employment_id=f"e2-{staff_id}"))
        return deeds

    def _teller(self, staff_id: str, school: str) -> Callable[[Desk], Teller]:
        self.told += 1
        told = self.told
        return lambda desk: Teller(desk, told, staff_id=staff_id, school_urn=school)

    def _request(self, request_id: str) -> list[Deed]:
        chance, asker = self.chance, self.chance.choice(self.people)
        school, starts = self.of[asker], self._day()
        those = chance.sample(self.people, chance.choice((1, 1, 2, 4, 14)))
        type_ = chance.choice(TYPES)

        def tell(day: int, what: Any, id_: str = request_id, whose: str = asker, **fields: Any) -> Deed:
            teller = self._teller(whose, school)
            return self._late(max(0, day)), lambda desk: what(teller(desk), id_, **fields)

        def described(provider: str, priorities: int) -> dict[str, Any]:
            return {
                "activity_type": type_,
                "starts_on": self._date(starts + chance.choice((0, 0, 0, 100))),
                "priority_ids": chance.sample(PRIORITIES, priorities),
                "provider": provider,
            }

        deeds = [tell(starts - 30, Teller.request, **described(chance.choice(PROVIDERS), chance.randrange(3)))]
        if chance.random() < 0.3:
            deeds.append(tell(starts - 28, Teller.request, **described(chance.choice(PROVIDERS), 1)))
        outcome = chance.choice(("approved", "approved", "approved", "approved", "declined", "deferred", "both", None))
        if outcome in ("declined", "deferred", "both"):
            deeds.append(tell(starts - 20, Teller.decision, outcome="declined" if outcome == "both" else outcome))
        if outcome not in ("approved", "both"):
            return deeds
        deeds.append(
            tell(starts - 10, Teller.approval, participants=those, funded_percent=chance.choice((100, 50, 33)))
        )
        for staff_id in those:
            deeds.append((self._late(max(0, starts - 10)), self._noting(staff_id, school, type_, request_id)))
            if chance.random() < 0.3:
                deeds += self._agreement(f"{request_id}-{staff_id}", request_id, staff_id, school, starts, type_)
            elif chance.random() < 0.8:
                deeds += self._completed(staff_id, request_id, starts + chance.randrange(60))
        for _ in range(chance.randrange(4)):
            agreement = chance.choice((None, f"{request_id}-{those[0]}"))
            pence = chance.choice((1, 9999, 10_001, 333, -50))
            deeds.append(
                tell(
                    starts + 5,
                    Teller.request_cost,
                    amount_pence=pence,
                    on=self._date(starts + 5),
                    agreement_id=agreement,
                )
            )
        if chance.random() < 0.15:
            deeds.append(tell(starts + 1, Teller.withdrawal))
        return deeds

    def _noting(
        self, staff_id: str, school: str, type_: Any, request_id: str | None, agreement: str | None = None
    ) -> Any:
        said = Described(
            source="requests" if agreement is None else "agreements",
            staff_id=staff_id,
            school_urn=school,
            title="t",
            activity_type=type_,
            starts_on=BEGINNING,
            ends_on=BEGINNING,
            request_id=request_id,
            agreement_id=agreement,
        )
        return lambda desk: note_activity(desk.person(staff_id), said)

    def _agreement(  # noqa: PLR0917
        self,
        agreement: str,
        request_id: str | None,
        staff_id: str,
        school: str | None = None,
        starts: int | None = None,
        type_: Any = "course",
    ) -> list[Deed]:
        chance, where = self.chance, school or self.of[staff_id]
        day = self._day() if starts is None else starts

        def tell(heard: int, what: Any, *args: Any, **fields: Any) -> Deed:
            teller = self._teller(staff_id, where)
            return self._late(max(0, heard)), lambda desk: what(teller(desk), agreement, *args, **fields)

        described = {"activity_type": type_, "starts_on": self._date(day), "funded_percent": chance.choice((100, 50))}
        deeds = [
            tell(day - 5, Teller.agreement, request_id, **described),
            (self._late(max(0, day - 5)), self._noting(staff_id, where, type_, request_id, agreement)),
        ]
        if chance.random() < 0.5:
            deeds.append(tell(day + 3, Teller.agreement_cost, amount_pence=4567, on=self._date(day + 3)))
        if chance.random() < 0.2:
            deeds.append(tell(day + 4, Teller.call_off))
        elif chance.random() < 0.8:
            deeds += self._completed(staff_id, agreement, day + chance.randrange(60))
        return deeds

    def _completed(self, staff_id: str, told_by: str, day: int) -> list[Deed]:
        chance, deeds = self.chance, []
        for said in (day, *([day + 7] if chance.random() < 0.2 else []), *([None] if chance.random() < 0.1 else [])):
            self.told += 1
            before_us = chance.random() < 0.3
            on = None if said is None else self._date(said - 250 * before_us)
            done = Completion(told_by=told_by, order=self.told, completed_on=on, imported=before_us)
            deeds.append(
                (self._late(day), lambda desk, done=done: note_completion(desk.person(staff_id), staff_id, done))
            )
        return [*deeds, *self._evaluated(staff_id, day)]

    def _evaluated(self, staff_id: str, day: int) -> list[Deed]:
        """Of whichever activity there is then: stages, corrections, and what is passed on."""
        times = range(self.chance.randrange(3))
        deeds: list[Deed] = [(self._late(day + 1), self._saying(staff_id)) for _ in times]
        if self.chance.random() < 0.2:
            deeds.append((day + 2, self._passing_on(staff_id)))
        return deeds

    def _saying(self, staff_id: str) -> Any:
        chance = self.chance
        nth, stage = chance.randrange(100), chance.choice(STAGES)
        said = {
            "reaction": 2,
            "benefits": {each: chance.randrange(4) for each in BENEFITS if chance.random() < 0.4},
            "confidence_before": chance.choice((None, 3, 5)),
            "confidence_after": chance.choice((None, 4, 9, 2)),
        }

        def say(desk: Desk) -> None:
            activities = sorted(desk.person(staff_id).activities)
            if activities:
                evaluating.submit(desk.person(staff_id), activities[nth % len(activities)], stage=stage, **said)

        return say

    def _passing_on(self, staff_id: str) -> Any:
        chance = self.chance
        id_, nth = str(UUID(int=chance.getrandbits(128), version=4)), chance.randrange(100)
        reached, cancelled = chance.choice((3, 12, 40)), chance.random() < 0.2

        def pass_on(desk: Desk) -> None:
            activities = sorted(desk.person(staff_id).activities)
            if not activities:
                return
            today = desk.act.today
            named = {"planned_on": today, "audience": "x", "title": "t"}
            passing_on.plan(desk, id_, activity_id=activities[nth % len(activities)], **named)
            if cancelled:
                passing_on.cancel(desk, id_)
            else:
                passing_on.deliver(desk, id_, delivered_on=today, reached=reached)

        return pass_on

    def _logged(self, staff_id: str) -> list[Deed]:
        day, school = self._day(), self.of[staff_id]
        said = {"title": "t", "activity_type": self.chance.choice(TYPES), "on": self._date(day), "hours": 1.0}

        def log(desk: Desk) -> None:
            if desk.person(staff_id).person is not None:
                logging.log(desk.person(staff_id), school_urn=school, **said)

        deeds: list[Deed] = [(day + 1, log)]
        if self.chance.random() < 0.3:

            def take_back(desk: Desk) -> None:
                member = desk.person(staff_id)
                for each in list(member.activities.values()):
                    if each.source == "logged":
                        logging.take_back(member, each.id)

            deeds.append((day + 40, take_back))
        return [*deeds, *self._evaluated(staff_id, day)]
