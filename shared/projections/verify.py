"""Is what a view serves what its log says? The log replayed beside it, and every row of the two compared."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.engine import Engine

from shared.eventstore.ledger import Ledger
from shared.projections.engine import views_engine, writing
from shared.projections.positions import served
from shared.projections.rebuild import load
from shared.projections.view import View

Values = tuple[Any, ...]


class OutdatedViewError(Exception):
    """What is served is not of this version of the view, or not there at all: there is nothing to compare with."""


class Difference(msgspec.Struct, frozen=True):
    """One row that is not as replayed. The columns that differ are given; None where there is no row."""

    view: str
    key: tuple[Any, ...]
    served: dict[str, Any] | None
    replayed: dict[str, Any] | None


def compare(ledger: Ledger, engine: Engine, view: View) -> list[Difference]:
    """Every row in which what is served differs from a replay of the log up to the position that the view has saved."""
    with engine.connect() as connection, TemporaryDirectory() as folder:
        found = served(connection).get(view.name)
        if found is None or found.version != view.version:
            raise OutdatedViewError(f"{view.name} version {view.version}")
        beside = views_engine(Path(folder) / "replayed.sqlite")
        try:
            with writing(beside) as making:
                view.table.create(making)
            load(ledger, beside, view, view.table, found.position)
            with beside.connect() as replayed:
                return list(_differences(view, connection, replayed))
        finally:
            beside.dispose()


def _differences(view: View, connection: Connection, replayed: Connection) -> Iterator[Difference]:
    """The two tables merged, each in the order of its key."""
    names = [name for name, _ in view.columns]
    places = [names.index(name) for name in view.key]

    def key(row: Values) -> tuple[Any, ...]:
        return tuple(row[place] for place in places)

    tagged = merge(_tagged(view, connection, 0), _tagged(view, replayed, 1), key=lambda row: (key(row[1]), row[0]))
    for its_key, rows in groupby(tagged, key=lambda row: key(row[1])):
        found = dict(rows)
        ours, theirs = found.get(0), found.get(1)
        if ours != theirs:
            yield Difference(view.name, its_key, _unlike(names, ours, theirs), _unlike(names, theirs, ours))


def _tagged(view: View, connection: Connection, tag: int) -> Iterator[tuple[int, Values]]:
    rows = connection.execute(select(view.table).order_by(*(view.table.c[name] for name in view.key)))
    return ((tag, tuple(row)) for row in rows)


def _unlike(names: Sequence[str], row: Values | None, other: Values | None) -> dict[str, Any] | None:
    """The columns of `row` that `other` does not agree with."""
    if row is None:
        return None
    against = other or (None,) * len(row)
    return {name: value for name, value, its in zip(names, row, against, strict=True) if value != its}
