"""The figures of one academic year, of every school of the trust by one kind of group, and which must not be shown."""

from datetime import date

import msgspec
import numpy as np

from services.reviews.statistics.census import NOWHERE, By, Columns, census
from services.reviews.statistics.columns import Records, ratings_of
from services.reviews.statistics.grids import Bools, Groups, Ints, heads, hidden, sums
from services.reviews.statistics.records import (
    APPROVED,
    ASKED,
    COMPLETED,
    DECIDED,
    DELIVERED,
    EVALUATED,
    NOT_RATED,
    PART,
    SUBMITTED,
    TAKES_PART,
)
from services.reviews.statistics.snapshot import Snapshot

NONE = -1
RATINGS = 6
"""How many of the eight numbers of a submission are ratings of benefits; the other two are confidence."""


class Measure(msgspec.Struct, frozen=True):
    """One figure in every group: above and (if any) below the line, of how many people, and what is hidden."""

    name: str
    numerator: Ints
    denominator: Ints | None
    people: Ints
    hidden: Bools


class Tally(msgspec.Struct, frozen=True):
    """The figures of a year. Grids have a row for each of `rows`, a column for each of `columns`, and totals last."""

    rows: list[str]
    columns: list[str]
    measures: list[Measure]


def days_of(year: str) -> tuple[int, int]:
    """The first and the last day (ordinals) of the academic year named like `2024-25`."""
    first = int(year[:4])
    return date(first, 9, 1).toordinal(), date(first + 1, 8, 31).toordinal()


class Basis:
    """What of a year is counted by whatever groups: who is who on its last day, and what had been by then.

    `last` is that day (an ordinal): the year's, or the day of the figures where that comes first.
    """

    def __init__(self, snapshot: Snapshot, *, year: str, on: date, known_at: int) -> None:
        """As known at an instant (microseconds, inclusive)."""
        self.snapshot, self.year, self.on, self.known_at = snapshot, year, on, known_at
        first, last = days_of(year)
        until = self.last = min(last, on.toordinal())
        self.census = census(snapshot, known_at, until)
        self.asked = snapshot.of(ASKED, known_at, first, last)
        self.parts = snapshot.of(PART, known_at, first, last)
        self.taking_part = self.parts.only((self.parts["flags"] & TAKES_PART) > 0)
        self.completed = snapshot.of(COMPLETED, known_at, first, until)
        self.delivered = snapshot.of(DELIVERED, known_at, first, until)
        self.submitted = snapshot.of(SUBMITTED, known_at, first, until)
        self.ratings = ratings_of(self.submitted["label"])

    def columns(self, by: By) -> Columns:
        """How its things fall into groups."""
        return Columns(by, self.snapshot, self.census, self.known_at)


def tally(basis: Basis, columns: Columns) -> Tally:
    """Count a year by groups."""
    return _Year(basis, columns).tally()


class _Year:
    """The things of a year, and where they fall."""

    def __init__(self, basis: Basis, columns: Columns) -> None:
        self.activities = basis.snapshot.activities.size
        self.people, self.urns = basis.snapshot.people.size, basis.snapshot.urns
        self.census, self.columns = basis.census, columns
        self.asked, self.parts, self.taking_part = basis.asked, basis.parts, basis.taking_part
        self.completed, self.delivered, self.submitted = basis.completed, basis.delivered, basis.submitted
        self.ratings = basis.ratings

    def tally(self) -> Tally:
        measures = [
            *self._requests(),
            *self._money(),
            *self._participation(),
            *self._completions(),
            self._benefits(),
            self._reach(),
        ]
        return Tally(self.urns, self.columns.names, measures)

    def _requests(self) -> list[Measure]:
        groups = self.columns.groups(self.asked)
        number = sums(groups, np.ones(self.asked.size))
        decided = self.asked.only((self.asked["flags"] & DECIDED) > 0)
        among = self.columns.groups(decided)
        granted, all_decided = sums(among, (decided["flags"] & APPROVED) > 0), sums(among, np.ones(decided.size))
        return [
            self._measure("requests", number, None, self._heads(groups, self.asked)),
            self._measure("approvals", granted, all_decided, self._heads(among, decided)),
        ]

    def _money(self) -> list[Measure]:
        spent = sums(self.columns.groups(self.parts), self.parts["amount"])
        people = self._heads(self.columns.groups(self.taking_part), self.taking_part)
        others = self.parts.only((self.parts["flags"] & TAKES_PART) == 0)
        behind = np.where(people > 0, people, self._heads(self.columns.groups(others), others))
        concealed = self._hidden(behind)
        return [
            Measure("spend_pence", spent, None, behind, concealed),
            Measure("cost_per_participant_pence", spent, people, behind, concealed),
        ]

    def _participation(self) -> list[Measure]:
        """By role a group's people are below the line; in other tables, all of the school's people are."""
        its, columns = self.census, len(self.columns.names)
        employed = np.flatnonzero(its.employed)
        by_role = self.columns.by == "role_category"
        which = np.arange(employed.size) if by_role else np.zeros(0, np.int64)
        column = its.role[employed] if by_role else which
        below = heads(Groups(its.home[employed], which, column, len(self.urns), columns), employed, self.people)
        if not by_role:
            below[:, :-1] = below[:, -1:]
        above = heads(*self._employed([self.taking_part, self.completed]), self.people)
        if by_role:
            concealed = self._hidden(below)
            return [
                Measure("participants", above, below, below, concealed),
                Measure("without_participation", below - above, below, below, concealed),
            ]
        concealed = np.repeat(self._hidden(below[:, -1:]), columns + 1, axis=1)
        totals = below.copy()
        totals[:, :-1] = 0
        return [
            Measure("participants", above, below, np.where(above > 0, below, totals), concealed),
            Measure("without_participation", below - above, below, totals, concealed),
        ]

    def _employed(self, several: list[Records]) -> tuple[Groups, Ints]:
        """Where things fall of people who are employed, at the school where they are; and whose each is."""
        its = self.census
        rows, people, which, columns, number = [], [], [], [], 0
        for things in several:
            who = things["who"]
            here = its.employed[who] & (its.home[who] != NOWHERE)
            groups = self.columns.placed(its.home[who], things)
            kept = here[groups.which]
            place = np.cumsum(here) - 1 + number
            which.append(place[groups.which[kept]])
            columns.append(groups.column[kept])
            rows.append(its.home[who[here]])
            people.append(who[here])
            number += int(here.sum())
        row, person = np.concatenate(rows), np.concatenate(people)
        found = Groups(row, np.concatenate(which), np.concatenate(columns), len(self.urns), len(self.columns.names))
        return found, person

    def _completions(self) -> list[Measure]:
        groups = self.columns.groups(self.completed)
        number = sums(groups, np.ones(self.completed.size))
        completions = self._measure("completions", number, None, self._heads(groups, self.completed))
        evaluated = sums(groups, self.completed["flags"] & EVALUATED)
        rate = Measure("evaluation_rate", evaluated, number, completions.people, completions.hidden)
        return [completions, rate]

    def _benefits(self) -> Measure:
        given = self.ratings[:RATINGS] != NOT_RATED
        number = given.sum(axis=0)
        things, rated = self.submitted.only(number > 0), np.flatnonzero(number)
        numbers, given, number = self.ratings[:RATINGS, rated], given[:, rated], number[rated]
        value = np.where(given, numbers, 0).sum(axis=0)
        if self.columns.by == "benefit":
            column, which = np.nonzero(given)
            groups = Groups(things["where"], which, column, len(self.urns), RATINGS)
            above, below = sums(groups, value, numbers[given]), sums(groups, number, np.ones(which.size))
        else:
            groups = self.columns.groups(things)
            above, below = sums(groups, value), sums(groups, number)
        return self._measure("benefit_rating", above, below, self._heads(groups, things))

    def _reach(self) -> Measure:
        """The people behind it are those reached. Type, provider and priorities are those of what is passed on."""
        of = np.full(self.activities, NONE)
        of[self.completed["itself"]] = np.arange(self.completed.size)
        passed_on = of[self.delivered["what"]]
        there = np.flatnonzero(passed_on != NONE)
        known = {name: self.delivered[name].copy() for name in ("type", "what")}
        for name, column in known.items():
            column[there] = self.completed[name][passed_on[there]]
        delivered = self.delivered.with_columns(**known)
        reached = sums(self.columns.groups(delivered), delivered["amount"])
        return self._measure("dissemination_reach", reached, None, reached)

    def _heads(self, groups: Groups, things: Records) -> Ints:
        return heads(groups, things["who"], self.people)

    def _hidden(self, people: Ints) -> Bools:
        return hidden(people, self.urns, self.columns.names if people.shape[1] > 1 else [])

    def _measure(self, name: str, above: Ints, below: Ints | None, people: Ints) -> Measure:
        return Measure(name, above, below, people, self._hidden(people))
