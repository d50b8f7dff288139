"""The school reserves the right: someone with authority requires a repayment, or the trust's standing rule does."""

from datetime import date

import pytest

from services.agreements.domain.repaying import (
    AlreadyRequired,
    IsHeld,
    IsNotHeld,
    NothingIsOwed,
    NotOnOwnRepayment,
    NotRequiredYet,
)
from shared.errors import FieldRefused, NotThere
from tests.given import given
from tests.unit.agreements.acts import (
    COMPLETED,
    LEFT,
    R1,
    REDUCED,
    REQUIRED,
    SIGNED,
    completed,
    confirmed,
    cost_refunded,
    deducted,
    disputed,
    drafted,
    employed,
    invoiced,
    notice_over,
    paid,
    repayment,
    required,
    resign,
    resigned,
    schools_set,
    signed,
    waived,
)
from tests.unit.agreements.facts import (
    RepaymentAdjusted,
    RepaymentAssessed,
    RepaymentConfirmed,
    RepaymentDisputed,
    RepaymentInvoiced,
    RepaymentRequired,
    RepaymentSent,
    StaffResigned,
    TrainingCompleted,
)

AUTO = schools_set(auto_require=True)
IN_NOTICE, OVER = date(2025, 6, 15), date(2025, 6, 16)
HELD = (*SIGNED, resigned())
HIGHER = completed(date(2025, 3, 15))
LOWER = completed(date(2024, 12, 31))


def test_required_by_a_person_it_goes_to_payroll_at_once():
    given(*LEFT).when(required()).then(
        RepaymentRequired(amount_pence=REDUCED, send_after=None, actor="head"),
        RepaymentSent(revision=1, message="RepaymentRequired", outstanding_pence=REDUCED),
    )


def test_nothing_is_sent_before_anyone_requires_it():
    given(*COMPLETED).when(resign()).then(StaffResigned(), RepaymentAssessed())


def test_the_leaver_neither_requires_nor_confirms_their_own():
    given(*LEFT).when(required().by_themselves("headteacher")).then_refused(NotOnOwnRepayment)
    given(*HELD).when(confirmed().by_themselves("headteacher")).then_refused(NotOnOwnRepayment)


def test_a_repayment_that_is_not_there_cannot_be_required():
    given(*COMPLETED).when(required()).then_refused(NotThere)


def test_what_is_required_is_not_required_again():
    given(*REQUIRED).when(required()).then_refused(AlreadyRequired)


def test_nothing_is_required_where_nothing_is_owed():
    given(*COMPLETED, resigned(reason="redundancy")).when(required()).then_refused(NothingIsOwed)
    given(*LEFT, waived(REDUCED)).when(required()).then_refused(NothingIsOwed)


def test_what_is_held_waits_for_a_person_to_confirm_it():
    given(*HELD).when(required()).then_refused(IsHeld)
    given(*HELD).when(confirmed()).then(RepaymentConfirmed())
    given(*HELD, confirmed()).when(required()).then(RepaymentRequired(), RepaymentSent())


def test_only_what_is_held_is_confirmed():
    given(*LEFT).when(confirmed()).then_refused(IsNotHeld)


def test_a_confirmed_hold_does_not_return_with_a_correction_that_lowers_the_amount():
    given(*HELD, confirmed()).when(cost_refunded(1200)).then_among_others(RepaymentAdjusted())
    assert repayment(*HELD, confirmed(), cost_refunded(1200)).held_because == []


def test_a_dispute_holds_until_a_person_confirms():
    given(*LEFT).when(disputed()).then(RepaymentDisputed())
    given(*LEFT, disputed()).when(disputed()).then_nothing()
    given(*LEFT, disputed()).when(required()).then_refused(IsHeld)
    given(*LEFT, disputed(), confirmed()).when(required()).then(RepaymentRequired(), RepaymentSent())


def test_nothing_owed_is_nothing_to_dispute():
    given(*LEFT, waived(REDUCED)).when(disputed()).then_refused(NothingIsOwed)


def test_a_decrease_is_sent_at_once():
    given(*REQUIRED).when(LOWER).then_among_others(
        RepaymentSent(revision=2, message="RepaymentAdjusted", amount_pence=160000, outstanding_pence=160000)
    )


def test_an_increase_needs_a_new_requirement():
    given(*REQUIRED).when(HIGHER).then_among_others(RepaymentAdjusted(difference_pence=20000))
    assert repayment(*REQUIRED, HIGHER).revision == 1
    given(*REQUIRED, HIGHER).when(required()).then(
        RepaymentRequired(amount_pence=200000), RepaymentSent(revision=2, outstanding_pence=200000)
    )


def test_an_increase_after_a_decrease_needs_a_new_requirement_too():
    assert repayment(*REQUIRED, LOWER, completed()).messages[-1].outstanding_pence == 160000
    given(*REQUIRED, LOWER, completed()).when(required()).then(
        RepaymentRequired(amount_pence=REDUCED), RepaymentSent(revision=3, outstanding_pence=REDUCED)
    )


def test_the_trusts_standing_rule_requires_with_days_of_notice():
    given(AUTO, *COMPLETED).when(resign()).then(
        StaffResigned(),
        RepaymentAssessed(),
        RepaymentRequired(amount_pence=REDUCED, send_after=OVER, actor="trust", role="auto_require"),
    )


def test_what_the_standing_rule_requires_is_sent_once_the_notice_is_over():
    given(AUTO, *LEFT).when(notice_over().on(IN_NOTICE)).then_nothing()
    given(AUTO, *LEFT).when(notice_over().on(OVER)).then(RepaymentSent(revision=1, outstanding_pence=REDUCED))
    given(AUTO, *LEFT, notice_over().on(OVER)).when(notice_over().on(OVER)).then_nothing()


def test_a_school_may_give_no_days_of_notice():
    given(schools_set(auto_require=True, notice_days=0), *COMPLETED).when(resign()).then_among_others(RepaymentSent())


def test_a_person_need_not_wait_for_the_notice():
    given(AUTO, *LEFT).when(required()).then(RepaymentRequired(send_after=None), RepaymentSent(revision=1))


def test_a_dispute_in_the_notice_keeps_it_from_payroll_until_confirmed():
    given(AUTO, *LEFT, disputed()).when(notice_over().on(OVER)).then_nothing()
    given(AUTO, *LEFT, disputed()).when(confirmed().on(OVER)).then(RepaymentConfirmed(), RepaymentSent())
    given(AUTO, *LEFT, disputed()).when(confirmed()).then(RepaymentConfirmed())


def test_the_standing_rule_waits_for_a_held_one_to_be_confirmed():
    given(AUTO, *HELD).when(notice_over().on(OVER)).then_nothing()
    given(AUTO, *HELD).when(confirmed()).then(RepaymentConfirmed(), RepaymentRequired(send_after=OVER))


def test_the_standing_rule_requires_an_increase_with_notice_of_its_own():
    sent = (AUTO, *LEFT, required())
    given(*sent).when(HIGHER).then_among_others(RepaymentRequired(amount_pence=200000, send_after=OVER))
    given(*sent, HIGHER).when(notice_over().on(IN_NOTICE)).then_nothing()
    given(*sent, HIGHER).when(notice_over().on(OVER)).then(RepaymentSent(revision=2, outstanding_pence=200000))


def test_what_else_is_sent_in_the_notice_of_an_increase_does_not_give_it_away():
    rising = (AUTO, *LEFT, required(), HIGHER)
    given(*rising).when(paid(50000)).then_among_others(
        RepaymentSent(revision=2, amount_pence=REDUCED, outstanding_pence=130000)
    )
    given(*rising, paid(50000)).when(notice_over().on(OVER)).then(
        RepaymentSent(revision=3, amount_pence=200000, outstanding_pence=150000)
    )


def test_a_disputed_increase_is_not_sent_when_its_notice_is_over():
    rising = (AUTO, *LEFT, required(), HIGHER, disputed())
    given(*rising).when(notice_over().on(OVER)).then_nothing()
    given(*rising).when(confirmed().on(OVER)).then(RepaymentConfirmed(), RepaymentSent(outstanding_pence=200000))


def test_a_decrease_in_the_notice_asks_for_no_new_one():
    given(AUTO, *LEFT).when(LOWER).then_among_others(RepaymentAdjusted(difference_pence=-20000))
    given(AUTO, *LEFT, LOWER).when(notice_over().on(OVER)).then(RepaymentSent(outstanding_pence=160000))


def test_what_is_not_deductible_is_required_and_invoiced_but_never_sent():
    without_consent = (employed(), drafted(), signed(consent=False), completed(), resigned())
    given(*without_consent).when(required()).then(RepaymentRequired())
    given(*without_consent, required()).when(invoiced()).then(RepaymentInvoiced())
    assert repayment(*without_consent, required(), invoiced(), paid(REDUCED)).revision == 0


def test_only_what_was_required_and_is_left_is_invoiced():
    given(*LEFT).when(invoiced()).then_refused(NotRequiredYet)
    given(*REQUIRED, deducted(REDUCED)).when(invoiced()).then_refused(NothingIsOwed)
    given(*REQUIRED, deducted(1000, "partly_taken")).when(invoiced()).then(RepaymentInvoiced())


@pytest.mark.parametrize("due_on", [date(1989, 12, 31), date(2035, 6, 3)])
def test_an_invoice_is_not_due_on_an_absurd_day(due_on: date):
    given(*REQUIRED).when(invoiced(due_on=due_on)).then_refused(FieldRefused, field="due_on")


def test_completion_of_what_was_confirmed_without_an_end_lowers_what_payroll_deducts():
    given(*HELD, confirmed(), required()).when(completed()).then(
        TrainingCompleted(),
        RepaymentAdjusted(repayment_id=R1),
        RepaymentSent(revision=2, message="RepaymentAdjusted", outstanding_pence=REDUCED),
    )
