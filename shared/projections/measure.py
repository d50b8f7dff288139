"""How big a view is."""

import msgspec
from sqlalchemy import Connection, Engine, func, select, text

from shared.projections.engine import at_one_moment, is_postgres
from shared.projections.positions import served
from shared.projections.view import View

ON_POSTGRES = text("SELECT pg_total_relation_size(to_regclass(quote_ident(:name)))")
IN_A_FILE = text("""SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN (
    SELECT name FROM sqlite_schema WHERE tbl_name = :name)""")


class Measured(msgspec.Struct, frozen=True):
    """What is served of a view as of one moment. `bytes` is its table and its indexes on disk."""

    version: int
    position: int
    rows: int
    bytes: int


def measured(engine: Engine, view: View) -> Measured | None:
    """Measure a view; None where there is none."""
    with at_one_moment(engine) as connection:
        found = served(connection).get(view.name)
        if found is None:
            return None
        rows = connection.scalars(select(func.count()).select_from(view.table)).one()
        return Measured(found.version, found.position, rows, _size(connection, view))


def _size(connection: Connection, view: View) -> int:
    query = ON_POSTGRES if is_postgres(connection.engine) else IN_A_FILE
    return int(connection.execute(query, {"name": view.name}).scalar_one() or 0)
