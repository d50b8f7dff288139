"""Who stays: Kaplan and Meier's estimate and the log-rank test where people join late and change sides.

A person is untrained until the day of their first completed training and trained from the day after: their time is
split there, and each part counts only among those at risk on the same days (Mantel and Byar, 1974; Simon and Makuch,
1984). So nobody's time before a training counts as time that it made safe, as it would by comparing those who were
ever trained with those who never were ("immortal time", Suissa, 2008).
"""

from math import exp, log, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.reviews.statistics.distributions import chi_squared_above

Z = 1.959963984540054
"""Of the normal distribution, for 95 %."""


class Episodes(msgspec.Struct, frozen=True):
    """Spans of days in which someone was at risk, the last included; `event` where the event ended it."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    event: NDArray[np.bool_]


class Risk(msgspec.Struct, frozen=True):
    """By day: how many were at risk, and to how many it happened."""

    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]

    @property
    def person_days(self) -> int:
        return int(self.at_risk.sum())


class Estimate(msgspec.Struct, frozen=True):
    """The share to whom it has not happened by the last day, with 95 % bounds; None where they have no meaning."""

    value: float
    lower: float | None
    upper: float | None


def risk(episodes: Episodes, days: int) -> Risk:
    """The risk sets of `days` days."""
    begun = np.bincount(episodes.first, minlength=days + 1)
    over = np.bincount(episodes.last + 1, minlength=days + 1)
    at_risk = np.cumsum(begun[: days + 1] - over[: days + 1])[:days]
    return Risk(at_risk, np.bincount(episodes.last[episodes.event], minlength=days)[:days])


def estimate(its: Risk, least: int) -> Estimate | None:
    """Kaplan-Meier from the first day on which at least `least` were at risk; None where there is none.

    The bounds are Greenwood's, on the scale log(-log): within 0 and 1.
    """
    enough = np.flatnonzero(its.at_risk >= least)
    if not enough.size:
        return None
    events, at_risk = its.events[enough[0] :], its.at_risk[enough[0] :]
    happened = events > 0
    died, among = events[happened], at_risk[happened]
    value = float(np.prod(1 - died / among))
    if not 0 < value < 1:
        return Estimate(value, None, None)
    error = sqrt(float(np.sum(died / (among * (among - died))))) / abs(log(value))
    return Estimate(value, value ** exp(Z * error), value ** exp(-Z * error))


def log_rank(one: Risk, other: Risk) -> tuple[float, float] | None:
    """The statistic (positive where it happens to `one` more often than to chance) and its two-sided p.

    None where nothing happened while both were at risk.
    """
    happened = (one.events + other.events > 0) & (one.at_risk + other.at_risk > 1)
    died, among = (one.events + other.events)[happened], (one.at_risk + other.at_risk)[happened]
    share = one.at_risk[happened] / among
    variance = float(np.sum(died * share * (1 - share) * (among - died) / (among - 1)))
    if variance <= 0:
        return None
    statistic = float(np.sum(one.events[happened] - died * share)) / sqrt(variance)
    return statistic, chi_squared_above(1, statistic**2)
