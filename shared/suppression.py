"""Which figures of a table of groups must be hidden so that no small group shows, also not by adding and subtracting.

A table has rows and columns (schools and role categories), a total of each, and one of all. Whoever sees the rest works
out a hidden figure where it is the only one hidden in its row or column, or where the equations of several lines leave
it one value. Hidden cells are edges between their row and their column, and a cell can be worked out just where
its edge is a bridge: no other way leads round. (Fellegi, On the question of statistical confidentiality, 1972;
Gusfield, A graph theoretic approach to statistical data security, 1988.)
"""

from collections.abc import Iterable, Mapping

LEAST_PEOPLE = 10
TOTAL = ""
"""The row of column totals, and the column of row totals."""

Cell = tuple[str, str]
"""Row and column."""


def with_totals(inner: Mapping[Cell, int]) -> dict[Cell, int]:
    """The cells with their totals by row, by column and of all."""
    whole = dict(inner)
    for (row, column), count in inner.items():
        for cell in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            whole[cell] = whole.get(cell, 0) + count
    return whole


def hidden_cells(people: Mapping[Cell, int], least: int = LEAST_PEOPLE) -> frozenset[Cell]:
    """The cells to hide, totals among them only where nothing else helps. `people` are the inner cells' head counts.

    Empty groups are never hidden: there is no one in them. In each line those hidden are together `least` people or
    more, wherever the line has as many.
    """
    counts = {cell: count for cell, count in with_totals(people).items() if count}
    hidden = {cell for cell, count in counts.items() if count < least}
    while (more := _next(counts, hidden, least)) is not None:
        hidden.add(more)
    return frozenset(hidden)


def can_be_worked_out(hidden: Iterable[Cell]) -> list[Cell]:
    """Those hidden cells whose figures follow from what is shown, by the sums of rows and columns."""
    edges = set(hidden)
    return sorted(cell for cell in edges if not _connected(edges - {cell}, cell))


def _next(counts: Mapping[Cell, int], hidden: set[Cell], least: int) -> Cell | None:
    """One more cell to hide; None where nothing more shows."""
    for cell in sorted(hidden):
        for axis in (0, 1):
            line = [other for other in counts if other[axis] == cell[axis]]
            shown = [other for other in line if other not in hidden]
            if not shown:
                continue
            inside = [other for other in line if other in hidden]
            too_few = len(inside) < 2 or sum(counts[other] for other in inside if TOTAL not in other) < least
            if too_few and (smallest := _smallest(counts, shown, alone=len(inside) < 2)) is not None:
                return smallest
    for cell in can_be_worked_out(hidden):
        way_round = [other for other in counts if other not in hidden and _joins(hidden, cell, other)]
        if way_round:
            return min(way_round, key=lambda other: (TOTAL in other, counts[other], other))
    return None


def _smallest(counts: Mapping[Cell, int], shown: list[Cell], *, alone: bool) -> Cell | None:
    """The smallest group that is shown; a total only where a cell would else be alone in its line."""
    groups = [cell for cell in shown if TOTAL not in cell]
    among = groups or (shown if alone else [])
    return min(among, key=lambda cell: (counts[cell], cell), default=None)


def _joins(hidden: set[Cell], bridge: Cell, other: Cell) -> bool:
    """Whether hiding `other` leads round the bridge."""
    return _connected((hidden - {bridge}) | {other}, bridge)


def _connected(edges: Iterable[Cell], cell: Cell) -> bool:
    """Whether the edges lead from the cell's row to its column."""
    near: dict[tuple[int, str], set[tuple[int, str]]] = {}
    for row, column in edges:
        near.setdefault((0, row), set()).add((1, column))
        near.setdefault((1, column), set()).add((0, row))
    reached, ahead = {(0, cell[0])}, [(0, cell[0])]
    while ahead:
        found = near.get(ahead.pop(), set()) - reached
        reached |= found
        ahead.extend(found)
    return (1, cell[1]) in reached
