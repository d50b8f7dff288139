"""Stories that between them state every fact of the domain: what schemas, samples and seals are checked against."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from services.reviews.accesses import ACCESSES
from services.reviews.domain import evaluating, keeping, logging, passing_on
from services.reviews.domain.impact import Impact
from services.reviews.domain.reviewing import AnnualReviews
from services.reviews.domain.undertakings import Teller
from services.reviews.domain.words import BENEFITS
from services.reviews.letters import ERASURE, LETTERS, PositionRewound, SubjectAccessAnswered
from services.reviews.planned import PLANNED
from shared.eventstore.fact import Fact
from shared.figures import figure
from tests.unit.letters import letter_facts
from tests.unit.memory import TODAY
from tests.unit.reviews.memory import (
    Log,
    activity_id,
    complete,
    described,
    dissemination_id,
    hear,
    joins,
    leaves,
    name_school,
    of,
    on,
    plan,
    review,
    set_school,
    take_part,
    tell,
    told_of,
)

IMPACT = Impact(
    school_urn="100001",
    academic_year="2024-25",
    cut=None,
    known_at=datetime(2025, 6, 2, 12, tzinfo=UTC),
    by="role_category",
    figures=[figure("requests", "all", "requests of the year", 3, None, hidden=False)],
    confidence=[],
    survival=[],
    comparisons=[],
)
LOGGED = {"title": "Reading group", "activity_type": "research", "on": date(2025, 5, 30), "hours": 2.5}
SAID = {
    "reaction": 3,
    "learning": 2,
    "organisation_support": 1,
    "use": 0,
    "pupil_outcomes": 1,
    "confidence_before": 4,
    "confidence_after": 7,
    "benefits": {"staff_confidence": 3},
    "reflection": "I ask more questions now.",
}


def told() -> Log:
    """The stories, one after the other, in one log."""
    log = Log()
    log.do(set_school, name="Ashgrove", dissemination_from_pence=10_000)
    log.do(name_school, "100002")
    for staff_id in ("t1", "t2", "t3"):
        log.do(joins, staff_id)
    _logged(log)
    _trained(log)
    _passed_on(log)
    _kept(log)
    _undertaken(log)
    _reviewed(log)
    _planned(log)
    return log


def _logged(log: Log) -> None:
    one, two = activity_id(1), activity_id(2)
    log.do(of, logging.log, school_urn="100001", **LOGGED)
    log.do(on, logging.correct, one, **LOGGED | {"hours": 3.0, "on": TODAY})
    log.do(on, evaluating.submit, one, stage="reaction_learning", **SAID)
    log.do(on, evaluating.submit, one, stage="reaction_learning", **SAID | {"use": 1})
    log.do(on, evaluating.share, one, shared=True)
    log.do(of, logging.log, school_urn="100001", **LOGGED)
    log.do(on, logging.take_back, two)


def _trained(log: Log) -> None:
    three = activity_id(3)
    log.do(plan, described(request_id="r1", agreement_id="a1", hours=6.0, cost_pence=24000), reason="")
    log.do(complete, "a1", 1, reason="")
    log.do(complete, "a1", 2, None, reason="")
    log.do(complete, "a1", 3, reason="")
    log.do(on, evaluating.remind, three, today=TODAY, reason="")
    log.do(leaves, "e1", 4, "e-t1", date(2025, 6, 1), reason="")
    log.do(on, evaluating.remind, three, today=TODAY, reason="")
    log.do(hear, "Reinstated", on=TODAY)
    log.do(on, evaluating.exempt, three, stage="use")
    log.do(take_part, "r1", takes_part=False, reason="")


def _passed_on(log: Log) -> None:
    one, two = dissemination_id(1), dissemination_id(2)
    planned = {"planned_on": date(2025, 7, 1), "audience": "Year 5 team", "title": "Asking questions"}
    for each in (one, two):
        log.do(passing_on.plan, each, activity_id=activity_id(1), **planned)
    log.do(passing_on.replan, one, **planned | {"audience": "All teachers"})
    delivered = {"delivered_on": TODAY, "reached": 8, "resources": "Slides", "learners": ["t2", "t3"]}
    log.do(passing_on.deliver, one, **delivered)
    log.do(passing_on.deliver, one, **delivered | {"reached": 9, "learners": ["t2"]})
    log.do(passing_on.cancel, two)


def _kept(log: Log) -> None:
    entry = activity_id(1).removesuffix("a1") + "p1"
    said = {"title": "A certificate", "activity_type": "course", "on": TODAY, "hours": 1.0}
    log.do(of, keeping.add, **said, reflection="It was worth it.", evidence="certificate.pdf", shared=True)
    log.do(on, keeping.change, entry, **said, reflection="It was well worth it.", evidence="certificate.pdf")
    log.do(on, keeping.take_out, entry)


def _undertaken(log: Log) -> None:
    described = {
        "activity_type": "course",
        "starts_on": date(2024, 9, 2),
        "priority_ids": ["p1"],
        "provider": "A college",
    }
    days = {"on": date(2024, 9, 10)}
    agreement = {"activity_type": "course", "starts_on": date(2024, 9, 2), "funded_percent": 100}
    log.do(tell, 1, Teller.request, "r1", **described)
    log.do(tell, 2, Teller.decision, "r1", outcome="deferred")
    log.do(tell, 3, Teller.approval, "r1", participants=["t1"], funded_percent=50)
    log.do(tell, 4, Teller.agreement, "a1", request_id="r1", **agreement)
    log.do(tell, 5, Teller.call_off, "a1")
    log.do(tell, 6, Teller.request_cost, "r1", amount_pence=24000, agreement_id="a1", **days)
    log.do(tell, 7, Teller.withdrawal, "r1")
    log.do(tell, 8, Teller.agreement, "a2", request_id=None, **agreement)


def _reviewed(log: Log) -> None:
    for minute_ref in ("FGB 12/25, 4", None):
        review_id = log.do(review, AnnualReviews.open, "100001", "Ashgrove", IMPACT, 7)[0].review_id
        for benefit in BENEFITS:
            rated = {"benefit": benefit, "rating": 2, "evidence": "Book scrutiny, spring term"}
            log.do(review, AnnualReviews.rate, review_id, **rated)
        log.do(review, AnnualReviews.assure, review_id, by="q1", role="quality_assurance")
        log.do(review, AnnualReviews.sign_off, review_id)
        log.do(review, AnnualReviews.publish, review_id, minute_ref=minute_ref)


def _planned(log: Log) -> None:
    about = {"school_urn": "100001", "academic_year": "2024-25"}
    priority = {"school_urn": "100001", "priority_id": "p1", "plan_year": "2024-25", "title": "Writing"}
    log.do(told_of, PLANNED, "PriorityAdopted", 1, **priority)
    log.do(told_of, PLANNED, "PriorityRetired", 2, **priority)
    log.do(told_of, PLANNED, "BudgetAllocated", 3, **about, allocated_pence=500_000)
    log.do(told_of, PLANNED, "FundsCommitted", 4, **about, amount_pence=24_000)


def every_fact() -> Sequence[Fact]:
    """All that the stories state."""
    return [*told().facts, *letter_facts(LETTERS, PositionRewound, SubjectAccessAnswered, ERASURE, ACCESSES)]
