"""Who stays in the trust, and who moves up, trained against untrained, from spells of work and completions."""

from typing import Literal, NamedTuple

import msgspec
import numpy as np

from services.reviews.statistics.census import By
from services.reviews.statistics.columns import Records
from services.reviews.statistics.grids import Bools, Groups, Ints, heads, hidden
from services.reviews.statistics.records import COMPLETED, LEFT, MOVED_UP, ROLES, SPELL
from services.reviews.statistics.snapshot import Snapshot
from services.reviews.statistics.survival import Days, Estimate, Risk, at_risk, estimate, events, log_rank
from services.reviews.statistics.tally import Basis, days_of
from shared.dates import first_of_year
from shared.suppression import LEAST_PEOPLE

Event = Literal["left", "moved_up"]
Membership = Literal["trained", "untrained"]
MEMBERSHIPS: tuple[Membership, ...] = ("trained", "untrained")
FLAGS: dict[Event, int] = {"left": LEFT, "moved_up": MOVED_UP}
NEVER = 10**7
"""A day beyond the calendar."""


class Part(NamedTuple):
    """Spells of work, and from which day to which of the period they count; whether they ended then."""

    spells: Records
    first: Ints
    last: Ints
    ended: Bools


class Side(msgspec.Struct, frozen=True):
    """One membership by school and role, totals last: how many people it is of, what is hidden, and by day how many
    were at risk and to how many each event happened."""

    people: Ints
    hidden: Bools
    at_risk: Days
    events: dict[Event, Days]

    def risk(self, event: Event, row: int, column: int) -> Risk:
        """The risk sets of one group."""
        return Risk(self.at_risk[row, column], self.events[event][row, column])

    def estimate(self, event: Event, row: int, column: int) -> tuple[Risk, Estimate | None]:
        """The risk sets and the estimate; None where too few were ever at risk together."""
        found = self.risk(event, row, column)
        return found, estimate(found, LEAST_PEOPLE)


class Staying(msgspec.Struct, frozen=True):
    """All that is needed to say who stays in a year."""

    sides: dict[Membership, Side]

    def compared(self, event: Event, row: int, column: int) -> tuple[float, float] | None:
        """The log-rank test of the trained against the untrained of one group."""
        one, other = (self.sides[side].risk(event, row, column) for side in MEMBERSHIPS)
        return log_rank(one, other)


def staying(basis: Basis) -> Staying:
    """Split the spells of work that touch the year, up to its day, by when their people were trained."""
    snapshot, year, known_at = basis.snapshot, basis.year, basis.known_at
    begin, end = days_of(year)[0], basis.last
    spells = snapshot.of(SPELL, known_at)
    first, until = np.maximum(spells["day"], begin), np.minimum(spells["amount"], end)
    there = first <= until
    spells, first, until = spells.only(there), first[there], until[there]
    since = first_of_year(year).replace(year=int(year[:4]) - 1).toordinal()
    trained = _first_completions(snapshot.of(COMPLETED, known_at, since, end), snapshot.people.size)[spells["who"]]
    sides: dict[Membership, Side] = {}
    for side in MEMBERSHIPS:
        from_day = np.maximum(first, trained + 1) if side == "trained" else first
        to_day = until if side == "trained" else np.minimum(until, trained)
        kept = from_day <= to_day
        part = Part(spells.only(kept), from_day[kept] - begin, to_day[kept] - begin, (to_day == spells["amount"])[kept])
        sides[side] = _side(part, snapshot, max(0, end - begin + 1))
    return Staying(sides)


def _side(part: Part, snapshot: Snapshot, days: int) -> Side:
    rows, roles, its = snapshot.schools.size, len(ROLES), part.spells
    groups = Groups(its["where"], np.arange(its.size), its["role"], rows, roles)
    people = heads(groups, its["who"], snapshot.people.size)
    cell, cells = its["where"] * roles + its["role"], rows * roles

    def whole(by_cell: Days) -> Days:
        """With the totals of rows and roles."""
        grid = np.zeros((rows + 1, roles + 1, days), np.int32)
        grid[:-1, :-1] = by_cell.reshape(rows, roles, days)
        grid[-1] = grid[:-1].sum(axis=0)
        grid[:, -1] = grid[:, :-1].sum(axis=1)
        return grid

    found: dict[Event, Days] = {}
    for event, flag in FLAGS.items():
        those = part.ended & (its["flags"] & flag > 0)
        found[event] = whole(events(part.last[those], cell[those], cells, days))
    there = whole(at_risk(part.first, part.last, cell, cells, days))
    return Side(people, hidden(people, snapshot.urns, ROLES), there, found)


def _first_completions(completed: Records, people: int) -> Ints:
    """The day on which each person first completed something; `NEVER` for the others."""
    first = np.full(people, NEVER)
    np.minimum.at(first, completed["who"], completed["day"])
    return first


def columns_of(by: By) -> list[int]:
    """Of which roles to tell: each and all together where groups are roles, else all together."""
    return [*range(len(ROLES)), len(ROLES)] if by == "role_category" else [len(ROLES)]
