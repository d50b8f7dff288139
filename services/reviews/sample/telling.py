"""The made-up year told to the reviews service: by its own commands, each on its day, a school at a time."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.reviews.domain.desk import Desk
from services.reviews.domain.evaluating import remind, submit
from services.reviews.domain.following import Completion, Described, note_activity, note_completion
from services.reviews.domain.passing_on import deliver, plan
from services.reviews.domain.streams import UNDERTAKINGS
from services.reviews.domain.undertakings import Teller
from services.reviews.domain.words import BENEFITS, LEVELS, STAGES
from services.reviews.sample.plan import Affair, Person, School, at_noon
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.hr import StaffMessage
from shared.money import half_up

A = TypeVar("A", bound=Aggregate)
Deed = tuple[date, int, str, Callable[[Desk], Any]]
"""The day, the place among the deeds of the day, who does it, and what."""


class Streams:
    """The aggregates of one school, in memory; gives those of a command, and what they stated."""

    def __init__(self) -> None:
        self._known: dict[UUID, Aggregate] = {}
        self._touched: dict[UUID, Aggregate] = {}
        self.act: Act

    def load(self, kind: type[A], stream_id: UUID) -> A:
        found = self._known.setdefault(stream_id, kind(stream_id))
        if not isinstance(found, kind):
            raise TypeError(f"{stream_id} is a {type(found).__name__}")
        found.act = self.act
        self._touched[stream_id] = found
        return found

    def stated(self) -> list[Fact]:
        touched, self._touched = self._touched, {}
        return [fact for aggregate in touched.values() for fact in aggregate.collect_events()]


def told(school: School, seed: int, ends_on: date) -> Iterator[list[Fact]]:
    """What each deed of a school's year states, in the order of the days."""
    streams, told_by = Streams(), random.Random(f"{seed}/{school.urn}")  # noqa: S311  a sample, not a secret
    deeds = sorted(_Year(school, told_by, ends_on).deeds(), key=lambda deed: deed[:2])
    for number, (day, _, role, do) in enumerate(deeds):
        streams.act = Act(
            recorded_at=at_noon(day) + timedelta(milliseconds=number),
            actor=role,
            role=role,
            correlation_id=f"sample/{school.urn}/{number}",
        )
        do(Desk(streams, streams.act))
        facts = streams.stated()
        if facts:
            yield facts


class _Year:
    """The deeds of one school's year."""

    def __init__(self, school: School, chance: random.Random, ends_on: date) -> None:
        self._school, self._chance, self._ends_on = school, chance, ends_on
        self._number = 0

    def deeds(self) -> Iterator[Deed]:
        for person in self._school.people:
            yield from self._employment(person)
        for affair in self._school.affairs:
            yield from self._affair(affair)

    def _deed(self, day: date, role: str, do: Callable[[Desk], Any]) -> Deed:
        self._number += 1
        return (day, self._number, role, do)

    def _employment(self, person: Person) -> Iterator[Deed]:
        """HR tells of what happened before the ledger began on the day on which it begins."""
        began = min(affair.asked_on for affair in self._school.affairs)

        def tell(type_: str, on: date, **fields: Any) -> Deed:
            said = StaffMessage(
                staff_id=person.staff_id,
                employment_id=person.employment_id,
                school_urn=person.school_urn,
                on=on,
                **fields,
            )
            hear = lambda desk: desk.person(person.staff_id).hear(f"hr.{type_}.v1", said)  # noqa: E731  one of a kind
            return self._deed(max(on, began), "hr_platform", hear)

        yield tell("StaffJoined", person.joined_on, role_category=person.role_category)
        if person.promoted_on is not None:
            higher = "leadership" if person.role_category == "teacher" else "teacher"
            yield tell("StaffMoved", person.promoted_on, role_category=higher)
        if person.last_day is not None:
            yield tell("EmploymentEnded", person.last_day, last_day=person.last_day)

    def _affair(self, affair: Affair) -> Iterator[Deed]:
        urn, asker, chance = self._school.urn, affair.participants[0], self._chance
        order = self._number

        def teller(desk: Desk, nth: int) -> Teller:
            return Teller(desk, 10 * order + nth, staff_id=asker, school_urn=urn)

        described = {
            "activity_type": affair.activity_type,
            "starts_on": affair.starts_on,
            "priority_ids": affair.priority_ids,
            "provider": affair.provider,
        }
        yield self._deed(
            affair.asked_on, "requests", lambda desk: teller(desk, 1).request(affair.request_id, **described)
        )
        decided_on = affair.asked_on + timedelta(days=chance.randrange(1, 10))
        if affair.outcome != "approved":
            yield self._deed(
                decided_on,
                "requests",
                lambda desk: teller(desk, 2).decision(affair.request_id, affair.outcome),  # type: ignore[arg-type]
            )
            return
        yield self._deed(decided_on, "requests", lambda desk: self._approve(desk, teller(desk, 2), affair))
        if affair.withdrawn_on is not None:
            day = affair.withdrawn_on
            yield self._deed(day, "requests", lambda desk: teller(desk, 3).withdrawal(affair.request_id))
            return
        paid_on = min(affair.starts_on + timedelta(days=10), self._ends_on)
        pence = affair.cost_pence
        yield self._deed(
            paid_on, "requests", lambda desk: teller(desk, 4).request_cost(affair.request_id, pence, paid_on, None)
        )
        if affair.completed_on is not None:
            yield from self._completed(affair, affair.completed_on, 10 * order + 5)

    def _approve(self, desk: Desk, teller: Teller, affair: Affair) -> None:
        teller.approval(affair.request_id, affair.participants, affair.funded_percent)
        for staff_id in affair.participants:
            described = Described(
                source="requests",
                staff_id=staff_id,
                school_urn=self._school.urn,
                title=f"{affair.activity_type.replace('_', ' ')}, {affair.provider or 'by ourselves'}",
                activity_type=affair.activity_type,
                starts_on=affair.starts_on,
                ends_on=affair.starts_on,
                request_id=affair.request_id,
                cost_pence=half_up(affair.cost_pence * affair.funded_percent, 100 * len(affair.participants)),
            )
            note_activity(desk.person(staff_id), described)

    def _completed(self, affair: Affair, on: date, order: int) -> Iterator[Deed]:
        def complete(desk: Desk) -> None:
            for staff_id in affair.participants:
                said = Completion(told_by=affair.request_id, order=order, completed_on=on)
                note_completion(desk.person(staff_id), staff_id, said)

        yield self._deed(on, "requests", complete)
        for staff_id in affair.participants:
            yield from self._evaluation(affair.request_id, staff_id, on)
            if self._chance.random() < 0.1:
                yield from self._dissemination(affair.request_id, staff_id, on)

    def _evaluation(self, request_id: str, staff_id: str, completed_on: date) -> Iterator[Deed]:
        for stage, after, share in zip(STAGES, (0, 42, 182), (0.7, 0.5, 0.4), strict=True):
            due_on = completed_on + timedelta(days=after)
            days = self._chance.randrange(1, 12)
            if due_on + timedelta(days=days) > self._ends_on:
                return
            yield self._deed(due_on, "reviews", partial(_remind, request_id, staff_id, due_on))
            if self._chance.random() < share:
                said = self._said() | {"stage": stage}
                yield self._deed(due_on + timedelta(days=days), "staff", partial(_submit, request_id, staff_id, said))

    def _said(self) -> dict[str, Any]:
        chance = self._chance
        before = chance.randrange(2, 8)
        return {
            **{level: chance.randrange(4) for level in LEVELS},
            "benefits": {benefit: chance.randrange(4) for benefit in BENEFITS if chance.random() < 0.7},
            "confidence_before": before,
            "confidence_after": min(10, before + chance.choice((-1, 0, 0, 1, 1, 2, 3))),
        }

    def _dissemination(self, request_id: str, staff_id: str, completed_on: date) -> Iterator[Deed]:
        planned_on = completed_on + timedelta(days=14)
        if planned_on > self._ends_on:
            return
        dissemination_id = str(uuid5(UNDERTAKINGS, f"{request_id} {staff_id}"))
        reached = self._chance.randrange(3, 30)

        def planned(desk: Desk) -> None:
            plan(
                desk,
                dissemination_id,
                activity_id=_activity_of(desk, request_id, staff_id),
                planned_on=planned_on,
                audience="the staff",
                title="What we learned",
            )

        yield self._deed(completed_on, "staff", planned)
        yield self._deed(
            planned_on,
            "staff",
            lambda desk: deliver(desk, dissemination_id, delivered_on=planned_on, reached=reached),
        )


def _activity_of(desk: Desk, request_id: str, staff_id: str) -> str:
    activities = desk.person(staff_id).activities.values()
    return next(each.id for each in activities if each.request_id == request_id)


def _remind(request_id: str, staff_id: str, day: date, desk: Desk) -> None:
    remind(desk.person(staff_id), _activity_of(desk, request_id, staff_id), today=day)


def _submit(request_id: str, staff_id: str, said: dict[str, Any], desk: Desk) -> None:
    submit(desk.person(staff_id), _activity_of(desk, request_id, staff_id), **said)
