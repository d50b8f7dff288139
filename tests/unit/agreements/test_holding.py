"""What a person has to look at before it may be required: an end that nobody recorded, a payroll number missing."""

from datetime import date

from tests.given import given
from tests.unit.agreements.acts import (
    COMPLETED,
    DURING,
    ENDS_ON,
    SIGNED,
    completed,
    drafted,
    employed,
    resign,
    resignation_corrected,
    resigned,
    signed,
)
from tests.unit.agreements.facts import (
    RepaymentAdjusted,
    RepaymentAssessed,
    RepaymentHeld,
    StaffResigned,
)


def test_it_is_held_where_the_planned_end_passed_and_none_is_recorded():
    given(*SIGNED).when(resign()).then_among_others(RepaymentHeld(because=["end_unrecorded"]))
    given(*SIGNED).when(resign(ENDS_ON)).then(StaffResigned(), RepaymentAssessed(amount_pence=DURING))


def test_it_is_held_once_a_corrected_day_of_notice_lies_after_the_planned_end():
    given(*SIGNED, resigned(ENDS_ON)).when(resignation_corrected(notified_on=date(2025, 2, 1))).then_among_others(
        RepaymentHeld(because=["end_unrecorded"])
    )


def test_it_is_held_without_a_payroll_number():
    unnumbered = (employed(payroll_number=""), *COMPLETED[1:])
    given(*unnumbered).when(resign()).then_among_others(RepaymentHeld(because=["no_payroll_number"]))
    given(*unnumbered).when(resign(payroll_number="7")).then(StaffResigned(), RepaymentAssessed(payroll_number="7"))


def test_what_is_invoiced_needs_no_payroll_number():
    without_consent = (employed(payroll_number=""), drafted(), signed(consent=False), completed())
    given(*without_consent).when(resign()).then(StaffResigned(), RepaymentAssessed(deductible=False))


def test_a_payroll_number_told_late_reaches_the_repayment():
    unnumbered = (employed(payroll_number=""), *COMPLETED[1:], resigned())
    given(*unnumbered).when(employed()).then_among_others(RepaymentAdjusted(payroll_number="9001", difference_pence=0))
