"""Keeps views up to date: a batch of the log, the rows it makes and the position reached, in one transaction."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, insert, inspect

from shared.eventstore.ledger import Ledger
from shared.projections.engine import writing
from shared.projections.log import Entry, entries, rows_after
from shared.projections.positions import METADATA, POSITIONS, Freshness, Served, save_position, served
from shared.projections.view import View

BATCH = 500


class ViewRunner:
    """Folds a service's log into its views. Views may stand at different positions; the slowest leads.

    A view whose table is of another version is left alone (see `outdated`) until it is rebuilt.
    """

    def __init__(self, ledger: Ledger, engine: Engine, views: Iterable[View], *, batch: int = BATCH) -> None:
        self.ledger = ledger
        self.engine = engine
        self.views = tuple(views)
        self.batch = batch
        self.freshness = Freshness(engine, self.views)

    def create_tables(self) -> None:
        """Make the tables that are not there, at the beginning of the log."""
        with writing(self.engine) as connection:
            METADATA.create_all(connection)
            known = served(connection)
            for view in self.views:
                if view.name not in known:
                    view.table.create(connection)
                    view.create_indexes(connection, view.table, 1)
                    first = {"view": view.name, "version": view.version, "generation": 1, "position": 0}
                    connection.execute(insert(POSITIONS).values(first))

    def are_there(self) -> bool:
        """Whether every view has a table, of whatever version."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table(POSITIONS.name):
                return False
            known = served(connection)
        return all(view.name in known for view in self.views)

    def outdated(self) -> list[View]:
        """The views whose table is of another version than their code: they need a rebuild."""
        with self.engine.connect() as connection:
            known = served(connection)
        return [view for view in self.views if known[view.name].version != view.version]

    def step(self) -> int:
        """Fold the next batch. Returns how many rows of the log it held: 0 once every view is up to date."""
        if self.position() >= self.ledger.position():
            return 0
        with writing(self.engine) as connection:
            known = served(connection)
            behind = [view for view in self.views if known[view.name].version == view.version]
            if not behind:
                return 0
            rows = rows_after(self.ledger, min(known[view.name].position for view in behind), self.batch)
            if rows:
                wanted = frozenset[str]().union(*(view.topics for view in behind))
                batch = list(entries(self.ledger, rows, wanted))
                for view in behind:
                    fold(connection, view, known[view.name], batch, upto=rows[-1][0])
        return len(rows)

    def position(self) -> int:
        """The last position that every view has folded."""
        return self.freshness.position()


def fold(connection: Connection, view: View, at: Served, batch: Sequence[Entry], upto: int) -> None:
    """Fold into the view's own table what lies beyond where it is, and save that it has come to `upto`."""
    if at.position < upto:
        fresh = [entry for entry in batch if entry[0] > at.position and entry[1].TOPIC in view.topics]
        view.apply(connection, view.table, fresh)
        save_position(connection, view, upto)
