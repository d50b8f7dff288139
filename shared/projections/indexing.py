"""The indexes of a table that was loaded and is not served yet."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, Index, Table, text

from shared.projections.engine import is_postgres, on_its_own, writing
from shared.projections.view import View

AT_ONCE = 3
"""One more than most machines lend it processors: each index waits for the disk at its end."""
MAKING = {
    # What is sorted in the processor's own memory and merged takes two thirds of the time of one large sort.
    "maintenance_work_mem": "8MB",
    "lock_timeout": "0",
    "max_parallel_maintenance_workers": "0",
}


def make_indexes(engine: Engine, view: View, table: Table, generation: int) -> None:
    """Make what indexes `table` does not have yet, and have the planner know the columns that they are of.

    On PostgreSQL each in a transaction of its own, for readers of the log are held back while one is made (ADR 9).
    Concurrently would be no better: that holds them back as long, and takes longer.
    """
    indexes = view.indexes_of(table, generation)
    if not is_postgres(engine):
        with writing(engine) as connection:
            for index in indexes:
                index.create(connection, checkfirst=True)
        return
    with ThreadPoolExecutor(AT_ONCE) as sessions:
        list(sessions.map(lambda index: _make(engine, index), indexes))
    with on_its_own(engine) as connection:
        quote = connection.dialect.identifier_preparer.quote
        columns = ", ".join(sorted({quote(column) for on in view.indexes for column in on.columns}))
        connection.execute(text(f"ANALYZE {quote(table.name)} ({columns})"))


def _make(engine: Engine, index: Index) -> None:
    with on_its_own(engine, **MAKING) as connection:
        index.create(connection, checkfirst=True)
