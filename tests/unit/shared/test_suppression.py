"""No figure of a small group shows, also not to someone who adds and subtracts all that is shown."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.suppression import LEAST_PEOPLE, TOTAL, Cell, can_be_worked_out, hidden_cells, hidden_of, with_totals

ROLES = ("leadership", "teacher", "teaching_assistant", "support", "governor")
SCHOOLS = ("100001", "100002", "100003")
head_counts = st.dictionaries(
    st.tuples(st.sampled_from(SCHOOLS), st.sampled_from(ROLES)), st.integers(0, 40), min_size=1
)


def worked_out(cells: Iterable[Cell], hidden: Iterable[Cell]) -> set[Cell]:
    """What an attacker works out: the sums of every row and column, solved by elimination over the hidden figures."""
    unknown = sorted(hidden)
    lines = {(axis, cell[axis]) for cell in cells for axis in (0, 1)}
    matrix = []
    for axis, name in sorted(lines):
        # Every line says: its groups together are its total. What is shown goes to the right, whatever it is.
        row = [
            Fraction(0) if cell[axis] != name else Fraction(-1) if cell[1 - axis] == TOTAL else Fraction(1)
            for cell in unknown
        ]
        matrix.append(row)
    rank = 0
    for place in range(len(unknown)):
        pivot = next((row for row in range(rank, len(matrix)) if matrix[row][place]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        matrix[rank] = [value / matrix[rank][place] for value in matrix[rank]]
        for row in range(len(matrix)):
            if row != rank and matrix[row][place]:
                factor = matrix[row][place]
                matrix[row] = [mine - factor * its for mine, its in zip(matrix[row], matrix[rank], strict=True)]
        rank += 1
    return {unknown[row.index(1)] for row in matrix if sum(1 for value in row if value) == 1}


def shown(people: Mapping[Cell, int]) -> set[Cell]:
    return set(with_totals(people)) - hidden_cells(people)


@settings(max_examples=400, deadline=None)
@given(head_counts)
def test_no_small_group_is_shown_and_nothing_hidden_can_be_worked_out(people: dict[Cell, int]):
    whole, hidden = with_totals(people), hidden_cells(people)
    assert all(not 0 < whole[cell] < LEAST_PEOPLE for cell in set(whole) - hidden)
    assert worked_out([cell for cell in whole if whole[cell]], hidden) == set()


@settings(max_examples=200, deadline=None)
@given(head_counts)
def test_the_attacker_and_the_bridges_find_the_same(people: dict[Cell, int]):
    whole = {cell: count for cell, count in with_totals(people).items() if count}
    small = {cell for cell, count in whole.items() if count < LEAST_PEOPLE}
    assert worked_out(whole, small) == set(can_be_worked_out(small))


def test_the_attacker_finds_a_lone_small_group():
    people = {("100001", "teacher"): 30, ("100001", "support"): 20, ("100001", "governor"): 3}
    assert ("100001", "governor") in worked_out(with_totals(people), [("100001", "governor")])


def test_in_one_school_the_next_smallest_group_is_hidden_too_and_the_total_stays():
    people = {("100001", "teacher"): 30, ("100001", "support"): 20, ("100001", "governor"): 3}
    hidden = hidden_cells(people | {("100002", "teacher"): 30, ("100002", "support"): 20, ("100002", "governor"): 12})
    assert {("100001", "governor"), ("100001", "support")} <= hidden
    assert ("100001", TOTAL) not in hidden
    assert (TOTAL, TOTAL) not in hidden


def test_an_empty_group_is_not_the_one_that_is_hidden_too():
    people = {("100001", "teacher"): 30, ("100001", "support"): 0, ("100001", "governor"): 3}
    assert ("100001", "support") not in hidden_cells(people)


def test_large_groups_are_all_shown():
    people = {(school, role): 10 for school in SCHOOLS for role in ROLES}
    assert hidden_cells(people) == frozenset()
    assert len(shown(people)) == (len(SCHOOLS) + 1) * (len(ROLES) + 1)


def test_what_hides_a_group_is_together_with_it_no_small_group_either():
    people = {("100001", role): count for role, count in zip(ROLES, (2, 3, 4, 20, 30), strict=True)}
    hidden = {cell for cell in hidden_cells(people) if TOTAL not in cell}
    assert sum(people[cell] for cell in hidden) >= LEAST_PEOPLE


def test_a_cell_that_another_table_settled_is_left_as_it_is():
    people = with_totals({("100001", "teacher"): 4, ("100001", "support"): 20, ("100002", "teacher"): 30})
    settled = {("100001", TOTAL): False, ("100002", TOTAL): False, ("100002", "teacher"): False}
    hidden = hidden_of(people, settled)
    assert hidden.isdisjoint(settled)
    assert worked_out(people, hidden) == set()
