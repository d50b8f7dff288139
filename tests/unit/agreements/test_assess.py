"""What an ending that came about assesses: its own discharge does not count, an earlier one does."""

from datetime import date

from services.agreements.domain.agreement import Discharge
from services.agreements.domain.liability import assess
from tests.unit.agreements.papers import STARTED_ON, outcome, signed


def test_an_ending_does_not_discharge_what_it_assesses() -> None:
    agreement = signed(discharges=[Discharge(ending_id="x1", on=STARTED_ON)])
    assert outcome(assess(agreement, STARTED_ON, reason_liable=True, ending_id="x1")) == (2400_00, "during_training")


def test_an_ending_on_an_earlier_day_discharges_whichever_was_recorded_first() -> None:
    agreement = signed(
        discharges=[Discharge(ending_id="x2", on=date(2024, 6, 1)), Discharge(ending_id="x1", on=STARTED_ON)]
    )
    found = [
        assess(agreement, on, reason_liable=True, ending_id=ending_id).rule
        for on, ending_id in ((STARTED_ON, "x1"), (date(2024, 6, 1), "x2"))
    ]
    assert found == ["during_training", "discharged"]


def test_of_two_endings_on_one_day_the_first_recorded_is_owed_and_the_second_is_discharged() -> None:
    agreement = signed(discharges=[Discharge(ending_id=ending_id, on=STARTED_ON) for ending_id in ("x1", "x2")])
    found = [assess(agreement, STARTED_ON, reason_liable=True, ending_id=ending_id).rule for ending_id in ("x1", "x2")]
    assert found == ["during_training", "discharged"]


def test_a_second_ending_not_yet_recorded_is_discharged_by_the_first() -> None:
    agreement = signed(discharges=[Discharge(ending_id="x1", on=STARTED_ON)])
    assert outcome(assess(agreement, STARTED_ON, reason_liable=True, ending_id="x2")) == (0, "discharged")


def test_an_ending_for_a_reason_that_is_not_liable_asks_for_nothing() -> None:
    assert outcome(assess(signed(), STARTED_ON, reason_liable=False, ending_id="x1")) == (0, "reason_not_liable")
