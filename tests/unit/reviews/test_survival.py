"""Kaplan-Meier and log-rank: as scipy's where it can say, as counted by hand where people join late, without bias."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from services.reviews.statistics.survival import Risk, at_risk, estimate, events, log_rank

DAYS = 60
lives = st.lists(st.tuples(st.integers(0, DAYS - 1), st.booleans()), min_size=2, max_size=40)


class Episodes(NamedTuple):
    """Spans of days in which someone was at risk, the last included, and whether the event ended them."""

    first: np.ndarray
    last: np.ndarray
    event: np.ndarray


def risk(its: Episodes, days: int) -> Risk:
    """The risk sets where all are one group of two; the other is empty."""
    group = np.ones_like(its.first)
    among = at_risk(its.first, its.last, group, 2, days)
    happened = events(its.last[its.event], group[its.event], 2, days)
    assert not among[0].any()
    assert not happened[0].any()
    return Risk(among[1], happened[1])


def from_the_start(ended: list[tuple[int, bool]]) -> Episodes:
    return episodes([(0, last, event) for last, event in ended])


def episodes(spans: list[tuple[int, int, bool]]) -> Episodes:
    first, last, event = (np.array([span[place] for span in spans], int) for place in range(3))
    return Episodes(first, last, event.astype(bool))


def as_scipy_has_it(ended: list[tuple[int, bool]]) -> stats.CensoredData:
    # Of those who leave, and are last seen, on one day scipy too takes the leavers to have been among them.
    return stats.CensoredData(
        uncensored=[last for last, event in ended if event], right=[last for last, event in ended if not event]
    )


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined:RuntimeWarning")
@settings(max_examples=200, deadline=None)
@given(lives)
def test_where_all_begin_together_the_estimate_is_that_of_scipy(ended: list[tuple[int, bool]]):
    ours = estimate(risk(from_the_start(ended), DAYS), 1)
    theirs = stats.ecdf(as_scipy_has_it(ended)).sf
    assert ours is not None
    assert ours.value == pytest.approx(float(theirs.evaluate(DAYS)), abs=1e-9)
    if ours.lower is not None and 0 < ours.value < 1:
        interval = theirs.confidence_interval(0.95, method="log-log")
        assert ours.lower == pytest.approx(float(interval.low.evaluate(DAYS)), abs=1e-9)
        assert ours.upper == pytest.approx(float(interval.high.evaluate(DAYS)), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(lives, lives)
def test_where_all_begin_together_the_test_is_that_of_scipy(one: list[tuple[int, bool]], other: list[tuple[int, bool]]):
    ours = log_rank(risk(from_the_start(one), DAYS), risk(from_the_start(other), DAYS))
    if ours is not None:
        theirs = stats.logrank(as_scipy_has_it(one), as_scipy_has_it(other))
        assert abs(ours[0]) == pytest.approx(abs(float(theirs.statistic)), abs=1e-9)
        assert ours[1] == pytest.approx(float(theirs.pvalue), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 29), st.booleans()), min_size=1, max_size=30))
def test_who_joins_late_is_at_risk_only_from_then_on(spans: list[tuple[int, int, bool]]):
    whole = [(first, first + length, event) for first, length, event in spans]
    value, begun = 1.0, False
    for day in range(DAYS):
        among = sum(first <= day <= last for first, last, _ in whole)
        begun = begun or among >= 3
        if begun and among:
            value *= 1 - sum(last == day and event for _, last, event in whole) / among
    found = estimate(risk(episodes(whole), DAYS), 3)
    assert (found is None) == (not begun)
    if found is not None:
        assert found.value == pytest.approx(value, abs=1e-12)


def test_training_that_changes_nothing_seems_to_change_nothing():
    """Everybody leaves at the same rate. Comparing who was ever trained with who never was would favour the trained."""
    found = [_where_nothing_changes(seed) for seed in range(40)]
    assert abs(np.mean([ours for ours, _ in found])) < 3 / np.sqrt(len(found))
    assert all(naive < -5 for _, naive in found)


def _where_nothing_changes(seed: int) -> tuple[float, float]:
    """The statistic for the trained by our split of their time, and by who was ever trained."""
    chance, people = np.random.default_rng(seed), 2000
    leaves = np.minimum(chance.geometric(1 / 200, people), 365) - 1
    trained_on = chance.integers(0, 365, people)
    event, ever, start = leaves < 364, trained_on < leaves, np.zeros(people, int)
    untrained = Episodes(start, np.minimum(leaves, trained_on), event & ~ever)
    trained = Episodes(trained_on[ever] + 1, leaves[ever], event[ever])
    ours = log_rank(risk(trained, 365), risk(untrained, 365))
    by_fate = [risk(Episodes(start[those], leaves[those], event[those]), 365) for those in (ever, ~ever)]
    naive = log_rank(*by_fate)
    assert ours is not None
    assert naive is not None
    return ours[0], naive[0]
