"""How confidence changed, by group: the mean of each person's mean change, with an interval. Nothing about causes."""

from math import sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.reviews.statistics.census import Columns
from services.reviews.statistics.distributions import student_t
from services.reviews.statistics.grids import Bools, Ints, empty_grid, first_of_each, hidden, in_order, parts
from services.reviews.statistics.records import NOT_RATED
from services.reviews.statistics.tally import Basis

BEFORE, AFTER = 6, 7
MOST = 9
"""The greatest change, up or down, on a scale of ten."""
SCALE = 2 * MOST + 1
AT_ONCE = 300_000
"""Up to how many pairs of group and person a field of sums is the fastest way to tell them apart."""
NO_SPREAD = 1e-9
"""What rounding may leave where all changed alike."""
Floats = NDArray[np.float64]


class Changes(msgspec.Struct, frozen=True):
    """Of how many people it is told who said both, before and after, in each group; the mean and standard deviation of
    their changes; and what is hidden."""

    people: Ints
    mean: Floats
    spread: Floats
    hidden: Bools

    def of(self, row: int, column: int) -> tuple[float, float | None, float | None]:
        """The mean over people with its 95 % bounds (Student's t); none of one person, or where all changed alike."""
        people, middle, spread = (float(each[row, column]) for each in (self.people, self.mean, self.spread))
        if spread < NO_SPREAD:
            return middle, None, None
        half = student_t(int(people) - 1, below=0.975) * spread / sqrt(people)
        return middle, middle - half, middle + half


def changes(basis: Basis, columns: Columns) -> Changes:
    """What changed by the submissions of a year's completions that say both."""
    before, after = (basis.ratings[each].astype(np.int64) for each in (BEFORE, AFTER))
    both = (before != NOT_RATED) & (after != NOT_RATED)
    things, change = basis.submitted.only(both), (after - before)[both]
    groups = columns.groups(things)
    people, everybody = empty_grid(groups), basis.snapshot.people.size
    mean, spread = np.zeros(people.shape), np.zeros(people.shape)
    for place, group, those in parts(groups):
        size = people[place].size
        each, means = _means(group * everybody + things["who"][those], change[those], size * everybody)
        its = _spread(each // everybody, means, size)
        for grid, values in zip((people, mean, spread), its, strict=True):
            grid[place] = values.reshape(grid[place].shape)
    return Changes(people, mean, spread, hidden(people, basis.snapshot.urns, columns.names))


def _means(whose: Ints, change: Ints, most: int) -> tuple[Ints, Floats]:
    """Those who changed, rising, each below `most`, and the mean change of each."""
    if most <= AT_ONCE:
        number = np.bincount(whose, minlength=most)
        there = np.flatnonzero(number)
        return there, np.bincount(whose, weights=change)[there] / number[there]
    both = in_order(whose * SCALE + change + MOST, most * SCALE)  # as one number, for that is sorted fastest
    rising = both // SCALE
    first = np.flatnonzero(first_of_each(rising))
    total = np.add.reduceat(both - rising * SCALE - MOST, first)
    return rising[first], total / np.diff(first, append=both.size)


def _spread(group: Ints, values: Floats, groups: int) -> tuple[Ints, Floats, Floats]:
    """How many values each group has, their mean, and their standard deviation: 0 of fewer than two."""
    number = np.bincount(group, minlength=groups)
    mean = np.bincount(group, weights=values, minlength=groups) / np.maximum(number, 1)
    squares = np.bincount(group, weights=(values - mean[group]) ** 2, minlength=groups)
    return number, mean, np.sqrt(squares / np.maximum(number - 1, 1))
