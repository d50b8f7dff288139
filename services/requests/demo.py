"""The demo trust's priorities, needs, budgets and requests: most decided, some waiting for a decision."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from services.requests.application import Requests
from services.requests.domain import asking, buying, delivering, feedback, judging, planning
from services.requests.domain.criteria import CRITERIA, CURRENT
from services.requests.domain.planning import Planned
from services.requests.domain.school import SchoolSettings
from services.requests.domain.shares import CostLine
from shared.dates import academic_year
from shared.demo.people import (
    ASHGROVE,
    BRACKENHURST,
    CASTLE_HILL,
    FOUNDED_DAYS_AGO,
    HEADS,
    MEMBERS,
    SCHOOLS,
    Member,
    joined,
    told_days_ago,
)
from shared.demo.recording import FINANCE, HR, TRUST_ADMIN, TRUST_EXECUTIVE, Days, Deed, Person, head, record, staff
from shared.eventstore.ledger import Call

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:requests:demo")
GOVERNOR = Person("governor", "governor")
DECIDED_AFTER = 6
WRITING, MATHS, BEHAVIOUR = "Writing across the curriculum", "Fluency in mathematics", "Calm corridors"
PRIORITIES = {
    ASHGROVE: (WRITING, MATHS),
    BRACKENHURST: (MATHS, BEHAVIOUR),
    CASTLE_HILL: (WRITING, BEHAVIOUR),
}


HUB = "Brookside Teaching School Hub"
PLACES = str(uuid5(NAMESPACE, "places at the hub"))
"""Of these, bought by the head of Ashgrove, the one of S006 would take one."""


class Asked(NamedTuple):
    """One request of the story: who asks `days_ago`, for what, and how far it came."""

    staff_id: str
    title: str
    activity_type: str
    days_ago: int
    fee_pence: int
    outcome: str = "approved"
    lasts: int = 1
    more: dict[str, Any] = {}  # noqa: RUF012  never changed


REQUESTS = (
    Asked("S003", "Moderating writing in key stage 2", "course", 300, 180_00, "completed", 1, {"provider": HUB}),
    Asked("S004", "Visit to a maths hub", "school_visit", 260, 45_00, "completed"),
    Asked("S008", "Supporting readers who struggle", "distance_learning", 200, 60_00, "completed"),
    Asked("S001", "Headteachers' conference", "course", 150, 240_00, "approved"),
    Asked("S016", "INSET: behaviour for learning", "in_school", 120, 900_00, "completed", 1, {"mandatory": True}),
    Asked("S017", "Coaching a new head of department", "coaching_mentoring", 90, 0, "approved", 120),
    Asked("S019", "Examiners' training", "practical_experience", 80, 120_00, "declined"),
    Asked("S022", "A master's degree in education", "award_bearing", 70, 7200_00, "deferred", 700),
    Asked("S029", "Paediatric first aid", "course", 60, 95_00, "completed", 2, {"mandatory": True}),
    Asked("S031", "Forest school network", "partnership", 40, 30_00, "approved", 200),
    Asked("S033", "Lesson study in year 9", "research", 30, 150_00, "withdrawn", 60),
    Asked("S040", "Governors: reading a budget", "course", 25, 110_00, "approved"),
    Asked("S006", "Phonics for new teachers", "course", 12, 140_00, "assessed", 1, {"service_agreement_id": PLACES}),
    Asked("S032", "NPQ Leading Literacy", "award_bearing", 9, 1450_00, "assessed", 365),
    Asked("S024", "Excel for the office", "distance_learning", 3, 35_00, "submitted"),
)
"""The one of S032 is assessed and fits the budget: approve it, and the agreements service drafts an agreement."""


def seed(requests: Requests, today: date) -> None:
    """Fill an empty log with the demo trust, as of `today`; a log that holds anything else stays as it is."""
    record(requests, _every_deed, today, FOUNDED_DAYS_AGO)


def request_id(asked: Asked) -> str:
    return str(_id("request", asked.staff_id, asked.title))


def _every_deed(today: date) -> Sequence[Deed[Requests]]:
    days = Days(today)
    return [
        *_schools(days),
        *(_joined(days, each) for each in MEMBERS.values()),
        *_plans(days),
        *_programmed(days),
        *_bought(days),
        *_asked(days),
    ]


def _schools(days: Days) -> Iterator[Deed[Requests]]:
    this_year, last_year = (academic_year(days.ago(ago)) for ago in (0, 365))
    for urn, name in SCHOOLS.items():
        settings = SchoolSettings(name=name, headteacher_id=HEADS[urn])
        yield Deed(FOUNDED_DAYS_AGO, TRUST_ADMIN, _put(urn, settings))
        for year, pence in ((last_year, 6_000_00), (this_year, 8_500_00)):
            yield Deed(365, FINANCE, _allocated(urn, year, pence))


def _plans(days: Days) -> Iterator[Deed[Requests]]:
    year = academic_year(days.today)
    for urn, titles in PRIORITIES.items():
        for title in titles:
            adopted = {"school_urn": urn, "plan_year": year, "title": title}
            yield Deed(350, head(HEADS[urn]), _adopted(_id("priority", urn, title), adopted))
    needs = (("S006", "Phonics", "subject_leader_monitoring", WRITING), ("S005", "Assessing maths", "appraisal", MATHS))
    for rank, (staff_id, title, source, priority) in enumerate(needs, 1):
        member = MEMBERS[staff_id]
        fields: dict[str, Any] = {
            "school_urn": member.school_urn,
            "staff_id": staff_id,
            "title": title,
            "source": source,
            "rank": rank,
            "priority_id": str(_id("priority", member.school_urn, priority)),
        }
        yield Deed(100, head(HEADS[member.school_urn]), _identified(_id("need", staff_id, title), fields))


def _programmed(days: Days) -> Iterator[Deed[Requests]]:
    """What Ashgrove plans for this year: of what is needed, and of its own."""
    day, leader, whose = days.today, head(HEADS[ASHGROVE]), (ASHGROVE, academic_year(days.today))
    needed = {"need_id": str(_id("need", "S006", "Phonics")), "priority_id": str(_id("priority", ASHGROVE, WRITING))}
    items = [
        Planned(title="Phonics for those new to it", starts_on=day, ends_on=day, estimated_pence=140_00, **needed),
        Planned(title="INSET: reading for pleasure", starts_on=day, ends_on=day, estimated_pence=900_00),
    ]
    yield Deed(95, leader, lambda requests, call: requests.on_programme(call, *whose, planning.plan, items=items))
    yield Deed(90, leader, lambda requests, call: requests.on_programme(call, *whose, planning.adopt))


def _bought(days: Days) -> Iterator[Deed[Requests]]:
    places = {
        "school_urn": ASHGROVE,
        "provider": HUB,
        "title": "Places on its courses",
        "unit": "places",
        "quantity": 4,
        "price_pence": 420_00,
        "valid_from": days.ago(180),
        "valid_to": days.ago(-180),
        "because": "Four places for the price of three",
    }
    yield Deed(190, head(HEADS[ASHGROVE]), lambda requests, call: requests.at_desk(call, buying.buy, PLACES, **places))


def _asked(days: Days) -> Iterator[Deed[Requests]]:
    for asked in REQUESTS:
        yield from _one(days, asked)


def _one(days: Days, asked: Asked) -> Iterator[Deed[Requests]]:
    member, id_ = MEMBERS[asked.staff_id], request_id(asked)
    by, leader = staff(asked.staff_id), head(HEADS[member.school_urn])
    yield Deed(asked.days_ago, by, _begun(days, asked, member, id_))
    if asked.outcome == "submitted":
        return
    own = HEADS[member.school_urn] == asked.staff_id
    assessor = Person("slt", "slt") if own else leader
    scores = {name: 1 + (len(name) + asked.days_ago) % 3 for name in CRITERIA[CURRENT]}
    yield Deed(asked.days_ago - 2, assessor, _on(id_, judging.assess, scores=scores))
    if asked.outcome == "assessed":
        return
    decider = TRUST_EXECUTIVE if own else GOVERNOR if asked.fee_pence > 5_000_00 else leader
    decided = asked.days_ago - DECIDED_AFTER
    if asked.outcome in ("declined", "deferred"):
        command = judging.decline if asked.outcome == "declined" else judging.defer
        yield Deed(decided, decider, _on(id_, command), "Not within this year's budget")
        return
    yield Deed(decided, decider, _on(id_, judging.approve, funding="full"), "It serves the plan")
    if asked.outcome == "withdrawn":
        yield Deed(decided - 5, by, _on(id_, asking.withdraw), "The group meets at another time")
    if asked.outcome == "completed":
        done = days.ago(decided - 4 - asked.lasts)
        cost = {"category": "fee", "amount_pence": asked.fee_pence, "on": done, "reference": f"INV-{asked.staff_id}"}
        yield Deed(decided - 5 - asked.lasts, leader, _on(id_, delivering.complete, completed_on=done))
        yield Deed(decided - 8 - asked.lasts, FINANCE, _on(id_, delivering.record_cost, **cost))
        if "provider" in asked.more:
            yield Deed(decided - 9 - asked.lasts, by, _rated(id_))


def _begun(days: Days, asked: Asked, member: Member, id_: str) -> Callable[[Requests, Call], object]:
    priority = PRIORITIES[member.school_urn][len(asked.title) % 2]
    begins = asked.days_ago - DECIDED_AFTER - 4
    fields = {
        "staff_id": asked.staff_id,
        "school_urn": member.school_urn,
        "title": asked.title,
        "activity_type": asked.activity_type,
        "origin": "self_directed",
        "purposes": ["staff_development", "improvement_plan"],
        "need_source": "appraisal",
        "priority_ids": [str(_id("priority", member.school_urn, priority))],
        "starts_on": days.ago(begins),
        "ends_on": days.ago(begins - asked.lasts),
        "cost_lines": [CostLine(category="fee", amount_pence=asked.fee_pence)] if asked.fee_pence else [],
        "benefit": "Shared with colleagues at the next staff meeting",
    }
    return lambda requests, call: requests.at_desk(call, asking.ask, id_, **fields | asked.more)


def _on(id_: str, command: Any, **fields: Any) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.on_request(call, id_, command, **fields)


def _rated(id_: str) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.at_desk(call, feedback.rate, id_, rating=3, note="Used the next day")


def _put(urn: str, settings: SchoolSettings) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.change_settings(call, urn, settings)


def _allocated(urn: str, year: str, pence: int) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.on_budget(call, urn, year, lambda budget: budget.allocate(pence))


def _adopted(id_: UUID, fields: dict[str, Any]) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.adopt_priority(call, id_, **fields)


def _identified(id_: UUID, fields: dict[str, Any]) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.identify_need(call, id_, **fields)


def _joined(days: Days, member: Member) -> Deed[Requests]:
    def join(requests: Requests, call: Call) -> object:
        return requests.on_person(call, member.staff_id, lambda one: one.describe(joined(days, member)))

    return Deed(told_days_ago(member), HR, join)


def _id(*names: str) -> UUID:
    return uuid5(NAMESPACE, " ".join(names))
