"""What is repayable on a day: the domain's table, and every rule under its own name."""

from datetime import date

import pytest

from services.agreements.domain.agreement import Agreement, Discharge
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.terms import RepaymentTerms, Step, Steps
from shared.words import LeaverReason
from tests.unit.agreements.papers import SIGNED_ON, STARTED_ON, drafted, outcome, signed

ENDED_ON = date(2024, 10, 15)
IN_THE_SECOND_MONTH = date(2024, 11, 16)
STEPS = Steps(steps=[Step(until_months=1, percent=100), Step(until_months=2, percent=50)])


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("base", "ended_on", "on", "amount"),
    [
        (240000, None, "2024-01-08", 240000),
        (240000, None, "2031-01-01", 240000),
        (240000, "2024-10-15", "2024-11-15", 240000),
        (240000, "2024-10-15", "2024-11-16", 220000),
        (240000, "2025-01-31", "2025-02-28", 240000),
        (240000, "2025-01-31", "2025-03-01", 220000),
        (240000, "2025-01-31", "2025-03-31", 220000),
        (240000, "2025-01-31", "2025-04-01", 200000),
        (240000, "2024-01-31", "2024-02-29", 240000),
        (240000, "2024-01-31", "2024-03-01", 220000),
        (240000, "2024-02-29", "2025-02-28", 20000),
        (240000, "2024-02-29", "2025-03-01", 0),
        (180000, "2024-09-30", "2024-10-30", 180000),
        (180000, "2024-09-30", "2024-10-31", 165000),
        (180000, "2024-08-31", "2025-08-31", 15000),
        (180000, "2024-08-31", "2025-09-01", 0),
        (180000, "2025-01-31", "2025-05-31", 135000),
        (180000, "2025-01-31", "2025-08-31", 90000),
        (99999, "2024-10-15", "2024-11-16", 91666),
        (100002, "2024-10-15", "2024-11-16", 91669),
        (10000, "2024-10-15", "2025-09-16", 833),
    ],
)
def test_the_domains_table(base: int, ended_on: str | None, on: str, amount: int) -> None:
    agreement = signed(base, completed_on=day(ended_on) if ended_on else None)
    assert liability_if_leaving(agreement, day(on)).amount_pence == amount


def test_the_domains_table_with_part_funding() -> None:
    agreement = signed(20001, funded_percent=50, completed_on=ENDED_ON)
    liability = liability_if_leaving(agreement, IN_THE_SECOND_MONTH)
    assert (liability.base_pence, liability.amount_pence) == (10001, 9168)


def test_a_cancelled_agreement_asks_for_nothing_on_any_date() -> None:
    agreement = signed(cancelled=True)
    assert {outcome(liability_if_leaving(agreement, on)) for on in (date.min, STARTED_ON, date.max)} == {
        (0, "cancelled")
    }


def test_a_training_cancelled_asks_for_nothing_on_any_date() -> None:
    agreement = drafted(training_cancelled_on=date(2024, 3, 1), mandatory=True)
    assert {outcome(liability_if_leaving(agreement, on)) for on in (date.min, STARTED_ON, date.max)} == {
        (0, "cancelled")
    }


@pytest.mark.parametrize("agreement", [signed(mandatory=True), signed(apprenticeship=True)])
def test_mandatory_training_and_apprenticeships_have_no_terms(agreement: Agreement) -> None:
    assert outcome(liability_if_leaving(agreement, STARTED_ON)) == (0, "no_terms")


def test_what_was_agreed_without_terms_is_not_repayable() -> None:
    liability = liability_if_leaving(signed(terms=None), STARTED_ON)
    assert (*outcome(liability), liability.base_pence) == (0, "no_terms", 0)


def test_a_draft_without_terms_has_no_indicative_figure() -> None:
    liability = liability_if_leaving(drafted(terms=None), STARTED_ON)
    assert (liability.rule, liability.indicative_pence) == ("no_terms", None)


def test_an_assessed_agreement_is_discharged_from_the_trigger_date_on() -> None:
    agreement = signed(discharges=[Discharge(ending_id="x1", on=date(2024, 5, 10))])
    before, after = (liability_if_leaving(agreement, date(2024, 5, n)) for n in (9, 10))
    assert (outcome(before), outcome(after)) == ((2400_00, "during_training"), (0, "discharged"))


def test_unsigned_owes_nothing_but_says_what_the_formula_gives() -> None:
    liability = liability_if_leaving(drafted(completed_on=ENDED_ON), IN_THE_SECOND_MONTH)
    assert (*outcome(liability), liability.indicative_pence) == (0, "unsigned", 2200_00)


def test_the_indicative_figure_keeps_to_the_rules_that_follow() -> None:
    terms = RepaymentTerms(minimum_pence=2300_00)
    agreement = drafted(terms=terms, completed_on=ENDED_ON)
    before_start = liability_if_leaving(agreement, date(2024, 1, 7))
    other_reason = liability_if_leaving(agreement, STARTED_ON, reason="redundancy")
    below_minimum = liability_if_leaving(agreement, IN_THE_SECOND_MONTH)
    assert [found.indicative_pence for found in (before_start, other_reason, below_minimum)] == [0, 0, 0]


def test_a_reason_that_the_terms_do_not_name_is_not_liable() -> None:
    liability = liability_if_leaving(signed(), STARTED_ON, reason="redundancy")
    assert outcome(liability) == (0, "reason_not_liable")


@pytest.mark.parametrize("reason", ["retirement", None])
def test_a_reason_that_the_terms_name_and_one_not_asked_about_are_liable(reason: LeaverReason | None) -> None:
    terms = RepaymentTerms(liable_reasons=["retirement"])
    assert liability_if_leaving(signed(terms=terms), STARTED_ON, reason=reason).amount_pence == 2400_00


def test_nothing_is_repayable_before_the_start() -> None:
    assert outcome(liability_if_leaving(signed(), date(2024, 1, 7))) == (0, "before_start")


def test_the_planned_start_counts_where_none_is_recorded() -> None:
    agreement = signed(started_on=None, planned_start=date(2024, 3, 1))
    assert [liability_if_leaving(agreement, on).rule for on in (date(2024, 2, 29), date(2024, 3, 1))] == [
        "before_start",
        "during_training",
    ]


def test_the_last_day_of_training_is_still_training() -> None:
    liability = liability_if_leaving(signed(completed_on=ENDED_ON), ENDED_ON)
    assert (*outcome(liability), liability.months_completed) == (2400_00, "during_training", None)


def test_everything_is_repayable_within_one_month_of_completion() -> None:
    liability = liability_if_leaving(signed(completed_on=date(2025, 1, 31)), date(2025, 2, 28))
    assert (*outcome(liability), liability.months_completed) == (2400_00, "full_period", 0)


def test_each_completed_month_takes_a_twelfth_off() -> None:
    liability = liability_if_leaving(signed(completed_on=ENDED_ON), IN_THE_SECOND_MONTH)
    assert (*outcome(liability), liability.months_completed) == (2200_00, "reduced", 1)


def test_nothing_is_repayable_after_a_year() -> None:
    liability = liability_if_leaving(signed(completed_on=ENDED_ON), date(2025, 10, 16))
    assert (*outcome(liability), liability.months_completed) == (0, "served", 12)


def test_the_scale_answers_for_the_calendars_last_day() -> None:
    assert outcome(liability_if_leaving(signed(completed_on=ENDED_ON), date.max)) == (0, "served")


def test_withdrawing_from_the_training_does_not_escape_the_scale() -> None:
    agreement = signed(withdrawn_on=ENDED_ON)
    assert outcome(liability_if_leaving(agreement, IN_THE_SECOND_MONTH)) == (2200_00, "reduced")


def test_a_step_of_the_whole_is_the_full_period_and_one_below_is_reduced() -> None:
    agreement = signed(terms=RepaymentTerms(scale=STEPS), completed_on=ENDED_ON)
    found = [outcome(liability_if_leaving(agreement, date(2024, month, 16))) for month in (10, 11, 12)]
    assert found == [(2400_00, "full_period"), (1200_00, "reduced"), (0, "served")]


def test_an_amount_below_the_minimum_becomes_nothing_and_the_rule_stays() -> None:
    agreement = signed(terms=RepaymentTerms(minimum_pence=2200_01), completed_on=ENDED_ON)
    liability = liability_if_leaving(agreement, IN_THE_SECOND_MONTH)
    assert (*outcome(liability), liability.below_minimum) == (0, "reduced", True)


def test_an_amount_at_the_minimum_and_no_amount_are_not_below_it() -> None:
    agreement = signed(terms=RepaymentTerms(minimum_pence=2200_00), completed_on=ENDED_ON)
    found = [liability_if_leaving(agreement, on) for on in (IN_THE_SECOND_MONTH, date(2025, 10, 16))]
    assert [(liability.amount_pence, liability.below_minimum) for liability in found] == [(2200_00, False), (0, False)]


def test_a_cancelled_agreement_without_terms_is_cancelled() -> None:
    agreement = drafted(terms=None, cancelled=True, discharges=[Discharge(ending_id="x1", on=SIGNED_ON)])
    assert liability_if_leaving(agreement, STARTED_ON).rule == "cancelled"


def test_no_terms_comes_before_discharged_and_discharged_before_unsigned() -> None:
    discharges = [Discharge(ending_id="x1", on=SIGNED_ON)]
    found = [
        liability_if_leaving(drafted(terms=t, discharges=discharges), STARTED_ON) for t in (None, RepaymentTerms())
    ]
    assert [liability.rule for liability in found] == ["no_terms", "discharged"]
