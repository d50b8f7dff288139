"""Which signed version holds on a day, and whether its consent allows a deduction."""

from datetime import date

from services.agreements.domain.liability import liability_if_leaving
from tests.unit.agreements.papers import STARTED_ON, drafted, outcome, signature, signed


def test_a_signature_holds_from_its_own_day() -> None:
    agreement = signed(signatures=[signature(date(2024, 2, 1))])
    before, after = (liability_if_leaving(agreement, on) for on in (date(2024, 1, 31), date(2024, 2, 1)))
    assert (before.rule, after.rule) == ("unsigned", "during_training")


def test_a_later_variation_does_not_change_what_was_true_before_it_was_signed() -> None:
    varied = signature(date(2024, 6, 1), base_pence=900_00, version=2)
    agreement = signed(signatures=[signature(), varied])
    assert [liability_if_leaving(agreement, date(2024, month, 1)).amount_pence for month in (5, 6)] == [2400_00, 900_00]


def test_a_variation_that_nobody_signed_changes_nothing() -> None:
    agreement = drafted(1_00, None, signatures=[signature()])
    assert outcome(liability_if_leaving(agreement, STARTED_ON)) == (2400_00, "during_training")


def test_of_versions_signed_by_a_day_the_last_recorded_holds() -> None:
    backdated = signature(date(2024, 2, 1), base_pence=900_00, version=2)
    agreement = signed(signatures=[signature(date(2024, 6, 1)), backdated])
    assert [liability_if_leaving(agreement, date(2024, month, 1)).amount_pence for month in (3, 9)] == [900_00, 900_00]


def test_consent_before_the_training_or_on_its_first_day_makes_the_sum_deductible() -> None:
    agreement = signed(signatures=[signature(STARTED_ON)])
    liability = liability_if_leaving(agreement, STARTED_ON)
    assert (liability.deductible, liability.not_deductible_because) == (True, None)


def test_without_a_signature_nothing_is_deductible() -> None:
    assert liability_if_leaving(drafted(), STARTED_ON).not_deductible_because == "unsigned"


def test_without_consent_it_is_owed_and_not_deductible() -> None:
    liability = liability_if_leaving(signed(signatures=[signature(consent=False)]), STARTED_ON)
    assert (liability.amount_pence, liability.not_deductible_because) == (2400_00, "no_consent")


def test_signed_after_the_training_began_it_is_owed_and_not_deductible() -> None:
    signed_on = date(2024, 1, 9)
    liability = liability_if_leaving(signed(signatures=[signature(signed_on)]), signed_on)
    assert (liability.amount_pence, liability.not_deductible_because) == (2400_00, "signed_after_start")


def test_a_governor_has_no_salary_to_deduct_from() -> None:
    liability = liability_if_leaving(signed(signatures=[signature(by_governor=True)]), STARTED_ON)
    assert (liability.amount_pence, liability.not_deductible_because) == (2400_00, "governor")


def test_consent_that_stood_unbroken_since_before_the_start_covers_a_variation_signed_later() -> None:
    agreement = signed(signatures=[signature(), signature(date(2024, 6, 1), version=2)])
    assert liability_if_leaving(agreement, date(2024, 7, 1)).deductible


def test_consent_taken_back_and_given_again_counts_from_when_it_was_given_again() -> None:
    refused = signature(date(2024, 2, 1), version=2, consent=False)
    agreement = signed(signatures=[signature(), refused, signature(date(2024, 6, 1), version=3)])
    found = [liability_if_leaving(agreement, date(2024, month, 15)).not_deductible_because for month in (1, 2, 6)]
    assert found == [None, "no_consent", "signed_after_start"]


def test_a_version_replaced_on_the_day_it_was_signed_never_broke_the_consent() -> None:
    same_day = date(2024, 6, 1)
    replaced = signature(same_day, version=2, consent=False)
    agreement = signed(signatures=[signature(), replaced, signature(same_day, version=3)])
    assert liability_if_leaving(agreement, same_day).deductible
