"""What the service answers: one struct a resource, made from a state, and the source of its JSON Schema."""

from datetime import date

import msgspec

from services.agreements.application import Left
from services.agreements.domain.agreement import Agreement, CostLine, DatedCost
from services.agreements.domain.liability import base_pence
from services.agreements.domain.repayment import (
    Computation,
    Deduction,
    Entry,
    Hold,
    Invoice,
    Line,
    Repayment,
    current_balance,
    status,
)
from services.agreements.domain.school import PayPeriod, School
from services.agreements.domain.status import AgreementStatus, agreement_status
from services.agreements.domain.terms import RepaymentTerms
from services.agreements.domain.versions import versions
from shared.dates import LAST_DAY


class AgreementShape(msgspec.Struct, kw_only=True):
    """A training agreement. `reason` is that of the last act that gave one."""

    id: str
    status: AgreementStatus
    staff_id: str
    employment_id: str
    school_urn: str
    title: str
    activity_type: str
    planned_start: date
    planned_end: date
    cost_lines: list[CostLine]
    funded_percent: int
    base_pence: int
    terms: RepaymentTerms | None
    request_id: str | None
    mandatory: bool
    apprenticeship: bool
    signed_on: date | None
    deduction_consent: bool | None
    document_ref: str | None
    signature_version: int | None
    started_on: date | None
    completed_on: date | None
    withdrawn_on: date | None
    cancelled_on: date | None
    by: str | None
    reason: str | None
    costs: list[DatedCost]
    refunds: list[DatedCost]


class RepaymentShape(msgspec.Struct, kw_only=True):
    """What a leaver owes under one agreement, with everything that became of it. Money in pence."""

    id: str
    revision: int
    status: str
    staff_id: str
    employment_id: str
    agreement_id: str
    resignation_id: str
    school_urn: str
    amount_pence: int
    taken_total_pence: int
    refunded_pence: int
    waived_pence: int
    written_off_pence: int
    balance_pence: int
    refund_due_pence: int
    rule: str
    deductible: bool
    not_deductible_because: str | None
    held_because: list[Hold]
    required_pence: int | None
    send_after: date | None
    last_day: date
    payroll_number: str | None
    computation: Computation
    deductions: list[Deduction]
    payments: list[Entry]
    refund_payments: list[Entry]
    waivers: list[Entry]
    write_offs: list[Entry]
    invoices: list[Invoice]
    history: list[Line]


class RepaymentSummary(msgspec.Struct, kw_only=True):
    """A repayment in one line."""

    id: str
    agreement_id: str
    amount_pence: int
    status: str
    rule: str


class ResignationShape(msgspec.Struct, kw_only=True):
    """The end of an employment, and what it made repayable."""

    id: str
    status: str
    staff_id: str
    employment_id: str
    school_urn: str
    notified_on: date
    last_day: date
    reason: str
    payroll_number: str | None
    correction_reason: str | None
    withdrawn_on: date | None
    withdrawal_reason: str | None
    repayments: list[RepaymentSummary]


class SettingsShape(msgspec.Struct, kw_only=True):
    """A school's settings."""

    school_urn: str
    name: str
    default_terms: RepaymentTerms
    agreement_threshold_pence: int
    auto_require: bool
    notice_days: int
    pay_element_code: str
    pay_calendar: list[PayPeriod]


def agreement_shape(agreement: Agreement) -> AgreementShape:
    last = agreement.signatures[-1] if agreement.signatures else None
    return AgreementShape(
        id=agreement.id,
        status=agreement_status(agreement),
        staff_id=agreement.staff_id,
        employment_id=agreement.employment_id,
        school_urn=agreement.school_urn,
        title=agreement.title,
        activity_type=agreement.activity_type,
        planned_start=agreement.planned_start,
        planned_end=agreement.planned_end,
        cost_lines=agreement.newest.cost_lines,
        funded_percent=agreement.funded_percent,
        base_pence=base_pence(agreement, versions(agreement)[-1], LAST_DAY),
        terms=agreement.newest.terms,
        request_id=agreement.request_id,
        mandatory=agreement.mandatory,
        apprenticeship=agreement.apprenticeship,
        signed_on=last.signed_on if last else None,
        deduction_consent=last.deduction_consent if last else None,
        document_ref=(last.document_ref or None) if last else None,
        signature_version=last.version if last else None,
        started_on=agreement.started_on,
        completed_on=agreement.completed_on,
        withdrawn_on=agreement.withdrawn_on,
        cancelled_on=agreement.training_cancelled_on,
        by=agreement.training_cancelled_by,
        reason=agreement.reason or None,
        costs=agreement.costs,
        refunds=agreement.refunds,
    )


def repayment_shape(repayment: Repayment) -> RepaymentShape:
    now = current_balance(repayment)
    by_kind: dict[str, list[Entry]] = {}
    for entry in repayment.entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    computation = repayment.computation
    return RepaymentShape(
        id=repayment.id,
        revision=repayment.revision,
        status=status(repayment),
        staff_id=repayment.staff_id,
        employment_id=repayment.employment_id,
        agreement_id=repayment.agreement_id,
        resignation_id=repayment.ending_id,
        school_urn=repayment.school_urn,
        amount_pence=now.amount_pence,
        taken_total_pence=now.taken_pence,
        refunded_pence=now.refunded_pence,
        waived_pence=now.waived_pence,
        written_off_pence=now.written_off_pence,
        balance_pence=now.balance_pence,
        refund_due_pence=now.refund_due_pence,
        rule=computation.rule,
        deductible=computation.deductible,
        not_deductible_because=computation.not_deductible_because,
        held_because=repayment.held_because,
        required_pence=repayment.authorised_pence,
        send_after=repayment.send_after,
        last_day=repayment.last_day,
        payroll_number=repayment.payroll_number or None,
        computation=computation,
        deductions=repayment.deductions,
        payments=by_kind.get("paid", []),
        refund_payments=by_kind.get("refunded", []),
        waivers=by_kind.get("waived", []),
        write_offs=by_kind.get("written_off", []),
        invoices=repayment.invoices,
        history=repayment.history,
    )


def summary(repayment: Repayment) -> RepaymentSummary:
    return RepaymentSummary(
        id=repayment.id,
        agreement_id=repayment.agreement_id,
        amount_pence=repayment.amount_pence,
        status=status(repayment),
        rule=repayment.computation.rule,
    )


def left_shape(left: Left) -> ResignationShape:
    ending = left.ending
    return ResignationShape(
        id=ending.id,
        status="open" if ending.withdrawn_on is None else "withdrawn",
        staff_id=ending.staff_id,
        employment_id=ending.employment_id,
        school_urn=ending.school_urn,
        notified_on=ending.notified_on,
        last_day=ending.last_day,
        reason=ending.reason,
        payroll_number=ending.payroll_number or None,
        correction_reason=ending.correction_reason or None,
        withdrawn_on=ending.withdrawn_on,
        withdrawal_reason=ending.withdrawal_reason or None,
        repayments=[summary(repayment) for repayment in left.repayments],
    )


def settings_shape(school: School, urn: str) -> SettingsShape:
    return SettingsShape(school_urn=urn, **msgspec.structs.asdict(school.settings))
