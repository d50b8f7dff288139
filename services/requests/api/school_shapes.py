"""What the service answers about a school: its plans, money, purchases, minutes, people in totals, settings."""

from datetime import date

import msgspec

from services.requests.domain.budget_facts import Budget
from services.requests.domain.minute import Minute, Reported
from services.requests.domain.need import Need
from services.requests.domain.priority import Priority
from services.requests.domain.programme import Item, ItemStatus, Programme, ProgrammeStatus
from services.requests.domain.rating import Rating
from services.requests.domain.school import Delegation, School
from services.requests.domain.service_agreement import Payment, ServiceAgreement, Unit
from services.requests.domain.words import Authority, NeedSource
from services.requests.domain.workforce import Characteristic, Workforce


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
    """How development is asked for and decided at a school: for every member of staff to read.

    `delegations` are those that hold or are to come: who decides while somebody is away.
    """

    school_urn: str
    name: str
    criteria_version: str
    criteria: list[str]
    highest_score: int
    assessment_threshold: int
    slt_limit_pence: int
    headteacher_limit_pence: int
    decision_days: int
    delegations: list[Delegation]
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
