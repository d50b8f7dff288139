"""Counting by groups: a grid has a row a school and a column a group, and one more of each for totals."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from shared.suppression import LEAST_PEOPLE, TOTAL, Cell, hidden_of

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_ONCE = 400_000
"""Up to how many pairs of group and person a field of flags is the fastest way to tell them apart."""


class Groups(msgspec.Struct, frozen=True):
    """Into which groups things fall: the row of each, and pairs of which thing and which column (it may have several).

    `rows` and `columns` say how many there are. Totals count each thing once.
    """

    row: Ints
    which: Ints
    column: Ints
    rows: int
    columns: int


def sums(groups: Groups, amounts: NDArray[np.generic]) -> Ints:
    """What amounts add up to, in a grid with totals in its last row and column."""
    rows, columns = groups.rows, groups.columns
    grid = np.zeros((rows + 1, columns + 1), np.int64)
    cells = groups.row[groups.which] * columns + groups.column
    grid[:rows, :columns] = _added(cells, amounts[groups.which], rows * columns).reshape(rows, columns)
    grid[rows, :columns] = grid[:rows, :columns].sum(axis=0)
    grid[:rows, columns] = _added(groups.row, amounts, rows)
    grid[rows, columns] = grid[:rows, columns].sum()
    return grid


def heads(groups: Groups, person: Ints, people: int) -> Ints:
    """How many different people are in each group; in totals, too, each counts once."""

    def counted(group: Ints, who: Ints, number: int) -> Ints:
        return distinct(group, who, number, people)

    return _by_group(groups, person, counted)


def _by_group(groups: Groups, person: Ints, count: Callable[[Ints, Ints, int], Ints]) -> Ints:
    rows, columns, inside = groups.rows, groups.columns, person[groups.which]
    grid = np.zeros((rows + 1, columns + 1), np.int64)
    cells = groups.row[groups.which] * columns + groups.column
    grid[:rows, :columns] = count(cells, inside, rows * columns).reshape(rows, columns)
    grid[rows, :columns] = count(groups.column, inside, columns)
    grid[:rows, columns] = count(groups.row, person, rows)
    grid[rows, columns] = count(np.zeros_like(person), person, 1)[0]
    return grid


def distinct(group: Ints, person: Ints, groups: int, people: int) -> Ints:
    """How many different people are in each of so many groups."""
    pairs = group * people + person
    if groups * people <= AT_ONCE:
        flags = np.zeros(groups * people, np.bool_)
        flags[pairs] = True
        return np.count_nonzero(flags.reshape(groups, people), axis=1) if groups else np.zeros(0, np.int64)
    pairs.sort()
    new = np.ones(pairs.size, np.bool_)
    new[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[new] // people, minlength=groups)


def _added(group: Ints, amounts: NDArray[np.generic], groups: int) -> Ints:
    return np.rint(np.bincount(group, weights=amounts, minlength=groups)).astype(np.int64)


def hidden(people: Ints, rows: Sequence[str], columns: Sequence[str]) -> Bools:
    """Which cells of a grid of head counts must not be shown.

    Whether the total of a row is shown is decided over the totals alone: they are the same whatever the columns are.
    """
    if not ((people > 0) & (people < LEAST_PEOPLE)).any():
        return np.zeros(people.shape, np.bool_)
    settled = _settled_totals(people, rows)
    for row, name in enumerate(rows):
        filled = np.flatnonzero(people[row, :-1])
        if filled.size == 1:  # it says what its total says
            settled[name, columns[int(filled[0])]] = settled[name, TOTAL]
    for column, name in enumerate(columns):
        filled = np.flatnonzero(people[:-1, column])
        if filled.size and not any(settled.get((rows[row], name), True) for row in filled.tolist()):
            settled[TOTAL, name] = False  # its cells are shown, and add up to it
    small = _as_settled((people > 0) & (people < LEAST_PEOPLE), people, settled, rows, columns)
    if _suffices(small, people):
        return small
    found = hidden_of(_named(people, rows, columns), settled)
    return _as_grid(found, rows, columns)


def _as_settled(
    small: Bools, people: Ints, settled: Mapping[Cell, bool], rows: Sequence[str], columns: Sequence[str]
) -> Bools:
    row_of = {name: number for number, name in enumerate((*rows, TOTAL))}
    column_of = {name: number for number, name in enumerate((*columns, TOTAL))}
    for (row, column), is_hidden in settled.items():
        place = row_of[row], column_of[column]
        small[place] = is_hidden and people[place] > 0
    return small


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


def _settled_totals(people: Ints, rows: Sequence[str]) -> dict[Cell, bool]:
    totals = people[:, -1]
    if not ((totals > 0) & (totals < LEAST_PEOPLE)).any():
        return {(name, TOTAL): False for name in (*rows, TOTAL)}
    alone = np.stack([totals, totals], axis=1)
    found = hidden_of(_named(alone, rows, ["all"]), {})
    return {(name, TOTAL): (name, TOTAL) in found for name in (*rows, TOTAL)}


def _named(people: Ints, rows: Sequence[str], columns: Sequence[str]) -> Mapping[Cell, int]:
    names = (*rows, TOTAL), (*columns, TOTAL)
    at_row, at_column = np.nonzero(people)
    return {
        (names[0][row], names[1][column]): int(people[row, column])
        for row, column in zip(at_row.tolist(), at_column.tolist(), strict=True)
    }


def _as_grid(cells: frozenset[Cell], rows: Sequence[str], columns: Sequence[str]) -> Bools:
    row_of = {name: number for number, name in enumerate((*rows, TOTAL))}
    column_of = {name: number for number, name in enumerate((*columns, TOTAL))}
    grid = np.zeros((len(row_of), len(column_of)), np.bool_)
    for row, column in cells:
        grid[row_of[row], column_of[column]] = True
    return grid
