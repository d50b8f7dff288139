"""Who is who on a day, and into which groups of a table things fall."""

from typing import Literal

import msgspec
import numpy as np

from services.reviews.domain.impact import ALL
from services.reviews.domain.words import BENEFITS
from services.reviews.statistics.columns import Records
from services.reviews.statistics.grids import Bools, Groups, Ints
from services.reviews.statistics.records import LINK, NO_ROLE, PROVIDED, ROLES, SPELL, TYPES
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
    who, people = spells["who"][order], snapshot.people.size
    role, home = np.full(people, NO_ROLE), np.full(people, NOWHERE)
    employed = np.zeros(people, np.bool_)
    role[who], home[who] = spells["role"][order], spells["where"][order]  # of several, the last is kept
    employed[who] = there[order]
    return Census(role, home, employed)


class Columns:
    """The groups of a table: their names, and how things fall into them."""

    def __init__(self, by: By, snapshot: Snapshot, its: Census, known_at: int) -> None:
        self.by, self._census, self._rows = by, its, snapshot.schools.size
        self.names: list[str] = []
        if by == "role_category":
            self.names = list(ROLES)
        elif by == "activity_type":
            self.names = list(TYPES)
        elif by == "benefit":
            self.names = list(BENEFITS)
        elif by == "provider":
            self._provider, labels = _providers(snapshot.of(PROVIDED, known_at), snapshot.activities.size)
            self.names = [_apart(snapshot.providers[each]) if each else NO_PROVIDER for each in labels]
        elif by == "priority":
            self._links, labels = _links(snapshot.of(LINK, known_at), snapshot.activities.size)
            self.names = [*(snapshot.priorities[each] for each in labels), NO_PRIORITY]

    def groups(self, things: Records) -> Groups:
        """Where things fall."""
        return self.placed(things["where"], things)

    def placed(self, row: Ints, things: Records) -> Groups:
        """Where things fall that count in other rows than those of their own school."""
        which, column = self._columns(things)
        return Groups(row, which, column, self._rows, len(self.names))

    def _columns(self, things: Records) -> tuple[Ints, Ints]:
        each = np.arange(things.size)
        if self.by == "role_category":
            return each, self._census.role[things["who"]]
        if self.by == "activity_type":
            return each, things["type"]
        if self.by == "provider":
            return each, self._provider[things["what"]]
        if self.by == "priority":
            return self._links.of(things["what"])
        return np.zeros(0, np.int64), np.zeros(0, np.int64)


def _apart(provider: str) -> str:
    """A provider's name, told apart from a group of ours that is called the same."""
    return f'"{provider}"' if provider in (ALL, NO_PROVIDER) else provider


def _providers(provided: Records, activities: int) -> tuple[Ints, list[int]]:
    """The column of each activity, that of the provider whom its request names, and the labels of the columns.

    What follows from no request has none.
    """
    labels, column = np.unique(np.append(provided["label"], np.uint64(0)), return_inverse=True)
    found = np.zeros(activities, np.int64)
    found[provided["what"]] = column[:-1]
    return found, labels.tolist()


class Links(msgspec.Struct, frozen=True):
    """The columns of each activity: `number` of them from `first` on. What is linked to nothing is in the last one."""

    first: Ints
    number: Ints
    column: Ints

    def of(self, what: Ints) -> tuple[Ints, Ints]:
        """Of activities the pairs of which and its column."""
        number = self.number[what]
        which = np.repeat(np.arange(what.size), number)
        nth = np.arange(which.size) - np.repeat(np.cumsum(number) - number, number)
        return which, self.column[self.first[what][which] + nth]


def _links(linked: Records, activities: int) -> tuple[Links, list[int]]:
    """The priorities of each activity, and their labels."""
    labels, column = np.unique(linked["label"], return_inverse=True)
    number = np.bincount(linked["what"], minlength=activities)
    first = np.cumsum(number) - number
    unlinked = number == 0
    first[unlinked], number[unlinked] = linked.size, 1
    columns = np.append(column[np.argsort(linked["what"])], labels.size)
    return Links(first, number, columns), labels.tolist()
