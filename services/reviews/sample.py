"""What the people of a made-up school say of what they completed, by this service's commands."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import uuid5

from services.reviews.application import Reviews
from services.reviews.contract import TOPICS, publish
from services.reviews.domain.activity import Activity
from services.reviews.domain.calendar import prompts
from services.reviews.domain.desk import Desk
from services.reviews.domain.evaluating import remind, submit
from services.reviews.domain.passing_on import deliver, plan
from services.reviews.domain.school import SchoolSettings
from services.reviews.domain.streams import UNDERTAKINGS
from services.reviews.domain.words import BENEFITS, LEVELS
from services.reviews.reactions import Reactions
from services.reviews.runtime import NAME
from shared.clock import Clock
from shared.demo.recording import TRUST_ADMIN, Person, staff
from shared.eventstore.gathering import Gathering
from shared.eventstore.ledger import Call
from shared.hr import HR_TOPIC
from shared.sample.part import Deed, Part
from shared.sample.plan import School
from shared.words import AGREEMENTS_TOPIC, REQUESTS_TOPIC

CALENDAR = Person("reviews", "calendar")
ANSWERED = (0.7, 0.5, 0.4)
"""How often each stage of an evaluation is."""
PASSED_ON_AFTER = timedelta(days=14)
A_DAY = timedelta(days=1)

About = Callable[..., Callable[[Call], object]]
"""Makes a command on what one person completed what is done in a deed."""


def part(ledger: Gathering, clock: Clock) -> Part:
    """This service's part. What there is to evaluate it hears of."""
    reviews = Reviews(ledger)
    reactions = Reactions(reviews, ledger.sealer, clock)
    hears = {
        HR_TOPIC: reactions.to_hr,
        REQUESTS_TOPIC: reactions.to_requests,
        AGREEMENTS_TOPIC: reactions.to_agreements,
    }
    return Part(NAME, ledger, publish, TOPICS, hears, lambda school: _deeds(reviews, school))


def _deeds(reviews: Reviews, school: School) -> Iterator[Deed]:
    chance, settings = school.chance(NAME), SchoolSettings(name=school.name)
    yield Deed(school.began_on, TRUST_ADMIN, lambda call: reviews.change_settings(call, school.urn, settings))
    for affair in school.affairs:
        if affair.completed_on is not None:
            for staff_id in affair.finishers:
                about = partial(_about, reviews, affair.request_id, staff_id)
                yield from _evaluated(about, staff_id, affair.completed_on, chance)
                if chance.random() < 0.1:
                    id_ = str(uuid5(UNDERTAKINGS, f"{affair.request_id} {staff_id}"))
                    yield from _passed_on(about, id_, staff_id, affair.completed_on, chance)
    for person in school.people:
        if person.last_day is not None:
            gone_on = person.last_day + A_DAY
            yield Deed(gone_on, CALENDAR, partial(_look_at_all, reviews, person.staff_id, gone_on))


def _evaluated(about: About, staff_id: str, completed_on: date, chance: Random) -> Iterator[Deed]:
    """Each stage is reminded of, and answered in time, late or never."""
    for prompt, share in zip(prompts(completed_on), ANSWERED, strict=True):
        yield Deed(prompt.due_on, CALENDAR, about(_remind, today=prompt.due_on))
        if chance.random() < share:
            said = _said(chance) | {"stage": prompt.stage}
            yield Deed(prompt.due_on + timedelta(days=chance.randrange(1, 22)), staff(staff_id), about(_answer, **said))
        late_on = prompt.overdue_after + A_DAY
        yield Deed(late_on, CALENDAR, about(_remind, today=late_on))


def _said(chance: Random) -> dict[str, Any]:
    before = chance.randrange(2, 8)
    return {
        **{level: chance.randrange(4) for level in LEVELS},
        "benefits": {benefit: chance.randrange(4) for benefit in BENEFITS if chance.random() < 0.7},
        "confidence_before": before,
        "confidence_after": min(10, before + chance.choice((-1, 0, 0, 1, 1, 2, 3))),
    }


def _passed_on(about: About, id_: str, staff_id: str, completed_on: date, chance: Random) -> Iterator[Deed]:
    planned_on = completed_on + PASSED_ON_AFTER
    intended = {"planned_on": planned_on, "audience": "the staff", "title": "What we learned"}
    told = {"delivered_on": planned_on, "reached": chance.randrange(3, 30)}
    yield Deed(completed_on, staff(staff_id), about(_plan, id_=id_, **intended))
    yield Deed(planned_on, staff(staff_id), about(_deliver, id_=id_, **told))


def _remind(desk: Desk, activity: Activity, *, today: date) -> None:
    remind(desk.person(activity.staff_id), activity.id, today=today)


def _answer(desk: Desk, activity: Activity, **said: Any) -> None:
    submit(desk.person(activity.staff_id), activity.id, **said)


def _plan(desk: Desk, activity: Activity, *, id_: str, **intended: Any) -> None:
    plan(desk, id_, activity_id=activity.id, **intended)


def _deliver(desk: Desk, _: Activity, *, id_: str, **told: Any) -> None:
    deliver(desk, id_, **told)


def _about(
    reviews: Reviews, request_id: str, staff_id: str, command: Callable[..., None], **fields: Any
) -> Callable[[Call], object]:
    """A command on what came of a request for a person, where it was completed."""

    def do(desk: Desk) -> None:
        activities = desk.person(staff_id).activities.values()
        activity = next((each for each in activities if each.request_id == request_id and each.done), None)
        if activity is not None:
            command(desk, activity, **fields)

    return lambda call: reviews.at_desk(call, do)


def _look_at_all(reviews: Reviews, staff_id: str, today: date, call: Call) -> None:
    """Of whoever left, nothing more is expected."""

    def look(desk: Desk) -> None:
        for activity in list(desk.person(staff_id).activities.values()):
            if activity.evaluation is not None:
                remind(desk.person(staff_id), activity.id, today=today)

    reviews.at_desk(call, look)
