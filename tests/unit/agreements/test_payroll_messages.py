"""Each message to payroll is complete in itself, is sent only where something changed, and has the next revision."""

from datetime import date

import pytest

from services.agreements.domain.school import PayPeriod
from tests.given import after, given
from tests.unit.agreements.acts import (
    A1,
    COMPLETED,
    LEFT,
    OTHER_URN,
    R1,
    REDUCED,
    REQUIRED,
    URN,
    cancelled,
    completed,
    cost_refunded,
    deducted,
    employed,
    paid,
    refund_paid,
    repayment,
    required,
    resignation_corrected,
    resignation_withdrawn,
    resigned,
    reversed_deduction,
    schools_set,
    started,
    waived,
)
from tests.unit.agreements.facts import (
    DeductionReversed,
    DeductionTaken,
    RefundDue,
    RefundPaid,
    RepaymentAdjusted,
    RepaymentCancelled,
    RepaymentRequired,
    RepaymentSent,
    RepaymentSettled,
    RepaymentWaived,
)

TAKEN = (*REQUIRED, deducted(REDUCED))


def periods(*dates: tuple[str, date, date]) -> list[PayPeriod]:
    return [PayPeriod(pay_period=name, closes_on=closes, pay_date=pays) for name, closes, pays in dates]


CALENDAR = periods(
    ("P05", date(2025, 8, 10), date(2025, 8, 20)),
    ("P06", date(2025, 9, 10), date(2025, 9, 20)),
    ("P07", date(2025, 10, 10), date(2025, 10, 20)),
)


def target(*before, today: date, **settings):
    message = required().on(today).take(after(*before, schools_set(**settings)))[-1]
    return message.pay_period, message.final_pay


def test_a_message_is_complete_in_itself():
    given(*LEFT, schools_set(pay_element_code="TRAIN")).when(required()).then(
        RepaymentRequired(),
        RepaymentSent(
            repayment_id=R1,
            revision=1,
            amount_pence=REDUCED,
            taken_pence=0,
            refunded_pence=0,
            outstanding_pence=REDUCED,
            refund_due_pence=0,
            staff_id="p1",
            employment_id="e1",
            payroll_number="9001",
            school_urn=URN,
            pay_element_code="TRAIN",
            pay_period="2025-08",
            final_pay=True,
            consent_reference=f"{A1}/1",
            rule="reduced",
            months_completed=3,
        ),
    )


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2025, 6, 2), ("2025-08", True)),
        (date(2025, 8, 15), ("2025-08", True)),
        (date(2025, 8, 16), ("2025-09", False)),
        (date(2025, 9, 15), ("2025-09", False)),
        (date(2025, 12, 16), ("2026-01", False)),
    ],
)
def test_without_a_calendar_months_close_on_the_15th(today: date, period):
    assert target(*LEFT, today=today) == period


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2025, 6, 2), ("P06", True)),
        (date(2025, 9, 10), ("P06", True)),
        (date(2025, 9, 11), ("P07", False)),
        (date(2025, 10, 11), ("2025-10", False)),
        (date(2025, 10, 16), ("2025-11", False)),
    ],
)
def test_the_period_is_the_calendars_that_contains_the_last_day_or_the_next_open_one(today: date, period):
    assert target(*LEFT, today=today, pay_calendar=CALENDAR) == period


def test_a_decrease_under_what_was_taken_says_that_a_refund_is_due():
    given(*TAKEN).when(completed(date(2024, 12, 31))).then_among_others(
        RepaymentAdjusted(difference_pence=-20000),
        RefundDue(refund_due_pence=20000),
        RepaymentSent(
            revision=2, message="RefundDue", amount_pence=160000, outstanding_pence=0, refund_due_pence=20000
        ),
    )


def test_a_cancelled_repayment_is_cancelled_at_payroll_and_what_was_taken_goes_back():
    given(*REQUIRED).when(resignation_withdrawn()).then_among_others(
        RepaymentCancelled(), RepaymentSent(revision=2, message="RepaymentCancelled", outstanding_pence=0)
    )
    given(*TAKEN).when(resignation_withdrawn()).then_among_others(
        RefundDue(refund_due_pence=REDUCED),
        RepaymentSent(revision=2, message="RepaymentCancelled", amount_pence=0, refund_due_pence=REDUCED),
        RepaymentSent(revision=3, message="RefundDue", refund_due_pence=REDUCED),
    )


def test_an_agreement_cancelled_cancels_what_payroll_was_told():
    given(*REQUIRED).when(cancelled()).then_among_others(
        RepaymentSent(revision=2, message="RepaymentCancelled", amount_pence=0, outstanding_pence=0)
    )


def test_what_payroll_itself_reports_is_not_told_back():
    given(*REQUIRED).when(deducted(1000, "partly_taken")).then(DeductionTaken(taken_pence=1000))
    given(*REQUIRED).when(deducted(REDUCED)).then(DeductionTaken(), RepaymentSettled())


def test_a_payment_and_a_waiver_lower_what_payroll_deducts():
    given(*REQUIRED).when(paid(50000)).then_among_others(
        RepaymentSent(revision=2, message="RepaymentAdjusted", taken_pence=50000, outstanding_pence=130000)
    )
    given(*REQUIRED).when(waived(50000)).then(
        RepaymentWaived(), RepaymentSent(revision=2, message="RepaymentAdjusted", outstanding_pence=130000)
    )


def test_another_last_day_or_payroll_number_is_told():
    given(*REQUIRED).when(resignation_corrected(last_day=date(2025, 7, 31))).then_among_others(
        RepaymentSent(revision=2, pay_period="2025-07", outstanding_pence=REDUCED)
    )
    given(*REQUIRED).when(employed(payroll_number="7")).then_among_others(RepaymentSent(revision=2, payroll_number="7"))


def test_a_correction_that_changes_no_figure_sends_nothing():
    given(*REQUIRED).when(completed(date(2025, 2, 20))).then_among_others(RepaymentAdjusted())
    assert repayment(*REQUIRED, cost_refunded(1, category="travel")).revision == 1


def test_what_becomes_not_deductible_is_no_longer_deducted():
    given(*REQUIRED).when(started(date(2024, 8, 30))).then_among_others(
        RepaymentSent(revision=2, outstanding_pence=0, deductible=False)
    )


def test_a_reversal_puts_the_figure_back_without_a_message():
    given(*TAKEN).when(reversed_deduction()).then(DeductionReversed(amount_pence=REDUCED))


def test_a_reversal_that_undoes_a_refund_due_is_told():
    given(*TAKEN, completed(date(2024, 12, 31))).when(reversed_deduction()).then(
        DeductionReversed(), RepaymentSent(revision=3, outstanding_pence=160000, refund_due_pence=0)
    )


def test_a_refund_that_payroll_pays_is_not_told_back():
    given(*TAKEN, completed(date(2024, 12, 31))).when(refund_paid(20000)).then(RefundPaid(amount_pence=20000))


def test_a_refund_due_is_stated_once():
    owed_back = (*TAKEN, paid(1000))
    stated = [line for line in repayment(*owed_back, paid(500)).history if line.event == "RefundDue"]
    assert len(stated) == 2
    again = repayment(*owed_back, deducted(0, "accepted", deduction_id="d2"))
    assert sum(line.event == "RefundDue" for line in again.history) == 1


def test_a_refund_due_of_what_payroll_never_heard_of_is_told_first():
    given(*LEFT).when(paid(REDUCED + 500)).then_among_others(
        RefundDue(refund_due_pence=500), RepaymentSent(revision=1, message="RefundDue", refund_due_pence=500)
    )


def test_the_school_is_the_agreements():
    assert repayment(*COMPLETED, resigned(school_urn=OTHER_URN)).school_urn == URN
