"""A view made anew from the log beside the one that is served, and put in its place in one transaction."""

import msgspec
from sqlalchemy import Connection, Engine, Table, delete, insert, text

from shared.eventstore.ledger import Ledger
from shared.projections.engine import writing
from shared.projections.log import entries, rows_after
from shared.projections.positions import METADATA, POSITIONS, served
from shared.projections.runner import BATCH
from shared.projections.together import Share, fold_alone, fold_together
from shared.projections.view import View

WORTH_HELP = 50_000
"""How long a log has to be for other processes to be worth their start."""


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

    Readers see the old table until then, and the new one from then on. A long log is folded by several processes, so
    that a script that calls this needs its `__main__` guard. Raises OvertakenRebuildError.
    """
    with writing(engine) as connection:
        METADATA.create_all(connection)
        before = served(connection).get(view.name)
        generation = before.generation + 1 if before else 1
        table = view.table_named(f"{view.name}__{generation}")
        table.drop(connection, checkfirst=True)
        table.create(connection)
    position = ledger.readable_position()
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

    Streams are folded apart, a part of them at a time, so that only a part is in memory; a long log by every processor.
    """
    share = Share(ledger, engine, view, table)
    return fold_together(share, upto) if ledger.recorder.estimated_rows() >= WORTH_HELP else fold_alone(share, upto)


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
