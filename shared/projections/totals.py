"""Sums over schedules: each named amount per school and in all, and how many resources and people are behind."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from shared.projections.schedule import Schedule

_SCHEDULES = msgspec.json.Decoder(Schedule)


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


def add_up(rows: Iterable[tuple[str, str, bytes]], on: date) -> Totals:
    """The totals on a day of `rows`: school, person, stored schedule."""
    day = on.toordinal()
    sums: dict[str, _Sum] = {}
    decode = _SCHEDULES.decode
    for school_urn, staff_id, stored in rows:
        schedule = decode(stored)
        step = bisect_right(schedule.steps_from, day) - 1
        if step < 0:
            continue
        positive = {name: pence for name, steps in schedule.amounts.items() if (pence := steps[step])}
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
