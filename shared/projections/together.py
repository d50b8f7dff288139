"""A log folded by several processes: each takes parts of the streams and writes their rows into the same table."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from sqlalchemy import Engine, create_engine

from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.projections.engine import is_postgres, loading, views_engine
from shared.projections.log import Part, entries, parts_in_order, parts_of_streams, rows_of
from shared.projections.under_way import UnderWay, note_part
from shared.projections.view import View

MOST_PROCESSES = 4

Todo = Sequence[tuple[int, Part]]
"""Parts that are to be folded, each with its number."""
Told = Callable[[int], None]
"""Told how many parts have been folded."""


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


class Share:
    """What one process folds: parts of a log, into the table of a rebuild."""

    def __init__(self, ledger: Ledger, engine: Engine, view: View, under_way: UnderWay) -> None:
        self.ledger, self.engine, self.view, self.under_way = ledger, engine, view, under_way
        self.table = view.table_named(under_way.table_name)

    def parts(self) -> Sequence[Part]:
        """The parts of the log, by number. The same each time that this rebuild is gone on with."""
        number, upto = self.under_way.parts, self.under_way.upto
        return parts_in_order(self.ledger, number, upto) if self.view.in_order else parts_of_streams(number)

    @_without_collecting()
    def fold(self, number: int, part: Part) -> None:
        """Fold the part so numbered, and write its rows and that it is done in one transaction."""
        stored = rows_of(self.ledger, part, self.under_way.upto, self.view.topics)
        rows = self.view.rows(entries(self.ledger, stored, self.view.topics, whole=not self.view.in_order))
        with loading(self.engine) as connection:
            note_part(connection, self.under_way, number, len(rows))
            self.view.insert(connection, self.table, rows)


def fold_alone(share: Share, todo: Todo, tell: Told) -> None:
    """Fold these parts."""
    for folded, (number, part) in enumerate(todo, 1):
        share.fold(number, part)
        tell(folded)


def fold_together(share: Share, todo: Todo, tell: Told) -> None:
    """Fold these parts, the first ones first: this process each that no helper has taken yet."""
    helpers = min(os.cpu_count() or 1, MOST_PROCESSES, len(todo)) - 1
    if helpers < 1:
        fold_alone(share, todo, tell)
        return
    where = (share.ledger.database, _address(share.engine), share.view, share.under_way)
    pool = ProcessPoolExecutor(helpers, get_context("spawn"), initializer=_help, initargs=where)
    try:
        theirs = [pool.submit(_fold, *its) for its in todo]
        for its, folding in zip(todo, theirs, strict=True):
            if folding.cancel():
                share.fold(*its)
                tell(sum(each.done() for each in theirs))
        for folding in as_completed(each for each in theirs if not each.cancelled()):
            folding.result()
            tell(sum(each.done() for each in theirs))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # helpers end by themselves, while indexes are made


def _address(engine: Engine) -> Path | str:
    """Where the views are, as `views_engine` takes it, password and all."""
    url = engine.url
    return url.render_as_string(hide_password=False) if is_postgres(engine) else Path(str(url.database))


_shares: list[Share] = []
"""In a helping process, its own share."""


def _help(log: str, views: Path | str, view: View, under_way: UnderWay) -> None:
    """Open in a helping process what it needs, and load no more. It has no keys: views leave personal text sealed."""
    Thread(target=_end_with_parent, daemon=True).start()
    ledger = Ledger(log, view.facts, Sealer(KeyStore(create_engine("sqlite://"))), create_tables=False, pool_size=1)
    _shares.append(Share(ledger, views_engine(views, pool=1), view, under_way))


def _end_with_parent() -> None:
    """A helper whose rebuild was killed would else wait for work for ever. What it has under way is undone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _fold(number: int, part: Part) -> None:
    _shares[0].fold(number, part)
