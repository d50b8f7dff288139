"""Is what a view serves what its log says? The log replayed beside it, and every row of the two compared."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Index, Table, select

from shared.eventstore.ledger import Ledger
from shared.projections.engine import at_one_moment, views_engine, writing
from shared.projections.log import AT_ONCE, number_of_parts
from shared.projections.positions import served
from shared.projections.rebuild import load
from shared.projections.together import Share
from shared.projections.under_way import begin
from shared.projections.view import Values, View


class OutdatedViewError(Exception):
    """What is served is not of this version of the view, or not there at all: there is nothing to compare with."""


class Difference(msgspec.Struct, frozen=True):
    """One row that is not as replayed. The columns that differ are given; None where there is no row."""

    view: str
    key: tuple[Any, ...]
    served: dict[str, Any] | None
    replayed: dict[str, Any] | None


def compare(ledger: Ledger, engine: Engine, view: View) -> list[Difference]:
    """Every row in which what is served differs from a replay of the log up to the position that the view has saved.

    Both are put into a file of their own first: so nobody who writes waits for us, and text is in one order.
    """
    with TemporaryDirectory() as folder:
        beside = views_engine(Path(folder) / "compared.sqlite")
        try:
            position = _copy_served(view, engine, beside)
            under_way = begin(beside, view, position, number_of_parts(ledger.recorder.estimated_rows()))
            share = Share(ledger, beside, view, under_way)
            load(share)
            with writing(beside) as connection:
                for table in (view.table_named(view.name), share.table):
                    Index(f"{table.name}_key", *(table.c[name] for name in view.key)).create(connection)
            with beside.connect() as connection:
                return list(_differences(view, connection, share.table))
        finally:
            beside.dispose()


def _copy_served(view: View, engine: Engine, beside: Engine) -> int:
    """Copy what is served as of one moment. Returns the position saved with it."""
    with at_one_moment(engine) as connection, writing(beside) as copying:
        found = served(connection).get(view.name)
        if found is None or found.version != view.version:
            raise OutdatedViewError(f"{view.name} version {view.version}")
        view.table.create(copying)
        rows = connection.execute(select(view.table).execution_options(yield_per=AT_ONCE))
        for some in rows.partitions():
            view.insert(copying, view.table, [tuple(row) for row in some])
        return found.position


def _differences(view: View, connection: Connection, replayed_in: Table) -> Iterator[Difference]:
    """The two tables merged, each in the order of its key."""
    names = [name for name, _ in view.columns]
    places = [names.index(name) for name in view.key]

    def key(row: Values) -> tuple[Any, ...]:
        return tuple(row[place] for place in places)

    tagged = merge(
        _tagged(view, connection, view.table, 0),
        _tagged(view, connection, replayed_in, 1),
        key=lambda row: (key(row[1]), row[0]),
    )
    for its_key, rows in groupby(tagged, key=lambda row: key(row[1])):
        found = dict(rows)
        ours, theirs = found.get(0), found.get(1)
        if ours != theirs:
            yield Difference(view.name, its_key, _unlike(names, ours, theirs), _unlike(names, theirs, ours))


def _tagged(view: View, connection: Connection, table: Table, tag: int) -> Iterator[tuple[int, Values]]:
    rows = connection.execute(select(table).order_by(*(table.c[name] for name in view.key)))
    return ((tag, tuple(row)) for row in rows)


def _unlike(names: Sequence[str], row: Values | None, other: Values | None) -> dict[str, Any] | None:
    """The columns of `row` that `other` does not agree with."""
    if row is None:
        return None
    against = other or (None,) * len(row)
    return {name: value for name, value, its in zip(names, row, against, strict=True) if value != its}
