"""Counting by groups: people once, and what is hidden the same by the short way as by the long one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reviews.statistics import grids

HEADS = st.sampled_from((0, 0, 2, 4, 6, 9, 12, 30))
tables = st.tuples(st.integers(1, 7), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(st.lists(HEADS, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
)
things_of = st.tuples(st.integers(0, 4), st.integers(0, 30), st.lists(st.integers(0, 2), unique=True))


def with_heads(inner: list[list[int]]) -> grids.Ints:
    """Head counts where people may be in several columns of a row, and its total is of different people."""
    cells = np.array(inner, np.int64)
    grid = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), np.int64)
    grid[:-1, :-1] = cells
    grid[:-1, -1] = np.maximum(cells.max(axis=1), cells.sum(axis=1) * 3 // 4)
    grid[-1, :-1] = cells.sum(axis=0)
    grid[-1, -1] = grid[:-1, -1].sum()
    return grid


@settings(max_examples=300, deadline=None)
@given(tables)
def test_where_hiding_the_small_plainly_suffices_the_long_way_hides_the_same(inner: list[list[int]]):
    people = with_heads(inner)
    names = [f"r{row}" for row in range(len(inner))], [f"c{column}" for column in range(len(inner[0]))]
    short = grids.hidden_anew(people, *names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "_suffices", lambda *_: False)
        assert (grids.hidden_anew(people, *names) == short).all()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30), st.lists(st.integers(0, 2), unique=True)), max_size=60)
)
def test_someone_counts_once_in_a_group_whichever_way_they_are_told_apart(things: list[tuple[int, int, list[int]]]):
    which, column = ([pair[place] for pair in pairs_of(things)] for place in (0, 1))
    row, person = ([thing[place] for thing in things] for place in (0, 1))
    groups = grids.Groups(*(np.array(each, np.int64) for each in (row, which, column)), rows=5, columns=3)
    expected = [
        [
            len({who for r, who, columns in things if at_row in (r, 5) and (at_column in columns or at_column == 3)})
            for at_column in range(4)
        ]
        for at_row in range(6)
    ]
    for at_once, widest in ((grids.AT_ONCE, grids.WIDEST), (0, grids.WIDEST), (0, 0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(grids, "AT_ONCE", at_once)
            patch.setattr(grids, "WIDEST", widest)
            assert grids.heads(groups, np.array(person, np.int64), 31).tolist() == expected


def pairs_of(things: list[tuple[int, int, list[int]]]) -> list[tuple[int, int]]:
    """Which thing, and a column in which it is."""
    return [(number, column) for number, (_, _, columns) in enumerate(things) for column in columns]
