"""How confidence changed, by group: the mean of each person's mean change, with an interval. Nothing about causes."""

from math import sqrt

import msgspec
import numpy as np

from services.reviews.statistics.distributions import student_t
from services.reviews.statistics.grids import Bools, Groups, Ints, heads, hidden
from services.reviews.statistics.records import NOT_RATED, ratings_of
from services.reviews.statistics.tally import Tally

BEFORE, AFTER = 6, 7


class Changes(msgspec.Struct, frozen=True):
    """Of each person who said both, before and after, what changed; where they fall, and what is hidden."""

    groups: Groups
    person: Ints
    change: Ints
    people: Ints
    hidden: Bools

    def of(self, row: int, column: int) -> tuple[float, float | None, float | None]:
        """The mean over people with its 95 % bounds (Student's t); none of one person, or where all changed alike."""
        those = self._those(row, column)
        who, place = np.unique(self.person[those], return_inverse=True)
        mean = np.bincount(place, weights=self.change[those], minlength=who.size) / np.bincount(place)
        middle = float(mean.mean())
        spread = float(mean.std(ddof=1)) if who.size > 1 else 0.0
        if spread == 0:
            return middle, None, None
        half = student_t(who.size - 1, below=0.975) * spread / sqrt(who.size)
        return middle, middle - half, middle + half

    def _those(self, row: int, column: int) -> Ints:
        """Which changes are in a group."""
        among = self.groups.which[self.groups.column == column] if column < self.groups.columns else None
        those = np.arange(self.person.size) if among is None else among
        return those[self.groups.row[those] == row] if row < self.groups.rows else those


def changes(found: Tally) -> Changes:
    """What changed by the submissions of a year's completions that say both."""
    numbers = ratings_of(found.submitted["label"])
    before, after = numbers[:, BEFORE].astype(np.int64), numbers[:, AFTER].astype(np.int64)
    both = (before != NOT_RATED) & (after != NOT_RATED)
    things = found.submitted[both]
    groups, person = found.columns.groups(things), things["who"].astype(np.int64)
    people = heads(groups, person, found.census.role.size)
    change = (after - before)[both]
    return Changes(groups, person, change, people, hidden(people, found.rows, found.columns.names))
