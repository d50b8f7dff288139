"""What payroll reports: money taken is a fact, in any state, of any revision, and counts once."""

from datetime import date

import pytest

from services.agreements.domain.deducting import DeductionIsKnown, NothingIsOwed
from services.agreements.domain.repayment import receivable_on
from services.agreements.domain.school import PayPeriod
from shared.errors import FieldRefused, NotThere
from tests.given import given
from tests.unit.agreements.acts import (
    LEFT,
    REDUCED,
    REQUIRED,
    completed,
    deducted,
    disputed,
    ledger_after,
    repayment,
    resignation_withdrawn,
    reversed_deduction,
    schools_set,
    waived,
)
from tests.unit.agreements.facts import (
    DeductionReversed,
    DeductionTaken,
    RefundDue,
    RepaymentAccepted,
    RepaymentRejected,
    RepaymentSettled,
)

LOWER = completed(date(2024, 12, 31))
PART = 100000


def test_what_is_taken_whole_settles():
    given(*REQUIRED).when(deducted(REDUCED)).then(DeductionTaken(taken_pence=REDUCED), RepaymentSettled())
    assert ledger_after(*REQUIRED, deducted(REDUCED)) == (REDUCED, REDUCED, 0, 0, 0, 0)


def test_the_rest_of_what_is_partly_taken_is_taken_as_another_deduction():
    partly = (*REQUIRED, deducted(PART, "partly_taken"))
    assert ledger_after(*partly)[-2:] == (REDUCED - PART, 0)
    given(*partly).when(deducted(REDUCED - PART, deduction_id="d2")).then(DeductionTaken(), RepaymentSettled())


def test_accepted_and_rejected_take_nothing():
    given(*REQUIRED).when(deducted(0, "accepted")).then(RepaymentAccepted())
    given(*REQUIRED).when(deducted(0, "rejected")).then(RepaymentRejected())


@pytest.mark.parametrize(
    ("pence", "outcome"),
    [
        (1, "accepted"),
        (1, "rejected"),
        (REDUCED - 1, "taken"),
        (REDUCED + 1, "taken"),
        (0, "partly_taken"),
        (REDUCED, "partly_taken"),
        (-1, "partly_taken"),
    ],
)
def test_an_outcome_that_does_not_fit_its_revisions_figure_is_refused(pence: int, outcome: str):
    given(*REQUIRED).when(deducted(pence, outcome)).then_refused(FieldRefused, field="taken_pence")


@pytest.mark.parametrize("revision", [0, 2])
def test_a_revision_that_was_never_sent_is_refused(revision: int):
    given(*REQUIRED).when(deducted(REDUCED, revision=revision)).then_refused(FieldRefused, field="revision")
    given(*LEFT).when(deducted(REDUCED)).then_refused(FieldRefused, field="revision")


def test_a_deduction_of_an_old_revision_is_accepted_and_what_is_too_much_goes_back():
    given(*REQUIRED, LOWER).when(deducted(REDUCED, revision=1)).then_among_others(
        DeductionTaken(revision=1), RefundDue(refund_due_pence=20000)
    )
    given(*REQUIRED, LOWER).when(deducted(REDUCED, revision=2)).then_refused(FieldRefused, field="taken_pence")
    given(*REQUIRED, LOWER).when(deducted(160000, revision=2)).then(DeductionTaken(), RepaymentSettled())


@pytest.mark.parametrize("state", [disputed(), resignation_withdrawn()])
def test_a_deduction_is_accepted_in_any_state(state):
    given(*REQUIRED, state).when(deducted(REDUCED)).then_among_others(DeductionTaken(taken_pence=REDUCED))


def test_the_same_deduction_and_outcome_again_is_a_repeat():
    given(*REQUIRED, deducted(REDUCED)).when(deducted(REDUCED)).then_nothing()
    given(*REQUIRED, deducted(PART, "partly_taken")).when(deducted(PART, "partly_taken")).then_nothing()
    given(*REQUIRED, deducted(REDUCED), reversed_deduction()).when(deducted(REDUCED)).then_nothing()


def test_the_same_deduction_with_another_figure_or_outcome_is_refused():
    given(*REQUIRED, deducted(PART, "partly_taken")).when(deducted(PART + 1, "partly_taken")).then_refused(
        DeductionIsKnown
    )
    given(*REQUIRED, deducted(PART, "partly_taken")).when(deducted(REDUCED)).then_refused(DeductionIsKnown)
    given(*REQUIRED, deducted(0, "rejected")).when(deducted(REDUCED)).then_refused(DeductionIsKnown)
    given(*REQUIRED, deducted(0, "accepted")).when(deducted(5, "accepted")).then_refused(DeductionIsKnown)


@pytest.mark.parametrize(("pence", "outcome"), [(REDUCED, "taken"), (PART, "partly_taken")])
def test_accepted_then_taken_is_progress(pence: int, outcome: str):
    given(*REQUIRED, deducted(0, "accepted")).when(deducted(pence, outcome)).then_among_others(DeductionTaken())
    assert len(repayment(*REQUIRED, deducted(0, "accepted"), deducted(pence, outcome)).deductions) == 1


def test_accepted_under_one_revision_may_be_taken_under_the_next():
    given(*REQUIRED, deducted(0, "accepted"), LOWER).when(deducted(160000, revision=2)).then_among_others(
        DeductionTaken(taken_pence=160000)
    )


def test_accepted_told_late_changes_nothing():
    given(*REQUIRED, deducted(REDUCED)).when(deducted(0, "accepted")).then_nothing()


def test_a_reversal_gives_back_the_whole_deduction_once():
    taken = (*REQUIRED, deducted(PART, "partly_taken"))
    given(*taken).when(reversed_deduction()).then(DeductionReversed(amount_pence=PART))
    given(*taken, reversed_deduction()).when(reversed_deduction()).then_nothing()
    assert ledger_after(*taken, reversed_deduction()) == (REDUCED, 0, 0, 0, REDUCED, 0)


def test_after_a_reversal_the_same_revision_may_be_taken_again():
    again = deducted(REDUCED, deduction_id="d2")
    given(*REQUIRED, deducted(REDUCED), reversed_deduction()).when(again).then_among_others(DeductionTaken())


def test_what_a_newer_message_counts_and_payroll_reversed_may_be_taken_again_under_it():
    counted = (*REQUIRED, deducted(PART, "partly_taken"), waived(100), reversed_deduction())
    whole = deducted(REDUCED - 100, deduction_id="d2", revision=2)
    given(*counted).when(whole).then_among_others(DeductionTaken(taken_pence=REDUCED - 100))
    too_little = deducted(REDUCED - 100 - PART, deduction_id="d2", revision=2)
    given(*counted).when(too_little).then_refused(FieldRefused, field="taken_pence")


def test_only_what_was_taken_is_reversed():
    given(*REQUIRED).when(reversed_deduction()).then_refused(NotThere)
    given(*REQUIRED, deducted(0, "rejected")).when(reversed_deduction()).then_refused(NothingIsOwed)


@pytest.mark.parametrize("name", ["2025-13", "August", "", "2025"])
def test_a_pay_period_is_one_of_the_calendar_or_a_month(name: str):
    given(*REQUIRED).when(deducted(REDUCED, pay_period=name)).then_refused(FieldRefused, field="pay_period")


@pytest.mark.parametrize("name", ["1989-12", "2035-07", "0001-01"])
def test_an_absurd_pay_period_is_refused(name: str):
    given(*REQUIRED).when(deducted(REDUCED, pay_period=name)).then_refused(FieldRefused, field="pay_period")


def test_a_deduction_counts_from_its_pay_date_or_its_recording_whichever_is_earlier():
    late = repayment(*REQUIRED, deducted(REDUCED).on(date(2025, 9, 20)))
    early = repayment(*REQUIRED, deducted(REDUCED).on(date(2025, 8, 25)))
    assert [receivable_on(late, date(2025, 8, day)) for day in (30, 31)] == [REDUCED, 0]
    assert [receivable_on(early, date(2025, 8, day)) for day in (24, 25)] == [REDUCED, 0]


def test_a_pay_date_is_that_of_the_schools_calendar():
    calendar = [PayPeriod(pay_period="P05", closes_on=date(2025, 8, 10), pay_date=date(2025, 8, 20))]
    taken = deducted(REDUCED, pay_period="P05").on(date(2025, 9, 20))
    assert receivable_on(repayment(*REQUIRED, schools_set(pay_calendar=calendar), taken), date(2025, 8, 20)) == 0
