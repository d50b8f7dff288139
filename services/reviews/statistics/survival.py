"""Who stays: Kaplan and Meier's estimate and the log-rank test where people join late and change sides.

A person is untrained until the day of their first completed training and trained from the day after: their time is
split there, and each part counts only among those at risk on the same days (Mantel and Byar, 1974; Simon and Makuch,
1984). So nobody's time before a training counts as time that it made safe, as it would by comparing those who were
ever trained with those who never were ("immortal time", Suissa, 2008).
"""

from math import exp, log, sqrt
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.reviews.statistics.distributions import chi_squared_above

Days = NDArray[np.integer[Any]]
Z = 1.959963984540054
"""Of the normal distribution, for 95 %."""


class Risk(msgspec.Struct, frozen=True):
    """By day: how many were at risk, and to how many it happened."""

    at_risk: Days
    events: Days

    @property
    def person_days(self) -> int:
        return int(self.at_risk.sum())


class Estimate(msgspec.Struct, frozen=True):
    """The share to whom it has not happened by the last day, with 95 % bounds; None where they have no meaning."""

    value: float
    lower: float | None
    upper: float | None


def at_risk(first: Days, last: Days, group: Days, groups: int, days: int) -> Days:
    """How many of each group were at risk on each of `days` days, a row a group: from a first day to a last."""
    width = days + 1
    begun = np.bincount(group * width + first, minlength=groups * width)
    over = np.bincount(group * width + last + 1, minlength=groups * width)
    return np.cumsum((begun - over).reshape(groups, width), axis=1)[:, :days]


def events(day: Days, group: Days, groups: int, days: int) -> Days:
    """To how many of each group it happened on each of `days` days, a row a group."""
    return np.bincount(group * days + day, minlength=groups * days).reshape(groups, days)


def estimate(its: Risk, least: int) -> Estimate | None:
    """Kaplan-Meier from the first day on which at least `least` were at risk; None where there is none.

    The bounds are Greenwood's, on the scale log(-log): within 0 and 1.
    """
    enough = its.at_risk >= least
    if not enough.any():
        return None
    happened = np.flatnonzero(its.events)
    happened = happened[happened >= enough.argmax()]
    died, among = its.events[happened], its.at_risk[happened]
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
