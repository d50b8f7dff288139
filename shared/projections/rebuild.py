"""A view made anew from the log beside the one that is served, and put in its place in one transaction."""

import time

import msgspec
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text
from sqlalchemy.exc import OperationalError

from shared.eventstore.ledger import Ledger
from shared.progress import Tell, tell_nobody
from shared.projections.alone import alone_in_rebuilding
from shared.projections.engine import is_postgres, loading, writing
from shared.projections.indexing import make_indexes
from shared.projections.log import entries, number_of_parts, rows_after, rows_in
from shared.projections.positions import POSITIONS, served
from shared.projections.runner import BATCH
from shared.projections.together import Share, fold_alone, fold_together
from shared.projections.under_way import (
    OvertakenRebuildError,
    begin,
    check_ours,
    forget,
    note_position,
    parts_done,
    rows_made,
    vacuum_by_itself,
)
from shared.projections.view import View

LOCK_NOT_AVAILABLE = "55P03"
WORTH_HELP = 50_000
"""How long a log has to be for other processes to be worth their start."""
FIRST_WAIT_MS = 200
LONGEST_WAIT_MS = 2_000
"""For how long readers may have to queue behind us while we wait for those before them. They give up after 5 seconds;
the server's own vacuum gives way after 1."""
PATIENCE_SECONDS = 600.0
"""For how long a swap is tried again that readers do not make room for."""


class Rebuilt(msgspec.Struct, frozen=True):
    """What a rebuild did: the log position it reached, and the rows the streams made before it caught up.

    `folded` of its `parts` were folded by this run; an earlier one that was broken off had done the others.
    """

    view: str
    version: int
    position: int
    rows: int
    parts: int
    folded: int


def rebuild(ledger: Ledger, engine: Engine, view: View, tell: Tell = tell_nobody) -> Rebuilt:
    """Fold the whole log into a new table, index it, catch up, and rename it to the served name.

    Readers see the old table until then, and the new one from then on. Broken off, it is gone on with by the next
    rebuild of the same version. A long log is folded by several processes, so that a script that calls this needs its
    `__main__` guard. Raises RebuildRunningError, OvertakenRebuildError.
    """
    with alone_in_rebuilding(engine, view.name):
        upto = ledger.readable_position()
        under_way = begin(engine, view, upto, number_of_parts(ledger.recorder.estimated_rows()))
        share = Share(ledger, engine, view, under_way)
        folded = load(share, tell)
        rows = rows_made(engine, under_way)
        make_indexes(engine, view, share.table, under_way.generation)
        position = _put_in_place(share)
    return Rebuilt(view.name, view.version, position, rows, under_way.parts, folded)


def load(share: Share, tell: Tell = tell_nobody) -> int:
    """Fold the parts that are not in the table yet. Returns how many there were.

    Only a part at a time is in memory; a long log is folded by every processor.
    """
    parts, done = share.under_way.parts, parts_done(share.engine, share.under_way)
    todo = [(number, part) for number, part in enumerate(share.parts()) if number not in done]
    tell(len(done), parts)
    fold = fold_together if rows_in(parts) >= WORTH_HELP else fold_alone
    fold(share, todo, lambda folded: tell(len(done) + folded, parts))
    return len(todo)


def _put_in_place(share: Share) -> int:
    """Catch up and swap, again and again until readers make room. Returns the position reached."""
    position, wait_ms, until = share.under_way.position, FIRST_WAIT_MS, time.monotonic() + PATIENCE_SECONDS
    while True:
        position = _catch_up(share, position)
        try:
            reached = _swapped(share, position, wait_ms)
        except OperationalError as error:
            if not getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE or time.monotonic() >= until:
                raise
            time.sleep(wait_ms / 1000)  # those who queued behind us are served
            wait_ms = min(2 * wait_ms, LONGEST_WAIT_MS)
        else:
            if reached is not None:
                return reached


def _catch_up(share: Share, position: int) -> int:
    """Fold what was appended meanwhile, until less than a batch is left for the last transaction."""
    while len(rows := rows_after(share.ledger, position, BATCH)) == BATCH:
        position = rows[-1][0]
        with loading(share.engine) as connection:
            note_position(connection, share.under_way, position)
            share.view.apply(connection, share.table, list(entries(share.ledger, rows, share.view.topics)))
    return position


def _swapped(share: Share, position: int, wait_ms: int) -> int | None:
    """Fold the rest and swap, in one transaction; None where so much came meanwhile that readers would go back."""
    view, under_way = share.view, share.under_way
    with writing(share.engine) as connection:
        check_ours(connection, under_way)
        now = served(connection).get(view.name)
        if (now.generation if now else 0) != under_way.generation - 1:
            raise OvertakenRebuildError(view.name)
        rest = rows_after(share.ledger, position, BATCH)
        position = rest[-1][0] if rest else position
        if now is not None and position < now.position:
            return None
        view.apply(connection, share.table, list(entries(share.ledger, rest, view.topics)))
        connection.execute(delete(POSITIONS).where(POSITIONS.c.view == view.name))
        connection.execute(insert(POSITIONS).values((view.name, view.version, under_way.generation, position)))
        forget(connection, view)
        _swap(connection, view, share.table, wait_ms)
    return position


def _swap(connection: Connection, view: View, table: Table, wait_ms: int) -> None:
    if is_postgres(connection.engine):
        for name, value in (("lock_timeout", str(wait_ms)), ("synchronous_commit", "on")):
            connection.execute(select(func.set_config(name, value, True)))
    vacuum_by_itself(connection, table.name, "on")
    view.table.drop(connection, checkfirst=True)
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER TABLE {quote(table.name)} RENAME TO {quote(view.name)}"))
