"""Who stays in the trust, and who moves up, trained against untrained, from spells of work and completions."""

from typing import Literal

import msgspec
import numpy as np

from services.reviews.statistics.census import By
from services.reviews.statistics.grids import Bools, Groups, Ints, heads, hidden
from services.reviews.statistics.records import COMPLETED, LEFT, MOVED_UP, ROLES, SPELL, Records
from services.reviews.statistics.snapshot import Snapshot
from services.reviews.statistics.survival import Episodes, Estimate, Risk, estimate, log_rank, risk
from services.reviews.statistics.tally import Basis, days_of
from shared.dates import first_of_year
from shared.suppression import LEAST_PEOPLE

Event = Literal["left", "moved_up"]
Membership = Literal["trained", "untrained"]
MEMBERSHIPS: tuple[Membership, ...] = ("trained", "untrained")
NEVER = 10**7
"""A day beyond the calendar."""


class Spells(msgspec.Struct, frozen=True):
    """Parts of spells of work in which someone was at risk, as trained or as untrained, in days of the period."""

    row: Ints
    role: Ints
    person: Ints
    first: Ints
    last: Ints
    ended: dict[Event, Bools]


class Side(msgspec.Struct, frozen=True):
    """One membership's spells, how many people they are of, by school and role, and what is hidden."""

    spells: Spells
    people: Ints
    hidden: Bools


class Staying(msgspec.Struct, frozen=True):
    """All that is needed to say who stays in a year."""

    sides: dict[Membership, Side]
    days: int
    rows: int

    def risk(self, side: Membership, event: Event, row: int, column: int) -> Risk:
        """The risk sets of one group; `rows` and the number of roles stand for all."""
        its = self.sides[side].spells
        those = np.ones(its.row.size, np.bool_)
        if row < self.rows:
            those &= its.row == row
        if column < len(ROLES):
            those &= its.role == column
        return risk(Episodes(its.first[those], its.last[those], its.ended[event][those]), self.days)

    def estimate(self, side: Membership, event: Event, row: int, column: int) -> tuple[Risk, Estimate | None]:
        """The risk sets and the estimate; None where too few were ever at risk together."""
        found = self.risk(side, event, row, column)
        return found, estimate(found, LEAST_PEOPLE)

    def compared(self, event: Event, row: int, column: int) -> tuple[float, float] | None:
        """The log-rank test of the trained against the untrained of one group."""
        one, other = (self.risk(side, event, row, column) for side in MEMBERSHIPS)
        return log_rank(one, other)


def staying(basis: Basis) -> Staying:
    """Split the spells of work that touch the year, up to its day, by when their people were trained."""
    snapshot, year, known_at = basis.snapshot, basis.year, basis.known_at
    begin, last = days_of(year)
    end = min(last, basis.on.toordinal())
    spells = snapshot.of(SPELL, known_at)
    first, until = np.maximum(spells["day"], begin), np.minimum(spells["amount"], end)
    there = first <= until
    spells, first, until = spells[there], first[there].astype(np.int64), until[there].astype(np.int64)
    since = first_of_year(year).replace(year=int(year[:4]) - 1).toordinal()
    trained = _first_completions(snapshot.of(COMPLETED, known_at, since, end), snapshot.people.size)[spells["who"]]
    sides: dict[Membership, Side] = {}
    for side in MEMBERSHIPS:
        from_day = np.maximum(first, trained + 1) if side == "trained" else first
        to_day = until if side == "trained" else np.minimum(until, trained)
        kept = from_day <= to_day
        ended = to_day == spells["amount"]
        found = Spells(
            row=spells["where"][kept].astype(np.int64),
            role=spells["role"][kept].astype(np.int64),
            person=spells["who"][kept].astype(np.int64),
            first=from_day[kept] - begin,
            last=to_day[kept] - begin,
            ended={
                "left": (ended & (spells["flags"] & LEFT > 0))[kept],
                "moved_up": (ended & (spells["flags"] & MOVED_UP > 0))[kept],
            },
        )
        sides[side] = _side(found, snapshot)
    return Staying(sides, max(0, end - begin + 1), snapshot.schools.size)


def _side(spells: Spells, snapshot: Snapshot) -> Side:
    each = np.arange(spells.row.size)
    groups = Groups(spells.row, each, spells.role, snapshot.schools.size, len(ROLES))
    people = heads(groups, spells.person, snapshot.people.size)
    return Side(spells, people, hidden(people, snapshot.urns, ROLES))


def _first_completions(completed: Records, people: int) -> Ints:
    """The day on which each person first completed something; `NEVER` for the others."""
    first = np.full(people, NEVER)
    np.minimum.at(first, completed["who"], completed["day"])
    return first


def columns_of(by: By) -> list[int]:
    """Of which roles to tell: each and all together where groups are roles, else all together."""
    return [*range(len(ROLES)), len(ROLES)] if by == "role_category" else [len(ROLES)]
