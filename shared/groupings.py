"""Several tables of the same people, each by school and by one grouping, of which no small group must show.

Each table alone is protected by `shared.suppression`. What they have in common are the totals of schools: by these one
table tells of another. So it is decided once, for all tables, which totals are hidden: those of the small schools, two
or more and together enough people. In each table those schools stand as one row; every other total is held to be known.
Then all tables are put together as an attacker would who knows also which groups are empty, and while something small
follows from all their sums, another school is hidden; and where all are, the trust's totals of groups.
"""

from collections.abc import Iterator, Mapping, Sequence

from shared.sums import determined
from shared.suppression import LEAST_PEOPLE, TOTAL, Cell, can_be_worked_out, hidden_of, with_totals

HIDDEN_SCHOOLS = "\x00"
"""The row that the hidden schools are together; no school is named so."""
Table = Mapping[Cell, int]
"""Head counts by school and group, without totals."""


def hidden_together(tables: Sequence[Table], least: int = LEAST_PEOPLE) -> frozenset[Cell]:
    """The cells to hide of tables by school and group, whose groups have names of their own in all of them.

    Totals are hidden too where they must be. The first table is of everybody, and says how large each school is.
    """
    sizes = {cell: count for table in reversed(tables) for cell, count in with_totals(table).items() if count}
    schools = sorted((count, row) for (row, column), count in sizes.items() if column == TOTAL != row)
    small = sum(count < least for count, _ in schools)
    if not tables or sizes.get((TOTAL, TOTAL), 0) < least:
        return frozenset(sizes)
    for number in range(small, len(schools) + 1):
        of_hidden = [count for count, _ in schools[:number]]
        if of_hidden and (number == 1 or sum(of_hidden) < least) and number < len(schools):
            continue
        together = frozenset(row for _, row in schools[:number])
        totals = {(row, TOTAL) for row in together}
        hidden = frozenset(totals.union(*(_hidden_in(table, together, least) for table in tables)))
        if not _tells(tables, hidden, sizes, least):
            return hidden
    return frozenset(cell for cell in sizes if cell != (TOTAL, TOTAL))


def _hidden_in(table: Table, together: frozenset[str], least: int) -> set[Cell]:
    """The cells of one table to hide, all of the hidden schools' among them."""
    joined: dict[Cell, int] = {}
    for (school, group), count in table.items():
        row = HIDDEN_SCHOOLS if school in together else school
        joined[row, group] = joined.get((row, group), 0) + count
    settled = {(row, TOTAL): False for row, _ in joined} | {(TOTAL, TOTAL): False}
    settled |= {cell: True for cell, count in joined.items() if cell[0] == HIDDEN_SCHOOLS and 0 < count < least}
    whole = with_totals(joined)
    found = hidden_of(whole, settled, least)
    while (more := _still_needed(whole, settled, found, least)) is not None:
        settled[more] = True
        found = hidden_of(whole, settled, least)
    return {cell for cell in found if cell[0] != HIDDEN_SCHOOLS} | {cell for cell in table if cell[0] in together}


def _still_needed(
    people: Mapping[Cell, int], settled: Mapping[Cell, bool], hidden: frozenset[Cell], least: int
) -> Cell | None:
    """One more cell to hide where a small group can still be worked out: its group's total before any other."""
    small = [cell for cell in can_be_worked_out(hidden) if people[cell] < least]
    shown = [cell for cell, count in people.items() if count and cell not in hidden and cell not in settled]
    if not small or not shown:
        return None
    row, column = small[0]
    return min(shown, key=lambda cell: (cell != (TOTAL, column), column != cell[1], row != cell[0], people[cell], cell))


def _tells(tables: Sequence[Table], hidden: frozenset[Cell], sizes: Mapping[Cell, int], least: int) -> bool:
    """Whether anything small follows from the sums of all tables."""
    return any(sizes[cell] < least for cell in determined(_sums(tables, hidden, sizes)))


def _sums(tables: Sequence[Table], hidden: frozenset[Cell], sizes: Mapping[Cell, int]) -> Iterator[dict[Cell, int]]:
    """What of each row and column is hidden: together with its sign what adds up to a known figure."""
    for table in tables:
        lines: dict[tuple[int, str], dict[Cell, int]] = {}
        for cell in with_totals(table):
            if cell in hidden and cell in sizes:
                for axis in (0, 1):
                    lines.setdefault((axis, cell[axis]), {})[cell] = -1 if cell[1 - axis] == TOTAL else 1
        yield from lines.values()
