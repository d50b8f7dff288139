"""Counting by groups: a grid has a row a school and a column a group, and one more of each for totals."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from shared.suppression import LEAST_PEOPLE, TOTAL, Cell, hidden_of

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
OPEN, SHOWN, HIDDEN = -1, 0, 1
"""Of a cell: not decided yet, or what is."""

AT_ONCE = 4_000_000
"""Up to how many numbers a field of flags is the fastest way to tell different ones."""
WIDEST = 2**32
"""Up to how many of them have 32 bits, which are sorted twice as fast."""
KEPT_GRIDS = 256
"""Of how many grids it is remembered what is hidden in them: those of a year by every group, and some more."""


class Groups(msgspec.Struct, frozen=True):
    """Into which groups things fall: the row of each, and pairs of which thing and which column (it may have several).

    `rows` and `columns` say how many there are. Totals count each thing once.
    """

    row: Ints
    which: Ints
    column: Ints
    rows: int
    columns: int


def sums(groups: Groups, amounts: NDArray[np.generic], own: NDArray[np.generic] | None = None) -> Ints:
    """What amounts add up to, in a grid with totals in its last row and column.

    `own` are the amounts of pairs, where each column has its own share of what a thing comes to.
    """
    rows, columns = groups.rows, groups.columns
    grid = empty_grid(groups)
    cells = groups.row[groups.which] * columns + groups.column
    grid[:rows, :columns] = _added(cells, amounts[groups.which] if own is None else own, rows * columns).reshape(
        rows, columns
    )
    grid[rows, :columns] = grid[:rows, :columns].sum(axis=0)
    grid[:rows, columns] = _added(groups.row, amounts, rows)
    grid[rows, columns] = grid[:rows, columns].sum()
    return grid


def heads(groups: Groups, person: Ints, people: int) -> Ints:
    """How many different people are in each group; in totals, too, each counts once."""
    rows, columns, grid = groups.rows, groups.columns, empty_grid(groups)
    whose = groups.column * people + person[groups.which]
    there = distinct(whose * rows + groups.row[groups.which], columns * people * rows)
    whose = there // rows
    column, row = whose // people, there - whose * rows
    grid[:-1, :-1] = np.bincount(row * columns + column, minlength=rows * columns).reshape(rows, columns)
    grid[-1, :-1] = np.bincount(column[first_of_each(whose)], minlength=columns)
    grid[:-1, -1] = np.bincount(distinct(groups.row * people + person, rows * people) // people, minlength=rows)
    grid[-1, -1] = distinct(person, people).size
    return grid


def empty_grid(groups: Groups) -> Ints:
    """Nothing in any group."""
    return np.zeros((groups.rows + 1, groups.columns + 1), np.int64)


def parts(groups: Groups) -> Iterator[tuple[tuple[int | slice, int | slice], Ints, Ints]]:
    """A grid's inner cells, its column totals, its row totals, and that of all: where they stand, in which of them
    things are, and which things."""
    rows, columns, inner = groups.rows, groups.columns, slice(0, -1)
    every = np.arange(groups.row.size)
    yield (inner, inner), groups.row[groups.which] * columns + groups.column, groups.which
    yield (rows, inner), groups.column, groups.which
    yield (inner, columns), groups.row, every
    yield (rows, columns), np.zeros_like(groups.row), every


def distinct(numbers: Ints, below: int) -> Ints:
    """The different ones among numbers from 0 on, rising."""
    if below <= AT_ONCE:
        flags = np.zeros(below, np.bool_)
        flags[numbers] = True
        return np.flatnonzero(flags)
    rising = in_order(numbers, below)
    return rising[first_of_each(rising)]


def in_order(numbers: Ints, below: int) -> Ints:
    """Numbers from 0 on, rising."""
    return np.sort(numbers.astype(np.uint32) if below <= WIDEST else numbers).astype(np.int64)


def first_of_each(rising: Ints) -> Bools:
    """Which of numbers that rise are not what stands before them."""
    first = np.ones(rising.size, np.bool_)
    np.not_equal(rising[1:], rising[:-1], out=first[1:])
    return first


def _added(group: Ints, amounts: NDArray[np.generic], groups: int) -> Ints:
    return np.rint(np.bincount(group, weights=amounts, minlength=groups)).astype(np.int64)


def hidden(people: Ints, rows: Sequence[str], columns: Sequence[str]) -> Bools:
    """Which cells of a grid of head counts must not be shown; remembered, and not to be written to."""
    return _hidden_of_counts(np.ascontiguousarray(people, np.int64).tobytes(), tuple(rows), tuple(columns))


@lru_cache(maxsize=KEPT_GRIDS)
def _hidden_of_counts(counts: bytes, rows: tuple[str, ...], columns: tuple[str, ...]) -> Bools:
    """It follows from the counts alone, and of a dozen grids a new fact changes one or two."""
    found = hidden_anew(np.frombuffer(counts, np.int64).reshape(len(rows) + 1, len(columns) + 1), rows, columns)
    found.flags.writeable = False
    return found


def hidden_anew(people: Ints, rows: Sequence[str], columns: Sequence[str]) -> Bools:
    """Likewise, worked out.

    Whether the total of a row is shown is decided over the totals alone: they are the same whatever the columns are.
    """
    few = (people > 0) & (people < LEAST_PEOPLE)
    if not few.any():
        return np.zeros(people.shape, np.bool_)
    settled = _settled(people, rows)
    small = np.where(settled == OPEN, few, (settled == HIDDEN) & (people > 0))
    if _suffices(small, people):
        return small
    return _hidden_by_name(people, settled, rows, columns)


def _settled(people: Ints, rows: Sequence[str]) -> Codes:
    """What of a grid is decided by the totals of rows: they, a group that is alone in its row and says what its total
    says, and the total of a column all of whose groups are shown."""
    settled = np.full(people.shape, OPEN, np.int8)
    settled[:, -1] = np.where(_hidden_totals(people[:, -1], rows), HIDDEN, SHOWN)
    filled = people[:-1, :-1] > 0
    row, column = np.nonzero(filled & (filled.sum(axis=1) == 1)[:, None])
    settled[row, column] = settled[row, -1]
    not_shown = filled & (settled[:-1, :-1] != SHOWN)
    settled[-1, :-1][filled.any(axis=0) & ~not_shown.any(axis=0)] = SHOWN
    return settled


def _hidden_totals(totals: Ints, rows: Sequence[str]) -> Bools:
    """Which totals of rows, that of all among them, are hidden by themselves."""
    if not ((totals > 0) & (totals < LEAST_PEOPLE)).any():
        return np.zeros(totals.size, np.bool_)
    alone = np.stack([totals, totals], axis=1)
    return _hidden_by_name(alone, np.full(alone.shape, OPEN, np.int8), rows, ["all"])[:, -1]


def _suffices(small: Bools, people: Ints) -> bool:
    """Whether hiding these cells is plainly enough: in each line are two or more, of ten people together, and each
    is a corner of a rectangle of hidden cells, so that no sums give it away. `hidden_of` would add none.
    """
    its, inside = small.astype(np.int64), np.where(small, people, 0)[:-1, :-1]
    for axis in (0, 1):
        number = its.sum(axis=axis)
        if (number == 1).any() or ((number[:-1] > 0) & (inside.sum(axis=axis) < LEAST_PEOPLE)).any():
            return False
    degrees = its.sum(axis=1)[:, None] + its.sum(axis=0)[None, :]
    rectangles = its @ its.T @ its - degrees + 1
    return bool((rectangles[small] > 0).all())


def _hidden_by_name(people: Ints, settled: Codes, rows: Sequence[str], columns: Sequence[str]) -> Bools:
    """As `hidden_of` has it, which tells cells apart by their names."""
    filled = people > 0
    names = (*rows, TOTAL), (*columns, TOTAL)
    cells: list[Cell] = [(names[0][row], names[1][column]) for row, column in np.argwhere(filled).tolist()]
    decided = {cell: code == HIDDEN for cell, code in zip(cells, settled[filled].tolist(), strict=True) if code != OPEN}
    found = hidden_of(dict(zip(cells, people[filled].tolist(), strict=True)), decided)
    grid = np.zeros(people.shape, np.bool_)
    grid[filled] = [cell in found for cell in cells]
    return grid
