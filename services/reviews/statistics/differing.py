"""From when on records say otherwise than those that they replace: what was counted as known before that stands."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from shared.projections.instants import END

MOST = 5_000
"""Up to how many records are compared; of more it is taken that they differ from the first instant on."""
NOT_COMPARED = ("known_from", "known_to", "row")
Columns = Mapping[str, NDArray[Any]]
"""Records, by the columns of a snapshot."""


def first_difference(before: Columns, after: Columns) -> int:
    """The first instant (microseconds) at which two sets of records of a kind say otherwise; `END` where none is."""
    if before["row"].size + after["row"].size > MOST:
        return 0
    one, other = _believed(before), _believed(after)
    return min((_first(one.get(each, []), other.get(each, [])) for each in one.keys() | other.keys()), default=END)


def _believed(records: Columns) -> dict[tuple[Any, ...], list[tuple[int, int]]]:
    """Of each thing that is said, from when to when it was believed."""
    names = [name for name in records if name not in NOT_COMPARED]
    found: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    said = zip(*(records[name].tolist() for name in names), strict=True)
    for what, since, until in zip(said, records["known_from"].tolist(), records["known_to"].tolist(), strict=True):
        found.setdefault(what, []).append((since, until))
    return found


def _first(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    """The first instant at which as many spans are not under way in both."""
    steps: dict[int, int] = {}
    for spans, step in ((one, 1), (other, -1)):
        for since, until in spans:
            steps[since] = steps.get(since, 0) + step
            steps[until] = steps.get(until, 0) - step
    return min((instant for instant, step in steps.items() if step), default=END)
