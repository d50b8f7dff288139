"""What the service answers: one struct a resource, made from a state, and the source of its JSON Schema."""

from datetime import date

import msgspec

from services.requests.domain.budget_facts import Budget
from services.requests.domain.minute import Minute, Reported
from services.requests.domain.need import Need
from services.requests.domain.priority import Priority
from services.requests.domain.programme import Item, ItemStatus, Programme, ProgrammeStatus
from services.requests.domain.rating import Rating
from services.requests.domain.request import (
    Decision,
    Held,
    PaidCost,
    Recommendation,
    Request,
    RequestStatus,
    Share,
)
from services.requests.domain.school import Delegation, School
from services.requests.domain.service_agreement import Payment, ServiceAgreement, Unit
from services.requests.domain.shares import CostLine
from services.requests.domain.texts import unfolded
from services.requests.domain.words import Authority, Funding, NeedSource, Origin, Purpose, Standard
from services.requests.domain.workforce import Characteristic, Workforce
from shared.words import ActivityType


class PriorityShape(msgspec.Struct, kw_only=True):
    """A priority of a school's improvement plan."""

    id: str
    status: str
    school_urn: str
    plan_year: str
    title: str
    description: str | None
    reason: str | None


class NeedShape(msgspec.Struct, kw_only=True):
    """A need for development, of a person or of the school. Money in pence."""

    id: str
    status: str
    school_urn: str
    staff_id: str | None
    title: str
    source: NeedSource
    priority_id: str | None
    rank: int
    estimated_pence: int | None
    evidence: str | None
    request_ids: list[str]


class BudgetShape(msgspec.Struct, kw_only=True):
    """A school's money for one academic year, in pence: allocated = committed + actual + available."""

    school_urn: str
    academic_year: str
    allocated_pence: int
    committed_pence: int
    actual_pence: int
    available_pence: int


class ItemShape(msgspec.Struct, kw_only=True):
    """One item of a programme, and what became of it. Money in pence."""

    id: str
    status: ItemStatus
    title: str
    need_id: str | None
    priority_id: str | None
    starts_on: date
    ends_on: date
    estimated_pence: int
    request_ids: list[str]


class ProgrammeShape(msgspec.Struct, kw_only=True):
    """A school's programme of a year. `not_done` are the items that were not when it was closed."""

    id: str
    status: ProgrammeStatus
    school_urn: str
    academic_year: str
    items: list[ItemShape]
    planned_pence: int
    not_done: list[str]
    reason: str | None


class AssessmentShape(msgspec.Struct, kw_only=True):
    """What was scored, by the criteria of a version, and the threshold of that day."""

    criteria_version: str
    scores: dict[str, int]
    notes: dict[str, str]
    total: int
    threshold: int
    assessed_on: date
    assessed_by: str


class RequestShape(msgspec.Struct, kw_only=True):
    """A request for development. `reason` is that of the last act with one, `missing` what its type still needs.

    Who only takes part in it reads of people themselves alone, and nothing that was said to judge who asks.
    """

    id: str
    status: RequestStatus
    staff_id: str
    school_urn: str
    participants: list[str]
    title: str
    activity_type: ActivityType
    sub_type: str | None
    origin: Origin
    purposes: list[Purpose]
    need_source: NeedSource
    need_id: str | None
    priority_ids: list[str]
    priority_exception: str | None
    starts_on: date
    ends_on: date
    cost_lines: list[CostLine]
    hours: float | None
    benefit: str | None
    mandatory: bool
    apprenticeship: bool
    provider: str | None
    service_agreement_id: str | None
    details: dict[str, str]
    standards: list[Standard]
    programme_item_id: str | None
    planned: bool
    emergent: bool
    missing: list[str]
    asked_pence: int
    submitted_on: date | None
    assessment: AssessmentShape | None
    scores: dict[str, int] | None
    notes: dict[str, str] | None
    total: int | None
    recommendation: Recommendation | None
    decisions: list[Decision]
    funding: Funding | None
    funded_percent: int | None
    shares: list[Share]
    agreements: list[Held]
    completed: dict[str, date]
    completed_on: date | None
    costs: list[PaidCost]
    refunds: list[PaidCost]
    reason: str | None


class ServiceAgreementShape(msgspec.Struct, kw_only=True):
    """What a school bought of a provider, and what is `left` of it. Money in pence; `reason` is why it was bought."""

    id: str
    status: str
    school_urn: str
    provider: str
    title: str
    unit: Unit
    quantity: int
    used: float
    left: float
    price_pence: int
    valid_from: date
    valid_to: date
    academic_year: str
    authority: Authority
    payments: list[Payment]
    refunds: list[Payment]
    reason: str


class MinuteShape(msgspec.Struct, kw_only=True):
    """Where the minutes of a meeting say what was reported. `reason` is why the reference was corrected."""

    id: str
    school_urn: str
    met_on: date
    minute_ref: str
    reported: list[Reported]
    academic_year: str | None
    as_at: date | None
    reason: str | None


class RatingShape(msgspec.Struct, kw_only=True):
    """What one participant says of a provider, from 0 to 3."""

    id: str
    request_id: str
    staff_id: str
    school_urn: str
    provider: str
    rating: int
    note: str | None


class StandingShape(msgspec.Struct, kw_only=True):
    """The clock of a request on a day: who decides, by when, for how many days it has been open."""

    id: str
    status: RequestStatus
    on: date
    decides: Authority | None
    submitted_on: date | None
    decide_by: date | None
    decided_on: date | None
    days_open: int | None
    overdue: bool


class SettingsShape(msgspec.Struct, kw_only=True):
    """A school's settings."""

    school_urn: str
    name: str
    assessment_threshold: int
    slt_limit_pence: int
    headteacher_limit_pence: int
    decision_days: int
    delegations: list[Delegation]
    headteacher_id: str | None


class GroupShape(msgspec.Struct, kw_only=True):
    """One group of one characteristic, in totals."""

    characteristic: Characteristic
    group: str
    people: int
    participants: int | None


class WorkforceShape(msgspec.Struct, kw_only=True):
    """What HR told of a school's people in a year, in totals only."""

    school_urn: str
    academic_year: str
    on: date
    counts: list[GroupShape]


class ArrangementsShape(msgspec.Struct, kw_only=True):
    """How development is asked for and decided at a school: for every member of staff to read."""

    school_urn: str
    name: str
    criteria_version: str
    criteria: list[str]
    highest_score: int
    assessment_threshold: int
    slt_limit_pence: int
    headteacher_limit_pence: int
    decision_days: int
    purposes: list[str]
    need_sources: list[str]
    activity_types: list[str]
    priorities: list[PriorityShape]


def priority_shape(priority: Priority) -> PriorityShape:
    return PriorityShape(
        id=priority.id,
        status=priority.status,
        school_urn=priority.school_urn,
        plan_year=priority.plan_year,
        title=priority.title,
        description=priority.description or None,
        reason=priority.retired_because or None,
    )


def need_shape(need: Need) -> NeedShape:
    return NeedShape(
        id=need.id,
        status=need.status,
        school_urn=need.school_urn,
        staff_id=need.staff_id or None,
        title=need.title,
        source=need.source,
        priority_id=need.priority_id,
        rank=need.rank,
        estimated_pence=need.estimated_pence,
        evidence=need.evidence or None,
        request_ids=need.request_ids,
    )


def budget_shape(budget: Budget) -> BudgetShape:
    return BudgetShape(**{name: getattr(budget, name) for name in BudgetShape.__struct_fields__})


def programme_shape(programme: Programme) -> ProgrammeShape:
    return ProgrammeShape(
        id=programme.id,
        status=programme.status,
        school_urn=programme.school_urn,
        academic_year=programme.academic_year,
        items=[_item_shape(programme, item) for item in programme.items],
        planned_pence=programme.planned_pence,
        not_done=programme.not_done,
        reason=programme.because or None,
    )


def _item_shape(programme: Programme, item: Item) -> ItemShape:
    stated = msgspec.structs.asdict(item)
    return ItemShape(**stated, status=programme.item_status(item), request_ids=programme.requests.get(item.id, []))


def service_agreement_shape(agreement: ServiceAgreement) -> ServiceAgreementShape:
    names = (name for name in ServiceAgreementShape.__struct_fields__ if name != "reason")
    return ServiceAgreementShape(**{name: getattr(agreement, name) for name in names}, reason=agreement.because)


def minute_shape(minute: Minute) -> MinuteShape:
    names = (name for name in MinuteShape.__struct_fields__ if name != "reason")
    return MinuteShape(**{name: getattr(minute, name) for name in names}, reason=minute.because or None)


def workforce_shape(workforce: Workforce) -> WorkforceShape:
    return WorkforceShape(
        school_urn=workforce.school_urn,
        academic_year=workforce.academic_year,
        on=workforce.on,
        counts=[GroupShape(**msgspec.structs.asdict(each)) for each in workforce.counts],
    )


def rating_shape(rating: Rating) -> RatingShape:
    names = (name for name in RatingShape.__struct_fields__ if name != "note")
    return RatingShape(**{name: getattr(rating, name) for name in names}, note=rating.note or None)


def settings_shape(school: School, urn: str) -> SettingsShape:
    return SettingsShape(school_urn=urn, **msgspec.structs.asdict(school.settings))


TOLD_OTHERWISE = frozenset({"assessment", "benefit", "details", "priority_exception", "reason"})
SAME = tuple(
    name for name in RequestShape.__struct_fields__ if name in Request.__struct_fields__ and name not in TOLD_OTHERWISE
)


def request_shape(request: Request) -> RequestShape:
    """The answer about a request whose texts are readable."""
    scored = _assessment_shape(request)
    return RequestShape(
        **{name: getattr(request, name) for name in SAME},
        status=request.status,
        benefit=request.benefit or None,
        priority_exception=request.priority_exception or None,
        details=unfolded(request.details),
        planned=request.programme_item_id is not None,
        emergent=request.emergent,
        missing=request.missing,
        asked_pence=request.asked_pence,
        assessment=scored,
        scores=scored.scores if scored else None,
        notes=scored.notes if scored else None,
        total=scored.total if scored else None,
        agreements=request.held,
        completed_on=max(request.completed.values(), default=None) if request.stage == "completed" else None,
        reason=request.reason or None,
    )


def _assessment_shape(request: Request) -> AssessmentShape | None:
    known = request.assessment
    if known is None:
        return None
    return AssessmentShape(
        criteria_version=known.criteria_version,
        scores=known.scores,
        notes=unfolded(known.notes),
        total=known.total,
        threshold=known.threshold,
        assessed_on=known.assessed_on,
        assessed_by=known.assessed_by,
    )
