"""Stories that between them state every fact of the domain: what schemas, samples and seals are checked against."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5

from services.requests.accesses import ACCESSES
from services.requests.domain import asking, buying, delivering, feedback, importing, judging, planning
from services.requests.domain.desk import Desk
from services.requests.domain.minute import MinuteStream
from services.requests.domain.need import NeedStream
from services.requests.domain.person import StaffMember
from services.requests.domain.planning import Planned
from services.requests.domain.priority import PriorityStream
from services.requests.domain.request import PaidCost
from services.requests.domain.school import Delegation, School
from services.requests.domain.shares import CostLine
from services.requests.domain.streams import stream_of_person, stream_of_school
from services.requests.domain.workforce import GroupCount, WorkforceStream
from services.requests.letters import ERASURE, LETTERS, PositionRewound, SubjectAccessAnswered
from shared.eventstore.fact import Fact
from shared.hr import StaffMessage
from shared.leaving import Leaving
from tests.unit.letters import letter_facts
from tests.unit.memory import TODAY
from tests.unit.requests.memory import (
    IDS,
    SCORES,
    URN,
    YEAR,
    Log,
    allocate,
    asking_for,
    joins,
    past_of,
    request_id,
    set_school,
)

PRIORITY, NEED, SCHOOLS_NEED, BOUGHT = (
    str(uuid5(IDS, name)) for name in ("priority", "need", "school's need", "places")
)
COST = {"category": "fee", "amount_pence": 300, "on": TODAY, "reference": "INV 1"}
EVERYTHING = {
    "participants": ["t1", "t2"],
    "sub_type": "conference",
    "need_id": NEED,
    "priority_ids": [PRIORITY],
    "provider": "A college",
    "standards": ["teachers_standards"],
    "hours": 6.5,
    "cost_lines": [
        CostLine(category="fee", amount_pence=1001),
        CostLine(category="supply_cover", amount_pence=500, hours=6.5),
    ],
}


def _name_school(desk: Desk) -> None:
    desk._work.load(School, stream_of_school("100002")).name_as_known("100002")


def _plans(desk: Desk) -> None:
    priority = desk._work.load(PriorityStream, UUID(PRIORITY))
    priority.adopt(school_urn=URN, plan_year=YEAR, title="Writing", description="In every subject")
    priority.revise(title="Writing well", description="In every subject")
    needs = {"source": "appraisal", "rank": 1, "priority_id": PRIORITY, "estimated_pence": 1000}
    for need_id, staff_id in ((NEED, "t1"), (SCHOOLS_NEED, "")):
        need = desk._work.load(NeedStream, UUID(need_id))
        need.identify(school_urn=URN, staff_id=staff_id, title="Phonics", evidence="Lesson seen", **needs)


def _leaves_and_stays(desk: Desk) -> None:
    member = desk._work.load(StaffMember, stream_of_person("t3"))
    whose = {"staff_id": "t3", "employment_id": "e3", "school_urn": URN}
    member.describe(StaffMessage(**whose, on=date(2020, 9, 1), role_category="support", line_manager_id="t1"))
    member.end(StaffMessage(**whose, on=date(2025, 8, 31)))
    member.resume(StaffMessage(**whose, on=date(2025, 7, 1)))
    told = {"staff_id": "t3", "school_urn": URN, "ending_id": "x-e1", "employment_id": "e3"}
    member.note_leaving(Leaving(**told, order=7, on=date(2025, 7, 2), last_day=date(2025, 8, 31)))


def _minuted(desk: Desk) -> None:
    minute = desk._work.load(MinuteStream, uuid5(IDS, "a minute"))
    said = {"met_on": TODAY, "reported": ["budget"], "academic_year": YEAR, "as_at": TODAY}
    minute.note(URN, minute_ref="FGB 7", **said)
    minute.correct("Numbered anew", minute_ref="FGB 8", **said)


def _counted(desk: Desk) -> None:
    counts = [GroupCount(characteristic="disability", group="yes", people=3, participants=1)]
    desk._work.load(WorkforceStream, uuid5(IDS, "a workforce")).count(URN, YEAR, on=TODAY, counts=counts)


def _moves_money(desk: Desk) -> None:
    here = desk.budget(URN, YEAR)
    here.move(10, desk.budget("100002", YEAR), "More teachers there")
    here.move(10, desk.budget(URN, "2025-26"), "Year end")


def told() -> Log:
    """The stories, one after the other, in one log."""
    log = Log()
    for staff_id in ("t1", "t2"):
        log.do(joins, staff_id)
    deputy = Delegation(from_role="slt", to_staff_id="t2", from_day=TODAY, to_day=TODAY)
    log.do(set_school, name="Ashgrove", delegations=[deputy], headteacher_id="h1")
    for step in (_name_school, _plans, _leaves_and_stays):
        log.do(step)
    log.do(allocate, 100_000)
    log.do(_moves_money)
    _approved_and_held(log)
    _refused_and_withdrawn(log)
    _bought_and_drawn(log)
    log.do(lambda desk: desk.priority(PRIORITY).retire("Reached"))
    _imported(log)
    _planned(log)
    log.do(_minuted)
    log.do(_counted)
    return log


def _approved_and_held(log: Log) -> None:
    one, details = request_id(1), {"participants": ["t1", "t2"]}
    log.do(asking.ask, one, staff_id="t1", draft=True, **asking_for(1, **details), role="staff")
    whole = {name: value for name, value in asking_for(1, **EVERYTHING).items() if name != "school_urn"}
    log.do(asking.submit, one)
    log.do(asking.change, one, **whole, by_headteacher=False)
    log.do(judging.assess, one, scores=SCORES, notes={"good_practice": "Seen elsewhere"})
    log.do(judging.recommend, one, by="m1")
    log.do(judging.approve, one, funding="part", funded_percent=50)
    log.do(delivering.note_agreement, one, agreement_id="a-1", staff_id="t1", reason="")
    log.do(delivering.note_standing, "a-1", standing="signed")
    log.do(delivering.note_cost, "a-1", category="fee", amount_pence=300, on=TODAY)
    log.do(delivering.note_completion, "a-1", completed_on=TODAY)
    log.do(delivering.record_cost, one, **COST)
    log.do(delivering.record_refund, one, **COST)
    log.do(delivering.complete, one, completed_on=TODAY)


def _refused_and_withdrawn(log: Log) -> None:
    two = request_id(2)
    log.do(asking.ask, two, staff_id="t2", **asking_for(500, need_id=SCHOOLS_NEED))
    log.do(judging.defer, two)
    log.do(asking.resubmit, two)
    log.do(judging.decline, two, role="slt")
    log.do(asking.appeal, two)
    log.do(judging.assess, two, scores=SCORES)
    log.do(judging.approve, two, funding="full")
    log.do(asking.withdraw, two)


def _imported(log: Log) -> None:
    paid = {"costs": [PaidCost(**COST)], "refunds": [PaidCost(**COST)], "completed_on": TODAY}
    whole = asking_for(1, **EVERYTHING | {"need_id": None})
    for number, past in ((3, past_of("approved", **paid)), (4, past_of("declined", withdrawn_on=TODAY))):
        log.do(importing.enter_and_count, request_id(number), past, staff_id="t1", **whole, reason="")


def _bought_and_drawn(log: Log) -> None:
    places = {"school_urn": URN, "provider": "A college", "title": "Places", "unit": "places", "quantity": 5}
    days = {"valid_from": TODAY, "valid_to": date(2026, 5, 31), "price_pence": 9000, "because": "Cheaper"}
    log.do(buying.buy, BOUGHT, **places, **days)
    for number in (5, 6):
        fields = {"participants": ["t1", "t2"], "service_agreement_id": BOUGHT}
        log.do(asking.ask, request_id(number), staff_id="t1", **asking_for(500, **fields))
        log.do(judging.assess, request_id(number), scores=SCORES)
        log.do(judging.approve, request_id(number), funding="full")
    log.do(asking.withdraw, request_id(5))
    log.do(delivering.complete, request_id(6), completed_on=TODAY)
    log.do(feedback.rate, request_id(6), rating=2, note="Too fast for me", by="t2", role="staff")
    payment = {"amount_pence": 9000, "on": TODAY, "reference": "INV 2"}
    log.do(buying.pay, BOUGHT, **payment)
    log.do(buying.refund, BOUGHT, **payment | {"amount_pence": 100})
    log.do(buying.close, BOUGHT, because="It was not good")


def _planned(log: Log) -> None:
    days = {"starts_on": TODAY, "ends_on": TODAY, "estimated_pence": 500}
    phonics, inset = Planned(title="Phonics", need_id=NEED, **days), Planned(title="INSET", **days)
    log.do(planning.plan, URN, YEAR, items=[phonics])
    log.do(planning.adopt, URN, YEAR)
    log.do(planning.plan, URN, YEAR, items=[phonics, inset], because="The inspector came")
    for number in (7, 8):
        log.do(asking.ask, request_id(number), staff_id="t1", **asking_for(500, need_id=NEED))
        log.do(judging.assess, request_id(number), scores=SCORES)
        log.do(judging.approve, request_id(number), funding="full")
    log.do(asking.withdraw, request_id(7))
    log.do(delivering.complete, request_id(8), completed_on=TODAY)
    log.do(planning.close, URN, YEAR, because="The year is over")


def every_fact() -> Iterator[Fact]:
    """All that the stories state."""
    yield from told().facts
    yield from letter_facts(LETTERS, PositionRewound, SubjectAccessAnswered, ERASURE, ACCESSES)
