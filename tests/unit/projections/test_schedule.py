"""Schedules and instants: figures that need no log."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.projections.instants import instant, microseconds
from shared.projections.schedule import NEVER, Schedule, amount_at


@pytest.mark.parametrize(
    ("amounts", "until"),
    [
        ({}, 0),
        ({"pence": [0, 0, 0]}, 0),
        ({"pence": [5, 0, 0]}, 20),
        ({"pence": [5, 0, 3]}, NEVER),
        ({"pence": [0, 0, 0], "other": [0, 1, 0]}, 30),
    ],
)
def test_owed_until_is_the_first_day_from_which_nothing_is_owed_for_good(amounts: dict[str, list[int]], until: int):
    assert Schedule([10, 20, 30], amounts).owed_until() == until


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), unique_by=lambda step: step[0]), st.integers(0, 70))
def test_the_amount_on_a_day_is_that_of_the_last_step_before_it(steps: list[tuple[int, int]], on: int):
    steps.sort()
    held = [pence for day, pence in steps if day <= on]
    assert amount_at([day for day, _ in steps], [pence for _, pence in steps], on) == (held[-1] if held else 0)


def test_an_amount_that_is_not_named_is_nothing():
    assert "other" not in Schedule.of([date(2025, 1, 1)], pence=[5]).amounts_on(date(2025, 1, 2))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_comes_back_to_the_microsecond(at: datetime):
    assert instant(microseconds(at)) == at
