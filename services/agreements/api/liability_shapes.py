"""What the service answers about money owed: by an agreement, a person, a school, the trust; on a day, as known."""

from datetime import date, datetime

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.explanation import explain
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.repayment import Repayment, receivable_on
from services.agreements.domain.schedule import Span, schedule
from shared.projections.totals import Total, Totals

AMOUNTS = ("contingent", "contingent_deductible", "receivable", "receivable_deductible")


class LiabilityShape(msgspec.Struct, kw_only=True):
    """What one agreement would ask back if the person resigned, notified and leaving, on `on`. Money in pence."""

    agreement_id: str
    on: date
    known_at: datetime
    base_pence: int
    months_completed: int | None
    amount_pence: int
    indicative_pence: int | None
    rule: str
    below_minimum: bool
    deductible: bool
    not_deductible_because: str | None
    explanation: list[str]
    events: list[str]


class ExpectedSpan(Span, frozen=True, kw_only=True):
    """From `valid_from` up to, but not on, `valid_to`. `expected` where the end of the training was only assumed."""

    expected: bool


class ReceivableShape(msgspec.Struct, kw_only=True):
    """What is receivable under one repayment on a day, in pence."""

    repayment_id: str
    agreement_id: str
    amount_pence: int
    balance_pence: int
    deductible: bool
    events: list[str]


class StaffLiabilityShape(msgspec.Struct, kw_only=True):
    """A person's two quantities, never summed: what would be repayable, and what is receivable. In pence.

    `partial` where the person has records at schools outside the caller's reach.
    """

    staff_id: str
    on: date
    known_at: datetime
    partial: bool
    contingent_pence: int
    contingent_deductible_pence: int
    receivable_pence: int
    receivable_deductible_pence: int
    agreements: list[LiabilityShape]
    repayments: list[ReceivableShape]


class SchoolLiabilityShape(msgspec.Struct, kw_only=True):
    """A school's totals in pence; how many people and agreements have any of either."""

    school_urn: str
    on: date
    known_at: datetime
    contingent_pence: int
    contingent_deductible_pence: int
    receivable_pence: int
    receivable_deductible_pence: int
    staff: int
    agreements: int


class TrustLiabilityShape(msgspec.Struct, kw_only=True):
    """The trust's totals in pence, by school too. `partial` where schools are outside the caller's reach."""

    on: date
    known_at: datetime
    partial: bool
    contingent_pence: int
    contingent_deductible_pence: int
    receivable_pence: int
    receivable_deductible_pence: int
    staff: int
    agreements: int
    schools: list[SchoolLiabilityShape]


def liability_shape(agreement: Agreement, on: date, known_at: datetime) -> LiabilityShape:
    found = liability_if_leaving(agreement, on)
    return LiabilityShape(
        agreement_id=agreement.id,
        on=on,
        known_at=known_at,
        base_pence=found.base_pence,
        months_completed=found.months_completed,
        amount_pence=found.amount_pence,
        indicative_pence=found.indicative_pence,
        rule=found.rule,
        below_minimum=found.below_minimum,
        deductible=found.deductible,
        not_deductible_because=found.not_deductible_because,
        explanation=explain(agreement, found, on),
        events=event_ids(agreement.basis),
    )


def schedule_shape(agreement: Agreement, assume_completed_on: date | None) -> list[ExpectedSpan]:
    expected = assume_completed_on is not None and agreement.ended_on is None
    spans = schedule(agreement, assume_completed_on=assume_completed_on)
    return [ExpectedSpan(**msgspec.structs.asdict(span), expected=expected) for span in spans]


def receivable_shape(repayment: Repayment, on: date) -> ReceivableShape:
    return ReceivableShape(
        repayment_id=repayment.id,
        agreement_id=repayment.agreement_id,
        amount_pence=repayment.amount_pence,
        balance_pence=receivable_on(repayment, on),
        deductible=repayment.computation.deductible,
        events=event_ids(repayment.basis),
    )


def school_liability_shape(school_urn: str, on: date, known_at: datetime, totals: Totals) -> SchoolLiabilityShape:
    return _of_school(school_urn, on, known_at, totals.schools.get(school_urn, Total()))


def trust_liability_shape(on: date, known_at: datetime, totals: Totals, *, partial: bool) -> TrustLiabilityShape:
    overall = totals.overall
    return TrustLiabilityShape(
        on=on,
        known_at=known_at,
        partial=partial,
        **_sums(overall),
        staff=overall.staff,
        agreements=overall.resources,
        schools=[_of_school(urn, on, known_at, total) for urn, total in totals.schools.items()],
    )


def _of_school(school_urn: str, on: date, known_at: datetime, total: Total) -> SchoolLiabilityShape:
    return SchoolLiabilityShape(
        school_urn=school_urn,
        on=on,
        known_at=known_at,
        **_sums(total),
        staff=total.staff,
        agreements=total.resources,
    )


def _sums(total: Total) -> dict[str, int]:
    return {f"{name}_pence": total.amounts.get(name, 0) for name in AMOUNTS}


def event_ids(positions: list[int]) -> list[str]:
    """The ids by which the bus and the history know the events at these positions of the log."""
    return [f"agreements/{position}" for position in positions]
