"""A view made anew from the log beside the one that is served, and put in its place in one transaction."""

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self

import msgspec
from sqlalchemy import Connection, Engine, Table, delete, insert, text

from shared.eventstore.ledger import Ledger
from shared.projections.engine import writing
from shared.projections.log import chunks, entries, rows_after
from shared.projections.positions import METADATA, POSITIONS, served
from shared.projections.runner import BATCH
from shared.projections.view import Values, View


class OvertakenRebuildError(Exception):
    """Another rebuild of the same view finished first."""


class Rebuilt(msgspec.Struct, frozen=True):
    """What a rebuild did: the log position it reached, and the rows it made before it caught up."""

    view: str
    version: int
    position: int
    rows: int


def rebuild(ledger: Ledger, engine: Engine, view: View) -> Rebuilt:
    """Fold the whole log into a new table, index it, catch up, and rename it to the served name.

    Readers see the old table until then, and the new one from then on. Raises OvertakenRebuildError.
    """
    with writing(engine) as connection:
        METADATA.create_all(connection)
        before = served(connection).get(view.name)
        generation = before.generation + 1 if before else 1
        table = view.table_named(f"{view.name}__{generation}")
        table.drop(connection, checkfirst=True)
        table.create(connection)
    position = ledger.position()
    rows = load(ledger, engine, view, table, position)
    with writing(engine) as connection:
        view.create_indexes(connection, table, generation)
    position = _catch_up(ledger, engine, view, table, position)
    with writing(engine) as connection:
        rest = rows_after(ledger, position, BATCH)
        view.apply(connection, table, entries(ledger, rest, view.topics))
        position = rest[-1][0] if rest else position
        now = served(connection).get(view.name)
        if (now.generation if now else 0) != generation - 1:
            raise OvertakenRebuildError(view.name)
        _swap(connection, view, table)
        connection.execute(delete(POSITIONS).where(POSITIONS.c.view == view.name))
        connection.execute(insert(POSITIONS).values((view.name, view.version, generation, position)))
    return Rebuilt(view.name, view.version, position, rows)


def load(ledger: Ledger, engine: Engine, view: View, table: Table, upto: int) -> int:
    """Fold the log up to `upto` into the empty `table`. Returns how many rows that made.

    Only current states are held in memory; what is final is written a chunk at a time.
    """
    folding = view.folding()
    with _without_collecting(), _Writer(engine, view, table) as writer:
        for rows in chunks(ledger, upto):
            for position, fact in entries(ledger, rows, view.topics):
                folding.add(position, fact)
            writer.write(folding.drain())
        for rows in folding.finish():
            writer.write(rows)
    return writer.rows


def _catch_up(ledger: Ledger, engine: Engine, view: View, table: Table, position: int) -> int:
    """Fold what was appended meanwhile, until less than a batch is left for the last transaction."""
    while len(rows := rows_after(ledger, position, BATCH)) == BATCH:
        with writing(engine) as connection:
            view.apply(connection, table, entries(ledger, rows, view.topics))
        position = rows[-1][0]
    return position


def _swap(connection: Connection, view: View, table: Table) -> None:
    view.table.drop(connection, checkfirst=True)
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER TABLE {quote(table.name)} RENAME TO {quote(view.name)}"))


class _Writer:
    """Writes chunks of rows on a thread of its own, a transaction each, while the next chunk is folded."""

    def __init__(self, engine: Engine, view: View, table: Table) -> None:
        self.engine, self.view, self.table = engine, view, table
        self.rows = 0
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._thread:
            self._wait()

    def write(self, rows: Sequence[Values]) -> None:
        """Begin to write `rows` once those before are written. Raises what went wrong with those."""
        self._wait()
        self._under_way = self._thread.submit(self._load, rows)
        self.rows += len(rows)

    def _wait(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _load(self, rows: Sequence[Values]) -> None:
        with writing(self.engine) as connection:
            self.view.load(connection, self.table, rows)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """States are trees: counting references frees them, and looking for cycles among millions only takes time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
