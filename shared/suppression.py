"""Which figures of a table of groups must be hidden so that no small group shows, also not by adding and subtracting.

A table has rows and columns (schools and role categories), a total of each, and one of all. Whoever sees the rest works
out a hidden figure where it is the only one hidden in its row or column, or where the equations of several lines leave
it one value. Hidden cells are edges between their row and their column, and a cell can be worked out just where
its edge is a bridge: no other way leads round. (Fellegi, On the question of statistical confidentiality, 1972;
Gusfield, A graph theoretic approach to statistical data security, 1988.)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from shared.bridges import bridges, reached_from

LEAST_PEOPLE = 10
TOTAL = ""
"""The row of column totals, and the column of row totals."""

Cell = tuple[str, str]
"""Row and column."""
Line = tuple[int, str]
"""A row (0) or a column (1), by its name."""


def _lines(cell: Cell) -> tuple[Line, Line]:
    """The row and the column of a cell."""
    return (0, cell[0]), (1, cell[1])


def _joins(cell: Cell, near: Collection[Line], far: Collection[Line]) -> bool:
    row, column = _lines(cell)
    return (row in near and column in far) or (row in far and column in near)


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
    return hidden_of(with_totals(people), {}, least)


def hidden_of(people: Mapping[Cell, int], settled: Mapping[Cell, bool], least: int = LEAST_PEOPLE) -> frozenset[Cell]:
    """Likewise where a person may be in several cells: `people` holds the head counts of totals too.

    `settled` cells are hidden, or shown, as another table that has them in common decided. Where those are totals of
    rows, and every row whose total is shown has one cell only or several that may be hidden, nothing can be worked out.
    """
    table = _Table(people, settled, least)
    while (more := table.next()) is not None:
        table.hide(more)
    return frozenset(table.hidden)


def can_be_worked_out(hidden: Iterable[Cell]) -> list[Cell]:
    """Those hidden cells whose figures follow from what is shown, by the sums of rows and columns."""
    edges = {cell: _lines(cell) for cell in hidden}
    return sorted(bridges(edges))


class _Hidden:
    """What of a row or column is hidden: how many cells, of how many people (totals aside), the first by name."""

    __slots__ = ("cells", "first", "people")

    def __init__(self, first: Cell) -> None:
        self.first = first
        self.cells = self.people = 0


class _Table:
    """The cells that are not empty, and which of them are hidden so far."""

    def __init__(self, people: Mapping[Cell, int], settled: Mapping[Cell, bool], least: int) -> None:
        filled = sorted((TOTAL in cell, count, cell) for cell, count in people.items() if count)
        self.counts = {cell: count for _, count, cell in filled}
        """The smallest group first, totals last."""
        self.settled, self.least = settled, least
        self.cells_of: dict[Line, list[Cell]] = {}
        for cell in self.counts:
            for line in _lines(cell):
                self.cells_of.setdefault(line, []).append(cell)
        self.hidden: set[Cell] = set()
        self.inside: dict[Line, _Hidden] = {}
        self.thin: dict[Line, tuple[Cell, int, Cell]] = {}
        """Lines in which too few are hidden, by what is hidden there first, with what to hide there next."""
        for cell, count in self.counts.items():
            if settled.get(cell, count < least):
                self._note(cell)
        for line in self.inside:
            self._judge(line)

    def hide(self, cell: Cell) -> None:
        self._note(cell)
        for line in _lines(cell):
            self._judge(line)

    def next(self) -> Cell | None:
        """One more cell to hide; None where nothing more shows."""
        if self.thin:
            return min(self.thin.values())[-1]
        for bridge in can_be_worked_out(self.hidden):
            way_round = self._ways_round(bridge)
            if way_round:
                return way_round[0]
        return None

    def _note(self, cell: Cell) -> None:
        self.hidden.add(cell)
        people = 0 if TOTAL in cell else self.counts[cell]
        for line in _lines(cell):
            its = self.inside.get(line)
            if its is None:
                its = self.inside[line] = _Hidden(cell)
            its.cells, its.people, its.first = its.cells + 1, its.people + people, min(its.first, cell)

    def _judge(self, line: Line) -> None:
        self.thin.pop(line, None)
        its = self.inside[line]
        if its.cells == 1 or its.people < self.least:
            smallest = self._smallest(line, alone=its.cells == 1)
            if smallest is not None:
                self.thin[line] = its.first, line[0], smallest

    def _smallest(self, line: Line, *, alone: bool) -> Cell | None:
        """The smallest group that is shown; a total only where a cell would else be alone in its line."""
        smallest = next(filter(self._may_be_hidden, self.cells_of[line]), None)
        return None if smallest is not None and TOTAL in smallest and not alone else smallest

    def _ways_round(self, bridge: Cell) -> Sequence[Cell]:
        """The cells each of which, hidden too, leads from the bridge's row to its column; the smallest first."""
        rest = [_lines(cell) for cell in self.hidden - {bridge}]
        near, far = (reached_from(line, rest) for line in _lines(bridge))
        return [cell for cell in self.counts if self._may_be_hidden(cell) and _joins(cell, near, far)]

    def _may_be_hidden(self, cell: Cell) -> bool:
        return cell not in self.hidden and cell not in self.settled
