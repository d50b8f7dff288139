"""Fair access by characteristic: from totals that the HR platform tells, of nobody."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import get_args

from services.requests.domain.workforce import Characteristic, GroupCount, Workforce
from shared.figures import Figure, figure
from shared.suppression import TOTAL, Cell

UNTOLD = "(untold)"
"""No group that HR tells of is named so."""
DEFINITIONS = {
    "people": "people of the group, as the HR platform counts them",
    "participation": "people of the group who took part in something, as the HR platform counts them / its people",
}


def people_by_characteristic(counted: Sequence[Workforce], sizes: Mapping[str, int]) -> list[dict[Cell, int]]:
    """A table of head counts by school and group for each characteristic that HR told of.

    `sizes` are the schools' totals as known here. Those of a school of whom HR told nothing are a group too: it is
    not shown, and it follows from the others.
    """
    tables: dict[str, dict[Cell, int]] = {}
    for workforce in counted:
        for each in workforce.counts:
            tables.setdefault(each.characteristic, {})[workforce.school_urn, _group(each)] = each.people
    for name, table in tables.items():
        told: dict[str, int] = {}
        for (urn, _), people in table.items():
            told[urn] = told.get(urn, 0) + people
        rest = {(urn, f"{name} {UNTOLD}"): size - told.get(urn, 0) for urn, size in sizes.items()}
        table.update({cell: people for cell, people in rest.items() if people > 0})
    return [tables[name] for name in get_args(Characteristic) if name in tables]


def characteristic_figures(
    counted: Sequence[Workforce], school_urn: str | None, hidden: Collection[Cell]
) -> list[Figure]:
    """The figures of one school, or of all schools that were told of, by group."""
    those = [workforce for workforce in counted if school_urn in (None, workforce.school_urn)]
    groups: dict[str, list[GroupCount]] = {}
    for workforce in those:
        for each in workforce.counts:
            groups.setdefault(_group(each), []).append(each)
    row = school_urn or TOTAL
    return [
        made
        for group in sorted(groups)
        for made in _of_group(group, groups[group], hidden=(row, group) in hidden)
        if sum(each.people for each in groups[group])
    ]


def _group(count: GroupCount) -> str:
    return f"{count.characteristic} {count.group}"


def _of_group(group: str, counts: Sequence[GroupCount], *, hidden: bool) -> Iterator[Figure]:
    people = sum(each.people for each in counts)
    yield figure("people", group, DEFINITIONS["people"], people, None, hidden=hidden)
    told = [each.participants for each in counts if each.participants is not None]
    if len(told) == len(counts):
        yield figure("participation", group, DEFINITIONS["participation"], sum(told), people, hidden=hidden)
