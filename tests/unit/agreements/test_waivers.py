"""What is let go: waived, or written off once required; by another person than the leaver and than who required."""

from datetime import date

import pytest

from services.agreements.domain.repaying import (
    MoreThanIsLeft,
    NotOnOwnRepayment,
    NotRequiredYet,
    RequiredByTheSamePerson,
)
from shared.errors import FieldRefused
from tests.given import given
from tests.unit.agreements.acts import (
    LEFT,
    REDUCED,
    REQUIRED,
    completed,
    deducted,
    ledger_after,
    paid,
    refund_paid,
    waived,
    written_off,
)
from tests.unit.agreements.facts import PaymentReceived, RefundPaid, RepaymentWaived, RepaymentWrittenOff

LOWER = completed(date(2024, 12, 31))


@pytest.mark.parametrize("pence", [1, REDUCED])
def test_a_part_or_all_of_what_is_owed_is_waived(pence: int):
    given(*LEFT).when(waived(pence)).then(RepaymentWaived(amount_pence=pence))
    assert ledger_after(*LEFT, waived(pence)) == (REDUCED, 0, pence, 0, REDUCED - pence, 0)


def test_more_than_the_balance_is_not_waived():
    given(*LEFT).when(waived(REDUCED + 1)).then_refused(MoreThanIsLeft)
    given(*LEFT, waived(1)).when(waived(REDUCED)).then_refused(MoreThanIsLeft)


@pytest.mark.parametrize("let_go", [waived, written_off, paid])
@pytest.mark.parametrize("pence", [0, -1])
def test_a_sum_is_at_least_a_penny(let_go, pence: int):
    given(*REQUIRED).when(let_go(pence)).then_refused(FieldRefused, field="amount_pence")


def test_a_payment_is_a_million_pounds_at_most():
    given(*REQUIRED).when(paid(100_000_001)).then_refused(FieldRefused, field="amount_pence")


@pytest.mark.parametrize("let_go", [waived, written_off])
def test_the_leaver_lets_go_of_nothing(let_go):
    given(*REQUIRED).when(let_go(1).by_themselves("trust_executive")).then_refused(NotOnOwnRepayment)


@pytest.mark.parametrize("let_go", [waived, written_off])
def test_who_required_it_lets_go_of_nothing(let_go):
    given(*REQUIRED).when(let_go(1).by("head")).then_refused(RequiredByTheSamePerson)


def test_only_what_was_required_is_written_off():
    given(*LEFT).when(written_off(1)).then_refused(NotRequiredYet)


def test_a_write_off_goes_up_to_the_balance():
    partly = (*REQUIRED, deducted(80000, "partly_taken"))
    given(*partly).when(written_off(100001)).then_refused(MoreThanIsLeft)
    given(*partly).when(written_off(100000)).then_among_others(RepaymentWrittenOff(amount_pence=100000))
    assert ledger_after(*partly, written_off(100000)) == (REDUCED, 80000, 0, 100000, 0, 0)


def test_a_waiver_shrinks_with_the_amount():
    assert ledger_after(*LEFT, waived(REDUCED), LOWER) == (160000, 0, 160000, 0, 0, 0)


def test_a_write_off_gives_way_to_money_that_comes_in_after_all():
    assert ledger_after(*REQUIRED, written_off(REDUCED), paid(50000)) == (REDUCED, 50000, 0, REDUCED - 50000, 0, 0)


def test_a_payment_is_a_fact_even_where_it_is_too_much():
    given(*LEFT).when(paid(REDUCED + 1)).then_among_others(PaymentReceived())
    assert ledger_after(*LEFT, paid(REDUCED + 1)) == (REDUCED, REDUCED + 1, 0, 0, 0, 1)


def test_a_refund_paid_is_at_most_what_is_due_back():
    too_much = (*LEFT, paid(REDUCED + 100))
    given(*too_much).when(refund_paid(101)).then_refused(MoreThanIsLeft)
    given(*too_much).when(refund_paid(100)).then(RefundPaid(amount_pence=100))
    assert ledger_after(*too_much, refund_paid(100)) == (REDUCED, REDUCED, 0, 0, 0, 0)


@pytest.mark.parametrize("on", [date(2025, 6, 3), date(1989, 12, 31)])
def test_money_does_not_move_ahead_of_today_nor_on_an_absurd_day(on: date):
    given(*REQUIRED).when(paid(1, on=on)).then_refused(FieldRefused, field="on")
    given(*REQUIRED, paid(REDUCED + 1)).when(refund_paid(1, on=on)).then_refused(FieldRefused, field="on")
