"""Who is who on a day, and into which groups of a table things fall."""

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.reviews.domain.words import BENEFITS
from services.reviews.statistics.grids import Bools, Groups, Ints
from services.reviews.statistics.records import LINK, NO_ROLE, PROVIDED, ROLES, SPELL, TYPES, Records
from services.reviews.statistics.snapshot import Snapshot

By = Literal["role_category", "activity_type", "provider", "priority", "school", "academic_year", "benefit"]
NO_PROVIDER, NO_PRIORITY = "none named", "none linked"
NOWHERE = -1


class Census(msgspec.Struct, frozen=True):
    """The role, the school and whether employed on the day, of each person in the order of a snapshot.

    Of someone who has left it is the last role and school, of someone yet to come the first. `home` is the place of the
    school, or `NOWHERE` of someone of whom HR told nothing.
    """

    role: Ints
    home: Ints
    employed: Bools


def census(snapshot: Snapshot, known_at: int, on: int) -> Census:
    """Who is who on a day (an ordinal), as known at an instant."""
    spells = snapshot.of(SPELL, known_at)
    begun = spells["day"] <= on
    there = begun & (spells["amount"] >= on)
    order = np.lexsort((spells["amount"], np.where(begun, spells["day"], -spells["day"]), begun, there))
    spells, there = spells[order], there[order]
    who, people = spells["who"], snapshot.people.size
    role, home = np.full(people, NO_ROLE), np.full(people, NOWHERE)
    employed = np.zeros(people, np.bool_)
    role[who], home[who], employed[who] = spells["role"], spells["where"], there  # of several, the last is kept
    return Census(role, home, employed)


class Columns:
    """The groups of a table: their names, and how things fall into them."""

    def __init__(self, by: By, snapshot: Snapshot, its: Census, known_at: int) -> None:
        self.by, self._census, self._rows = by, its, snapshot.schools.size
        self._labels = np.zeros(0, np.uint64)
        self._known = np.zeros(0, snapshot.kinds[LINK].dtype)
        """Providers, or links to priorities, by activity."""
        self.names: list[str] = []
        if by == "role_category":
            self.names = list(ROLES)
        elif by == "activity_type":
            self.names = list(TYPES)
        elif by == "benefit":
            self.names = list(BENEFITS)
        elif by == "provider":
            self._known = _by_activity(snapshot.of(PROVIDED, known_at))
            self._labels = np.unique(np.append(self._known["label"], np.uint64(0)))
            self.names = [snapshot.providers[each] if each else NO_PROVIDER for each in self._labels.tolist()]
        elif by == "priority":
            self._known = _by_activity(snapshot.of(LINK, known_at))
            self._labels = np.unique(self._known["label"])
            self.names = [*(snapshot.priorities[each] for each in self._labels.tolist()), NO_PRIORITY]

    def groups(self, things: Records) -> Groups:
        """Where things fall."""
        return self.placed(things["where"].astype(np.int64), things)

    def placed(self, row: Ints, things: Records) -> Groups:
        """Where things fall that count in other rows than those of their own school."""
        which, column = self._columns(things)
        return Groups(row, which, column, self._rows, len(self.names))

    def _columns(self, things: Records) -> tuple[Ints, Ints]:
        each = np.arange(things.size)
        if self.by == "role_category":
            return each, self._census.role[things["who"]]
        if self.by == "activity_type":
            return each, things["type"].astype(np.int64)
        if self.by == "provider":
            return each, np.searchsorted(self._labels, self._provider(things))
        if self.by == "priority":
            return self._by_links(things)
        return np.zeros(0, np.int64), np.zeros(0, np.int64)

    def _provider(self, things: Records) -> NDArray[np.uint64]:
        """The provider whom the request names; what follows from no request has none."""
        place = np.searchsorted(self._known["activity"], things["activity"])
        found = np.zeros(things.size, np.uint64)
        if self._known.size:
            place = np.minimum(place, self._known.size - 1)
            same = self._known["activity"][place] == things["activity"]
            found[same] = self._known["label"][place[same]]
        return found

    def _by_links(self, things: Records) -> tuple[Ints, Ints]:
        """Once for each priority that the activity is linked to; what has no link is in the last column."""
        activities = np.ascontiguousarray(self._known["activity"])
        first = np.searchsorted(activities, things["activity"], "left")
        number = np.searchsorted(activities, things["activity"], "right") - first
        which = np.repeat(np.arange(things.size), number)
        nth = np.arange(which.size) - np.repeat(np.cumsum(number) - number, number)
        column = np.searchsorted(self._labels, self._known["label"][first[which] + nth])
        unlinked = np.flatnonzero(number == 0)
        last = np.full(unlinked.size, len(self.names) - 1)
        return np.concatenate([which, unlinked]), np.concatenate([column, last])


def _by_activity(records: Records) -> Records:
    found: Records = records[np.argsort(records["activity"], kind="stable")]
    return found
