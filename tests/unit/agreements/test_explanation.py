"""What a member of staff reads about a liability."""

from datetime import date

from services.agreements.domain.agreement import Agreement, Discharge
from services.agreements.domain.explanation import explain
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.terms import RepaymentTerms, Step, Steps
from shared.words import LeaverReason
from tests.unit.agreements.papers import STARTED_ON, drafted, paid, signature, signed

ENDED_ON = date(2025, 1, 31)
COMPLETED = "The training was completed on 31 January 2025"
DEDUCTIBLE = (
    "It can be deducted from pay: consent was given on 1 December 2023, and the training began on 8 January 2024."
)


def told(agreement: Agreement, on: date, reason: LeaverReason = "resignation") -> list[str]:
    return explain(agreement, liability_if_leaving(agreement, on, reason=reason), on)


def test_a_reduced_liability_can_be_checked_by_hand() -> None:
    assert told(signed(completed_on=ENDED_ON), date(2025, 4, 1)) == [
        f"{COMPLETED}; by 1 April 2025, 2 whole months have been completed since, so 10/12 of the base is repayable.",
        "The base is £2,400.00 (repayable costs as agreed: fee £2,400.00).",
        "£2,400.00 × 10/12 = £2,000.00.",
        f"Repayable: £2,000.00. {DEDUCTIBLE}",
    ]


def test_rounding_is_named_wherever_it_happens() -> None:
    agreement = signed(20001, funded_percent=50, completed_on=ENDED_ON)
    _, base, fraction, _ = told(agreement, date(2025, 3, 1))
    assert base == (
        "The base is £100.01 (repayable costs as agreed: fee £200.01, of which the school funds 50%, "
        "rounded to the nearest penny, half a penny up)."
    )
    assert fraction == "£100.01 × 11/12 = £91.68, rounded to the nearest penny, half a penny up."


def test_costs_paid_refunds_and_steps_are_named() -> None:
    terms = RepaymentTerms(base="paid", scale=Steps(steps=[Step(until_months=12, percent=50)]))
    agreement = signed(
        terms=terms, withdrawn_on=ENDED_ON, costs=[paid(800_00, STARTED_ON)], refunds=[paid(50_00, STARTED_ON)]
    )
    rule, base, fraction, _ = told(agreement, date(2025, 3, 1))
    assert rule == (
        "The training was left on 31 January 2025; by 1 March 2025, 1 whole month has been completed since, "
        "so 50% of the base is repayable."
    )
    assert base == "The base is £750.00 (repayable costs paid by 1 March 2025: fee £800.00, less refunds of £50.00)."
    assert fraction == "£750.00 × 50% = £375.00."


def test_during_training_the_whole_base_is_repayable() -> None:
    assert told(signed(), date(2024, 5, 1))[0] == (
        "The training began on 8 January 2024 and on 1 May 2024 no end is recorded, so the whole base is repayable."
    )


def test_a_day_during_a_training_that_has_since_ended_says_until_when_it_lasted() -> None:
    assert told(signed(completed_on=ENDED_ON), date(2024, 5, 1))[0] == (
        "On 1 May 2024 the training was under way, until 31 January 2025, so the whole base is repayable."
    )


def test_the_last_day_of_training_is_said_to_count_as_training() -> None:
    assert told(signed(completed_on=ENDED_ON), ENDED_ON)[0] == (
        "The training ended on 31 January 2025, a day that still counts as training, so the whole base is repayable."
    )


def test_an_unsigned_agreement_says_what_it_would_ask_for() -> None:
    assert told(drafted(), STARTED_ON) == [
        "The agreement was not signed on or before 8 January 2024, so nothing is repayable.",
        "The base is £2,400.00 (repayable costs as agreed: fee £2,400.00).",
        "Signed as it stands, it would make £2,400.00 repayable.",
    ]


def test_a_sum_that_cannot_be_deducted_says_why() -> None:
    agreement = signed(signatures=[signature(consent=False)])
    assert told(agreement, STARTED_ON)[-1] == (
        "Repayable: £2,400.00. It cannot be deducted from pay, because the agreement as signed gives no consent "
        "to deduct; it is invoiced."
    )


def test_an_amount_below_the_minimum_says_so() -> None:
    agreement = signed(500, terms=RepaymentTerms(minimum_pence=10_00))
    assert told(agreement, STARTED_ON)[-1] == "These terms ask for no amount below £10.00, so nothing is repayable."


def test_a_reason_that_is_not_liable_names_those_that_are_and_not_itself() -> None:
    sentence = told(signed(), STARTED_ON, reason="ill_health")[0]
    assert sentence == (
        "These terms ask for repayment on leaving by resignation alone; the reason is another: nothing is repayable."
    )


def test_what_asks_for_nothing_says_why() -> None:
    on, assessed = date(2026, 3, 1), [Discharge(ending_id="x1", on=STARTED_ON)]
    firsts = {
        told(signed(cancelled=True), on)[0],
        told(signed(training_cancelled_on=on), on)[0],
        told(signed(mandatory=True), on)[0],
        told(signed(apprenticeship=True), on)[0],
        told(signed(terms=None), on)[0],
        told(signed(discharges=assessed), on)[0],
        told(signed(), date(2024, 1, 1))[0],
        told(signed(completed_on=ENDED_ON), on)[0],
    }
    assert firsts == {
        "The agreement was cancelled, so nothing is ever repayable.",
        "The training was cancelled, so nothing is ever repayable.",
        "Mandatory training carries no repayment terms, so nothing is repayable.",
        "An apprenticeship carries no repayment terms, so nothing is repayable.",
        "The training was agreed without repayment terms, so nothing is repayable.",
        "An employment ended and this was assessed, once and for all, as at 8 January 2024: nothing more is due.",
        "1 January 2024 is before the training begins, on 8 January 2024, so nothing is repayable.",
        f"{COMPLETED}; by 1 March 2026, 13 whole months have been completed since, so nothing is repayable any more.",
    }
