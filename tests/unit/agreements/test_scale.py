"""The sliding scale by itself: shares, boundaries, and which scales are refused."""

from datetime import date, timedelta

import pytest

from services.agreements.domain.scale import amount_on_scale, check_scale, scale_boundaries, share_on_scale
from services.agreements.domain.terms import Linear, Step, Steps
from shared.dates import LAST_DAY, months_completed
from shared.errors import FieldRefused

TWO_YEARS = Steps(steps=[Step(until_months=12, percent=100), Step(until_months=24, percent=50)])


def steps(*pairs: tuple[int, int]) -> Steps:
    return Steps(steps=[Step(until_months=until, percent=percent) for until, percent in pairs])


def test_the_policys_scale_falls_by_a_twelfth_at_monthly_intervals() -> None:
    amounts = [amount_on_scale(Linear(), 2400_00, months) for months in range(14)]
    assert amounts == [2400_00, *(200_00 * left for left in range(11, -1, -1)), 0]


def test_an_amount_is_computed_once_from_the_base_and_never_by_subtracting_in_turn() -> None:
    assert [amount_on_scale(Linear(), 100_00, months) for months in (1, 2, 11)] == [91_67, 83_33, 8_33]


def test_half_a_penny_goes_up() -> None:
    assert amount_on_scale(Linear(), 1000_02, 1) == 916_69


@pytest.mark.parametrize(
    ("scale", "rules"),
    [
        (Linear(), ["full_period"] + ["reduced"] * 11 + ["served"]),
        (Linear(months=3, full_months=0), ["reduced", "reduced", "reduced", "served"]),
        (Linear(months=2, full_months=2), ["full_period", "full_period", "served"]),
        (steps((1, 100), (2, 50), (3, 0)), ["full_period", "reduced", "reduced", "served"]),
        (steps((2, 80)), ["reduced", "reduced", "served"]),
    ],
)
def test_a_scale_says_which_rule_holds_after_each_month(scale: Linear | Steps, rules: list[str]) -> None:
    assert [share_on_scale(scale, months)[0] for months in range(len(rules))] == rules


def test_a_step_holds_while_fewer_months_are_completed() -> None:
    amounts = {months: amount_on_scale(TWO_YEARS, 1800_00, months) for months in (0, 11, 12, 23, 24)}
    assert amounts == {0: 1800_00, 11: 1800_00, 12: 900_00, 23: 900_00, 24: 0}


def test_a_scale_without_full_months_begins_at_the_whole_base() -> None:
    assert amount_on_scale(Linear(months=4, full_months=0), 1000_00, 0) == 1000_00


def test_boundaries_are_the_days_after_the_corresponding_ones_and_never_drift() -> None:
    assert scale_boundaries(Linear(months=3), date(2025, 1, 31)) == (
        (date(2025, 2, 1), 0),
        (date(2025, 3, 1), 1),
        (date(2025, 4, 1), 2),
        (date(2025, 5, 1), 3),
    )


def test_a_scale_without_full_months_has_one_boundary_at_the_end_of_the_training() -> None:
    boundaries = scale_boundaries(Linear(months=1, full_months=0), date(2025, 1, 31))
    assert boundaries == ((date(2025, 2, 1), 0), (date(2025, 3, 1), 1))


def test_steps_have_a_boundary_where_each_ends() -> None:
    assert scale_boundaries(TWO_YEARS, date(2024, 2, 29)) == (
        (date(2024, 3, 1), 0),
        (date(2025, 3, 1), 12),
        (date(2026, 3, 1), 24),
    )


def test_boundaries_beyond_the_calendar_fall_on_its_last_day() -> None:
    assert scale_boundaries(Linear(months=1), date(9999, 12, 31))[-1] == (LAST_DAY, 1)


@pytest.mark.parametrize("ended_on", [date(2023, 12, 1) + timedelta(days=n) for n in range(0, 500, 7)])
def test_each_boundary_is_the_first_day_of_its_count_of_months(ended_on: date) -> None:
    for day, months in scale_boundaries(Linear(months=30), ended_on)[1:]:
        assert (months_completed(ended_on, day - timedelta(days=1)), months_completed(ended_on, day)) == (
            months - 1,
            months,
        )


@pytest.mark.parametrize(
    "scale",
    [
        Linear(),
        Linear(months=1, full_months=0),
        Linear(months=120, full_months=120),
        steps((120, 0)),
        steps(*((until, 100 - until) for until in range(1, 21))),
    ],
)
def test_a_scale_within_the_rules_is_accepted(scale: Linear | Steps) -> None:
    check_scale(scale)


@pytest.mark.parametrize(
    ("scale", "rule"),
    [
        (Linear(months=0, full_months=0), "months must lie between 1 and 120"),
        (Linear(months=121), "months must lie between 1 and 120"),
        (Linear(full_months=-1), "full_months must lie between 0 and months"),
        (Linear(months=2, full_months=3), "full_months must lie between 0 and months"),
        (steps(), "steps must number between 1 and 20"),
        (steps(*((until, 100 - until) for until in range(1, 22))), "steps must number between 1 and 20"),
        (steps((0, 50)), "until_months of each step must lie between 1 and 120"),
        (steps((121, 50)), "until_months of each step must lie between 1 and 120"),
        (steps((12, 101)), "percent of each step must lie between 0 and 100"),
        (steps((12, -1)), "percent of each step must lie between 0 and 100"),
        (steps((12, 100), (12, 50)), "until_months must rise from each step to the next"),
        (steps((12, 50), (24, 50)), "percent must fall from each step to the next"),
    ],
)
def test_a_scale_outside_the_rules_is_refused_with_the_rule_in_words(scale: Linear | Steps, rule: str) -> None:
    with pytest.raises(FieldRefused) as refusal:
        check_scale(scale)
    assert refusal.value.errors == {"scale": [rule]}


def test_every_broken_rule_is_named() -> None:
    with pytest.raises(FieldRefused) as refusal:
        check_scale(Linear(months=0, full_months=1))
    assert len(refusal.value.errors["scale"]) == 2
