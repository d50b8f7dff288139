"""What the demo schools set, plan, buy and report: the ground on which their people ask."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.requests.application import Requests
from services.requests.domain import buying, planning
from services.requests.domain.needing import identify
from services.requests.domain.planning import Planned
from services.requests.domain.school import SchoolSettings
from shared.dates import academic_year
from shared.demo.people import ASHGROVE, BRACKENHURST, CASTLE_HILL, FOUNDED_DAYS_AGO, HEADS, MEMBERS, SCHOOLS
from shared.demo.recording import FINANCE, TRUST_ADMIN, Days, Deed, Person, head
from shared.eventstore.ledger import Call

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:requests:demo")
GOVERNOR = Person("governor", "governor")
WRITING, MATHS, BEHAVIOUR = "Writing across the curriculum", "Fluency in mathematics", "Calm corridors"
PRIORITIES = {
    ASHGROVE: (WRITING, MATHS),
    BRACKENHURST: (MATHS, BEHAVIOUR),
    CASTLE_HILL: (WRITING, BEHAVIOUR),
}
HUB = "Brookside Teaching School Hub"
PLACES = str(uuid5(NAMESPACE, "places at the hub"))
"""Of these, bought by the head of Ashgrove, the one of S006 would take one."""


def demo_id(*names: str) -> UUID:
    """The id of a thing of the demo, by what it is called."""
    return uuid5(NAMESPACE, " ".join(names))


def settled(days: Days) -> Iterator[Deed[Requests]]:
    """Settings and budgets of this year and the last."""
    this_year, last_year = (academic_year(days.ago(ago)) for ago in (0, 365))
    for urn, name in SCHOOLS.items():
        settings = SchoolSettings(name=name, headteacher_id=HEADS[urn])
        yield Deed(FOUNDED_DAYS_AGO, TRUST_ADMIN, _put(urn, settings))
        for year, pence in ((last_year, 6_000_00), (this_year, 8_500_00)):
            yield Deed(365, FINANCE, _allocated(urn, year, pence))


def planned(days: Days) -> Iterator[Deed[Requests]]:
    """Priorities, needs, a programme, places bought, and what was minuted."""
    yield from _priorities_and_needs(days)
    yield from _programmed(days)
    yield from _bought(days)
    yield from _minuted(days)


def _priorities_and_needs(days: Days) -> Iterator[Deed[Requests]]:
    year = academic_year(days.today)
    for urn, titles in PRIORITIES.items():
        for title in titles:
            adopted = {"school_urn": urn, "plan_year": year, "title": title}
            yield Deed(350, head(HEADS[urn]), _adopted(demo_id("priority", urn, title), adopted))
    needs = (("S006", "Phonics", "subject_leader_monitoring", WRITING), ("S005", "Assessing maths", "appraisal", MATHS))
    for rank, (staff_id, title, source, priority) in enumerate(needs, 1):
        member = MEMBERS[staff_id]
        fields: dict[str, Any] = {
            "school_urn": member.school_urn,
            "staff_id": staff_id,
            "title": title,
            "source": source,
            "rank": rank,
            "priority_id": str(demo_id("priority", member.school_urn, priority)),
        }
        yield Deed(100, head(HEADS[member.school_urn]), _identified(demo_id("need", staff_id, title), fields))


def _programmed(days: Days) -> Iterator[Deed[Requests]]:
    """What Ashgrove plans for this year: of what is needed, and of its own."""
    day, leader, whose = days.today, head(HEADS[ASHGROVE]), (ASHGROVE, academic_year(days.today))
    needed = {
        "need_id": str(demo_id("need", "S006", "Phonics")),
        "priority_id": str(demo_id("priority", ASHGROVE, WRITING)),
    }
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


def _minuted(days: Days) -> Iterator[Deed[Requests]]:
    said: dict[str, Any] = {
        "met_on": days.ago(22),
        "minute_ref": "Governing body, item 7",
        "reported": ["budget", "access"],
        "academic_year": academic_year(days.ago(22)),
        "as_at": days.ago(30),
    }
    minute_id = demo_id("minute", ASHGROVE)
    yield Deed(
        20, GOVERNOR, lambda requests, call: requests.on_minute(call, minute_id, lambda m: m.note(ASHGROVE, **said))
    )


def _put(urn: str, settings: SchoolSettings) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.change_settings(call, urn, settings)


def _allocated(urn: str, year: str, pence: int) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.on_budget(call, urn, year, lambda budget: budget.allocate(pence))


def _adopted(id_: UUID, fields: dict[str, Any]) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.adopt_priority(call, id_, **fields)


def _identified(id_: UUID, fields: dict[str, Any]) -> Callable[[Requests, Call], object]:
    return lambda requests, call: requests.at_desk(call, identify, str(id_), **fields)
