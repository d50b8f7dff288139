"""A log folded by several processes: each takes parts of the streams and writes their rows into the same table."""

import gc
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine, Table, create_engine

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import KeyStore, Sealer
from shared.projections.engine import views_engine, writing
from shared.projections.log import Part, entries, parts, rows_of
from shared.projections.view import View

MOST_PROCESSES = 4


class Share:
    """What one process folds: parts of the streams of a log, into a table of a view."""

    def __init__(self, ledger: Ledger, engine: Engine, view: View, table: Table) -> None:
        self.ledger, self.engine, self.view, self.table = ledger, engine, view, table

    def fold(self, part: Part, upto: int) -> int:
        """Fold the streams of one part, up to a position in the log. Returns how many rows they made."""
        with _without_collecting():
            facts = entries(self.ledger, rows_of(self.ledger, part, upto), self.view.topics)
            rows = self.view.rows(facts)
        with writing(self.engine) as connection:
            self.view.insert(connection, self.table, rows)
        return len(rows)


def fold_alone(share: Share, upto: int) -> int:
    """Fold the log up to a position. Returns how many rows that made."""
    return sum(share.fold(part, upto) for part in parts(share.ledger.recorder.estimated_rows()))


def fold_together(share: Share, upto: int) -> int:
    """Fold the log up to a position, this process from the last part to the first. Returns how many rows that made."""
    helpers = min(os.cpu_count() or 1, MOST_PROCESSES) - 1
    if not helpers:
        return fold_alone(share, upto)
    url = share.engine.url
    views = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=False)
    where = (share.ledger.database, share.ledger.facts, views, share.view, share.table.name)
    pool = ProcessPoolExecutor(helpers, get_context("spawn"), initializer=_help, initargs=where)
    try:
        every_part = parts(share.ledger.recorder.estimated_rows())
        theirs = [(part, pool.submit(_fold, part, upto)) for part in every_part]
        return sum(share.fold(part, upto) if its.cancel() else its.result() for part, its in reversed(theirs))
    finally:
        pool.shutdown(cancel_futures=True)


_shares: list[Share] = []
"""In a helping process, its own share."""


def _help(log: str, facts: Sequence[type[Fact]], views: str, view: View, table: str) -> None:
    """Open in a helping process what it needs. It has no keys: views leave personal text sealed."""
    sealer = Sealer(KeyStore(create_engine("sqlite://")))
    ledger = Ledger(log, facts, sealer, create_tables=False, pool_size=1)
    engine = views_engine(views if "://" in views else Path(views), pool=1)
    _shares.append(Share(ledger, engine, view, view.table_named(table)))


def _fold(part: Part, upto: int) -> int:
    return _shares[0].fold(part, upto)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """States are trees: counting references frees them, and looking for cycles among many only takes time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
