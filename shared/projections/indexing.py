"""The indexes of a table that was loaded and is not served yet."""

from sqlalchemy import Engine, Table, text

from shared.projections.engine import is_postgres, on_its_own, writing
from shared.projections.view import View

MAKING = {"maintenance_work_mem": "128MB", "lock_timeout": "0"}
VALID = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")


def make_indexes(engine: Engine, view: View, table: Table, generation: int) -> None:
    """Make what indexes `table` does not have yet, and have the planner know it.

    On PostgreSQL concurrently, though nobody else uses the table: an index that is made in a transaction holds back
    every reader of the log until it is ready, and this one does not (see ADR 9).
    """
    if not is_postgres(engine):
        with writing(engine) as connection:
            for index in view.indexes_of(table, generation):
                index.create(connection, checkfirst=True)
        return
    with on_its_own(engine, **MAKING) as connection:
        for index in view.indexes_of(table, generation, postgresql_concurrently=True):
            valid = connection.execute(VALID, {"name": index.name}).scalar_one_or_none()
            if valid is False:  # broken off in the middle
                index.drop(connection)
            if not valid:
                index.create(connection)
        connection.execute(text(f"VACUUM (ANALYZE) {connection.dialect.identifier_preparer.quote(table.name)}"))
