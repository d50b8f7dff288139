"""What the people of a made-up school ask for, what is decided on it and what it costs, by this service's commands."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from services.requests.application import Requests
from services.requests.contract import TOPICS, publish
from services.requests.domain import asking, delivering, judging
from services.requests.domain.criteria import CRITERIA, CURRENT
from services.requests.domain.desk import Desk
from services.requests.domain.needing import identify
from services.requests.domain.request import Request
from services.requests.domain.school import SchoolSettings
from services.requests.domain.shares import CostLine
from services.requests.domain.workforce import GroupCount
from services.requests.reactions import Reactions
from services.requests.runtime import NAME
from shared.clock import Clock
from shared.demo.recording import FINANCE, HR, TRUST_ADMIN, TRUST_EXECUTIVE, Person, head, staff
from shared.eventstore.gathering import Gathering
from shared.eventstore.ledger import Call
from shared.hr import HR_TOPIC
from shared.sample.part import Deed, Part
from shared.sample.plan import Affair, School
from shared.words import AGREEMENTS_TOPIC

LEADER = Person("subject_leader", "subject_leader")
QUALITY = Person("quality_assurance", "quality_assurance")
GOVERNOR = Person("governor", "governor")
HEADS_LIMIT_PENCE = SchoolSettings().headteacher_limit_pence
PAID_AFTER = timedelta(days=10)
THOUSAND_POUNDS = 1_000_00


def part(ledger: Gathering, clock: Clock) -> Part:
    """This service's part."""
    requests = Requests(ledger)
    reactions = Reactions(requests, ledger.sealer, clock)
    hears = {HR_TOPIC: reactions.to_hr, AGREEMENTS_TOPIC: reactions.to_agreements}
    return Part(NAME, ledger, publish, TOPICS, hears, lambda school: _deeds(requests, school))


def _deeds(requests: Requests, school: School) -> Iterator[Deed]:
    yield from _settled(requests, school)
    chance = school.chance(NAME)
    for affair in school.affairs:
        yield from _asked(requests, school, affair)
        yield from _judged(requests, school, affair, chance)
        if affair.outcome == "approved":
            yield from _delivered(requests, school, affair)


def _settled(requests: Requests, school: School) -> Iterator[Deed]:
    """Settings, a budget in which there is room for all that is granted, HR's counts, and the plan."""
    urn, year, on, leader = school.urn, school.year, school.began_on, head(school.head)
    settings = SchoolSettings(name=school.name, headteacher_id=school.head)
    granted = sum(each.schools_pence for each in school.affairs if each.outcome == "approved")
    allocated = (granted * 11 // 10 // THOUSAND_POUNDS + 1) * THOUSAND_POUNDS
    women = len(school.people) * 7 // 10
    counts = [
        GroupCount(characteristic="gender", group="female", people=women),
        GroupCount(characteristic="gender", group="male", people=len(school.people) - women),
    ]
    yield Deed(on, TRUST_ADMIN, lambda call: requests.change_settings(call, urn, settings))
    yield Deed(on, FINANCE, lambda call: requests.on_budget(call, urn, year, lambda budget: budget.allocate(allocated)))
    yield Deed(on, HR, lambda call: requests.count_workforce(call, urn, year, on=on, counts=counts))
    for priority_id, title in school.priorities.items():
        adopted = {"school_urn": urn, "plan_year": year, "title": title}
        yield Deed(on, leader, partial(_adopt, requests, UUID(priority_id), adopted))


def _adopt(requests: Requests, priority_id: UUID, adopted: dict[str, Any], call: Call) -> None:
    requests.adopt_priority(call, priority_id, **adopted)


def _asked(requests: Requests, school: School, affair: Affair) -> Iterator[Deed]:
    if affair.need_id is not None:
        needed = {
            "school_urn": school.urn,
            "staff_id": affair.asker,
            "title": affair.title,
            "source": "subject_leader_monitoring",
            "rank": 1,
            "priority_id": affair.priority_ids[0],
            "estimated_pence": affair.cost_pence,
        }
        yield Deed(affair.asked_on - timedelta(days=5), LEADER, _at_desk(requests, identify, affair.need_id, **needed))
    asked = {
        "staff_id": affair.asker,
        "school_urn": school.urn,
        "participants": affair.participants,
        "title": affair.title,
        "activity_type": affair.activity_type,
        "origin": "self_directed",
        "purposes": ["staff_development"],
        "need_source": "appraisal",
        "need_id": affair.need_id,
        "priority_ids": affair.priority_ids,
        "starts_on": affair.starts_on,
        "ends_on": affair.ends_on,
        "cost_lines": [CostLine(category="fee", amount_pence=affair.cost_pence)] if affair.cost_pence else [],
        "benefit": "What we learn is passed on",
        "mandatory": affair.mandatory,
        "provider": affair.provider or None,
    }
    yield Deed(affair.asked_on, staff(affair.asker), _at_desk(requests, asking.ask, affair.request_id, **asked))


def _judged(requests: Requests, school: School, affair: Affair, chance: Random) -> Iterator[Deed]:
    scores = {name: chance.randrange(1, 4) for name in CRITERIA[CURRENT]}
    on_it = partial(_on, requests, affair.request_id)
    yield Deed(affair.asked_on + timedelta(days=1), QUALITY, on_it(judging.assess, scores=scores))
    decider = _decider(school, affair)
    if affair.outcome == "declined":
        yield Deed(affair.decided_on, decider, on_it(judging.decline), "Others need it more this year")
    elif affair.outcome == "deferred":
        yield Deed(affair.decided_on, decider, on_it(judging.defer), "Ask again once the plan is reviewed")
    else:
        whole = affair.funded_percent == 100
        funding = {"funding": "full" if whole else "part", "funded_percent": None if whole else affair.funded_percent}
        yield Deed(affair.decided_on, decider, on_it(judging.approve, **funding), "It serves the plan")


def _decider(school: School, affair: Affair) -> Person:
    """The head, but in an affair of their own and at what only governors may decide."""
    if school.head in affair.participants:
        return TRUST_EXECUTIVE
    return GOVERNOR if affair.cost_pence > HEADS_LIMIT_PENCE else head(school.head)


def _delivered(requests: Requests, school: School, affair: Affair) -> Iterator[Deed]:
    """What agreements do not hold is paid for and completed here."""
    on_it = partial(_on, requests, affair.request_id)
    if affair.withdrawn_on is not None:
        yield Deed(affair.withdrawn_on, staff(affair.asker), on_it(asking.withdraw), "It fell through")
        return
    if affair.cost_pence:
        paid_on = affair.starts_on + PAID_AFTER
        yield Deed(paid_on, FINANCE, on_it(_pay, amount_pence=affair.cost_pence, on=paid_on))
    if affair.completed_on is not None:
        done = {"completed_on": affair.completed_on, "those": affair.finishers}
        yield Deed(affair.completed_on, head(school.head), on_it(_complete, **done))


def _pay(desk: Desk, request_id: str, *, amount_pence: int, on: date) -> Request:
    request = desk.request(request_id)
    if request.held:
        return request
    return delivering.record_cost(desk, request_id, category="fee", amount_pence=amount_pence, on=on)


def _complete(desk: Desk, request_id: str, *, completed_on: date, those: list[str]) -> Request:
    request = desk.request(request_id)
    held = {each.staff_id for each in request.held}
    free = [each for each in those if each not in held]
    if not free:
        return request
    return delivering.complete(desk, request_id, completed_on=completed_on, participants=free)


def _on(requests: Requests, id_: str, command: Callable[..., Request], **fields: Any) -> Callable[[Call], object]:
    return lambda call: requests.on_request(call, id_, command, **fields)


def _at_desk(requests: Requests, command: Callable[..., Any], id_: str, **fields: Any) -> Callable[[Call], object]:
    return lambda call: requests.at_desk(call, command, id_, **fields)
