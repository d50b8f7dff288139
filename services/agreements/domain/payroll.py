"""What payroll is told: in which pay period, how much is outstanding, and when a new message is due."""

import calendar
from datetime import date
from typing import NamedTuple

from services.agreements.domain.repayment import (
    Balance,
    MessageKind,
    Repayment,
    balance,
    current_balance,
)
from services.agreements.domain.repayment_facts import RefundDue, RepaymentSent, RepaymentSettled
from services.agreements.domain.school import PayPeriod, SchoolSettings
from services.agreements.domain.staff_member import StaffMember
from shared.dates import add_months

CLOSING_DAY = 15


class Target(NamedTuple):
    """The pay period a message aims at, and whether it is the one of the last day of service."""

    pay_period: str
    final_pay: bool


def month_period(day: date) -> PayPeriod:
    """The period of a school without a calendar: the month, closing on the 15th, paid on its last day."""
    last = calendar.monthrange(day.year, day.month)[1]
    return PayPeriod(
        pay_period=f"{day.year:04d}-{day.month:02d}",
        closes_on=day.replace(day=CLOSING_DAY),
        pay_date=day.replace(day=last),
    )


def period_of(settings: SchoolSettings, day: date) -> PayPeriod:
    """The pay period that contains `day`: the calendar's first to pay on or after it, else the month."""
    listed = sorted(settings.pay_calendar, key=lambda period: period.pay_date)
    return next((period for period in listed if period.pay_date >= day), month_period(day))


def target_period(settings: SchoolSettings, last_day: date, today: date) -> Target:
    """The period that contains the last day, or the next one still open today."""
    final = period_of(settings, last_day)
    if today <= final.closes_on:
        return Target(final.pay_period, final_pay=True)
    listed = sorted(settings.pay_calendar, key=lambda period: period.pay_date)
    for period in listed:
        if today <= period.closes_on and period.pay_date > final.pay_date:
            return Target(period.pay_period, final_pay=False)
    this_month = month_period(today)
    month = this_month if today <= this_month.closes_on else month_period(add_months(today.replace(day=1), 1))
    return Target(month.pay_period, final_pay=False)


def pay_date_of(settings: SchoolSettings, pay_period: str) -> date | None:
    """When a period pays: by the calendar, else the end of a month named `2024-11`; None for any other name."""
    listed = {period.pay_period: period.pay_date for period in settings.pay_calendar}
    if pay_period in listed:
        return listed[pay_period]
    try:
        return month_period(date.fromisoformat(f"{pay_period}-01")).pay_date
    except ValueError:
        return None


def tell_payroll(member: StaffMember, repayment: Repayment) -> None:
    """State what follows from the ledger as it now is: a refund due, a message to payroll, that it is settled."""
    now = current_balance(repayment)
    if now.refund_due_pence > repayment.refund_stated_pence:
        member.record_of_repayment(repayment, RefundDue, refund_due_pence=now.refund_due_pence)
    for kind in _messages_due(member, repayment, now):
        _send(member, repayment, kind)


def state_settlement(member: StaffMember, repayment: Repayment, before: Balance) -> None:
    """State once that nothing is left to pay, when this command brought it about."""
    now = current_balance(repayment)
    if before.balance_pence > 0 and now.balance_pence == 0 and now.net_pence > 0 and now.refund_due_pence == 0:
        member.record_of_repayment(repayment, RepaymentSettled)


def outstanding(repayment: Repayment, today: date) -> int:
    """What payroll may deduct, in pence: what is required and still left; nothing that waits or is not deductible."""
    if not repayment.computation.deductible:
        return 0
    return balance(repayment.sendable_pence(today), repayment.entries).balance_pence


def _messages_due(member: StaffMember, repayment: Repayment, now: Balance) -> list[MessageKind]:
    left = outstanding(repayment, member.acting.today)
    if not repayment.messages:
        return _first_message(repayment, left, now.refund_due_pence)
    last = repayment.messages[-1]
    told = last.outstanding_pence - (repayment.deducted_pence - last.deducted_pence)
    refund_told = last.refund_due_pence - (now.refunded_pence - last.refunded_pence)
    refund_changed = now.refund_due_pence != max(0, refund_told)
    moved = left > 0 and (last.last_day, last.payroll_number) != (repayment.last_day, repayment.payroll_number)
    cancelled = repayment.amount_pence == 0 and last.amount_pence > 0
    if left == told and not refund_changed and not moved and not cancelled:
        return []
    kinds: list[MessageKind] = ["RepaymentCancelled"] if cancelled else []
    if now.refund_due_pence > 0 and refund_changed:
        kinds.append("RefundDue")
    return kinds or ["RepaymentAdjusted"]


def _first_message(repayment: Repayment, left: int, refund_due: int) -> list[MessageKind]:
    """Nothing goes without a payroll number, and nothing that is invoiced; a hold keeps back what would be deducted."""
    if not repayment.payroll_number or not repayment.computation.deductible:
        return []
    if refund_due > 0:
        return ["RefundDue"]
    return ["RepaymentRequired"] if left > 0 and not repayment.held_because else []


def _send(member: StaffMember, repayment: Repayment, kind: MessageKind) -> None:
    settings = member.settings_of(repayment.school_urn)
    today = member.acting.today
    target = target_period(settings, repayment.last_day, today)
    now = current_balance(repayment)
    member.record_of_repayment(
        repayment,
        RepaymentSent,
        revision=repayment.revision + 1,
        message=kind,
        amount_pence=repayment.sendable_pence(today),
        taken_pence=now.taken_pence,
        refunded_pence=now.refunded_pence,
        outstanding_pence=outstanding(repayment, today),
        refund_due_pence=now.refund_due_pence,
        deducted_pence=repayment.deducted_pence,
        employment_id=repayment.employment_id,
        payroll_number=repayment.payroll_number,
        last_day=repayment.last_day,
        pay_element_code=settings.pay_element_code,
        pay_period=target.pay_period,
        final_pay=target.final_pay,
        consent_reference=f"{repayment.agreement_id}/{repayment.computation.signature_version or 0}",
        computation=repayment.computation,
    )
