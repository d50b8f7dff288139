"""Sums over schedules: each named amount per school and in all, and how many resources and people are behind."""

from collections.abc import Iterable, Mapping

import msgspec

Owed = tuple[str, str, Mapping[str, int]]
"""School, person, pence by the amount's name."""


class Total(msgspec.Struct, frozen=True):
    """`amounts` by name; `resources` and `staff` count those with any positive amount."""

    amounts: Mapping[str, int] = {}
    resources: int = 0
    staff: int = 0


class Totals(msgspec.Struct, frozen=True):
    """The total of each school that has any, and of all of them together. A person may count in several schools."""

    schools: Mapping[str, Total]
    overall: Total


class _Sum:
    def __init__(self) -> None:
        self.amounts: dict[str, int] = {}
        self.resources = 0
        self.staff: set[str] = set()

    def total(self) -> Total:
        return Total(self.amounts, self.resources, len(self.staff))


def add_up(rows: Iterable[Owed]) -> Totals:
    """The totals of `rows`."""
    sums: dict[str, _Sum] = {}
    for school_urn, staff_id, amounts in rows:
        positive = {name: pence for name, pence in amounts.items() if pence}
        if positive:
            found = sums.get(school_urn) or sums.setdefault(school_urn, _Sum())
            found.resources += 1
            found.staff.add(staff_id)
            for name, pence in positive.items():
                found.amounts[name] = found.amounts.get(name, 0) + pence
    return Totals({urn: sums[urn].total() for urn in sorted(sums)}, _together(sums.values()))


def _together(sums: Iterable[_Sum]) -> Total:
    every = _Sum()
    for each in sums:
        every.resources += each.resources
        every.staff |= each.staff
        for name, pence in each.amounts.items():
            every.amounts[name] = every.amounts.get(name, 0) + pence
    return every.total()
