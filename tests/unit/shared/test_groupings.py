"""Of several tables of the same people no small group shows, nor to who adds and subtracts across all of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.groupings import hidden_together
from shared.suppression import LEAST_PEOPLE, TOTAL, Cell, with_totals

SCHOOLS = ("100001", "100002", "100003", "100004")
GROUPINGS = (("teacher", "support", "governor"), ("full", "part"), ("a", "b", "c"))
weights = st.lists(st.integers(1, 30), min_size=1, max_size=12)
Table = Mapping[Cell, int]


def tables_of(cells: Sequence[tuple[str, ...]], counts: Sequence[int]) -> list[dict[Cell, int]]:
    """One table a grouping, of so many people as `counts` says of each combination."""
    tables: list[dict[Cell, int]] = [{} for _ in GROUPINGS]
    for place, (school, *groups) in enumerate(cells):
        for table, group in zip(tables, groups, strict=True):
            table[school, group] = table.get((school, group), 0) + counts[place % len(counts)]
    return tables


combinations = st.lists(
    st.tuples(st.sampled_from(SCHOOLS), *(st.sampled_from(each) for each in GROUPINGS)), min_size=1, max_size=14
)


def worked_out(tables: Sequence[Table], hidden: frozenset[Cell]) -> set[Cell]:
    """What follows from all tables at once: the hidden figures that every solution of all sums has in common.

    Each row and column of each table is a sum. A hidden figure is worked out where no vector of the sums' null space
    moves it.
    """
    unknown = sorted(hidden)
    if not unknown:
        return set()
    place = {cell: n for n, cell in enumerate(unknown)}
    sums: list[np.ndarray] = []
    for table in tables:
        whole = with_totals(table)
        for axis in (0, 1):
            for line in {cell[axis] for cell in whole}:
                row = np.zeros(len(unknown))
                for cell in whole:
                    if cell[axis] == line and cell in place:
                        row[place[cell]] += -1 if cell[1 - axis] == TOTAL else 1
                sums.append(row)
    _, values, vectors = np.linalg.svd(np.array(sums))
    rank = int((values > 1e-9).sum())
    free = vectors[rank:]
    return {cell for cell, n in place.items() if not np.abs(free[:, n]).max(initial=0) > 1e-9}


@settings(max_examples=1500, deadline=None)
@given(combinations, weights)
def test_nothing_small_is_shown_or_worked_out_across_tables(cells: list[tuple[str, ...]], counts: list[int]):
    tables = tables_of(cells, counts)
    hidden = hidden_together(tables)
    sizes = {cell: count for table in tables for cell, count in with_totals(table).items()}
    assert all(cell in hidden for cell, count in sizes.items() if 0 < count < LEAST_PEOPLE)
    found = worked_out(tables, frozenset(cell for cell in hidden if sizes[cell]))
    assert {cell for cell in found if sizes[cell] < LEAST_PEOPLE} == set()


def test_the_attacker_finds_what_two_tables_tell_together():
    roles = {("100001", "teacher"): 30, ("100001", "support"): 5, ("100002", "teacher"): 30, ("100002", "support"): 20}
    hours = {("100001", "full"): 35, ("100002", "full"): 50}
    alone = frozenset({("100001", "support"), ("100001", TOTAL), ("100002", "support"), ("100002", TOTAL)})
    assert worked_out([roles], alone) == set()
    assert ("100001", "support") in worked_out([roles, hours], alone), "the other table tells the school's total"


def test_a_small_school_takes_the_next_smallest_with_it_and_all_of_theirs():
    roles = {("100001", "teacher"): 4, ("100002", "teacher"): 11, ("100003", "teacher"): 40, ("100004", "teacher"): 50}
    hours = {(school, "full"): count for (school, _), count in roles.items()}
    hidden = hidden_together([roles, hours])
    assert {school for school, _ in hidden} == {"100001", "100002"}
    two = {("100001", "teacher"): 4, ("100002", "teacher"): 5, ("100003", "teacher"): 40, ("100004", "teacher"): 50}
    assert ("100003", TOTAL) in hidden_together([two]), "nine people are not enough to hide behind"


def test_a_trust_of_large_groups_shows_them_all_and_one_of_few_people_shows_nothing():
    large = {(school, group): 12 for school in SCHOOLS for group in GROUPINGS[0]}
    assert hidden_together([large, {(school, "full"): 36 for school in SCHOOLS}]) == frozenset()
    few = {("100001", "teacher"): 9}
    assert hidden_together([few]) == with_totals(few).keys()
    assert hidden_together([]) == frozenset()
