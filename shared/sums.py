"""Which unknown figures follow from sums that are known."""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
Row = dict[T, Fraction]


def determined(sums: Iterable[Mapping[T, int]]) -> set[T]:
    """The unknowns that have one value only. Each sum gives its unknowns with their signs; what it comes to is known.

    By elimination: an unknown follows from the sums just where, all others eliminated, it stands in a sum alone.
    """
    reduced: dict[T, Row[T]] = {}
    standing: dict[T, set[T]] = {}
    for given in sums:
        row = {name: Fraction(sign) for name, sign in given.items() if sign}
        for pivot in [name for name in row if name in reduced]:
            _take(row, reduced[pivot], row[pivot])
        if not row:
            continue
        pivot = next(iter(row))
        first = row[pivot]
        row = {name: value / first for name, value in row.items()}
        for other in standing.get(pivot, set()).copy():
            before = set(reduced[other])
            _take(reduced[other], row, reduced[other][pivot])
            for name in before - set(reduced[other]):
                standing[name].discard(other)
            for name in set(reduced[other]) - before:
                standing.setdefault(name, set()).add(other)
        reduced[pivot] = row
        for name in row:
            standing.setdefault(name, set()).add(pivot)
    return {pivot for pivot, row in reduced.items() if len(row) == 1}


def _take(row: Row[T], other: Row[T], times: Fraction) -> None:
    """Subtract so many times the other."""
    for name, value in other.items():
        left = row.get(name, Fraction(0)) - times * value
        if left:
            row[name] = left
        else:
            row.pop(name, None)
