"""The demo trust's requests: most decided, some waiting for a decision."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.requests.application import Requests
from services.requests.demo_schools import GOVERNOR, HUB, PLACES, PRIORITIES, demo_id, planned, settled
from services.requests.domain import asking, delivering, feedback, judging
from services.requests.domain.criteria import CRITERIA, CURRENT
from services.requests.domain.shares import CostLine
from shared.demo.people import (
    FOUNDED_DAYS_AGO,
    HEADS,
    MEMBERS,
    Member,
    joined,
    told_days_ago,
)
from shared.demo.recording import FINANCE, HR, TRUST_EXECUTIVE, Days, Deed, Person, head, record, staff
from shared.eventstore.ledger import Call

DECIDED_AFTER = 6


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
    return str(demo_id("request", asked.staff_id, asked.title))


def _every_deed(today: date) -> Sequence[Deed[Requests]]:
    days = Days(today)
    people = [_joined(days, each) for each in MEMBERS.values()]
    return [*settled(days), *people, *planned(days), *_asked(days)]


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
        "priority_ids": [str(demo_id("priority", member.school_urn, priority))],
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


def _joined(days: Days, member: Member) -> Deed[Requests]:
    def join(requests: Requests, call: Call) -> object:
        return requests.on_person(call, member.staff_id, lambda one: one.describe(joined(days, member)))

    return Deed(told_days_ago(member), HR, join)
