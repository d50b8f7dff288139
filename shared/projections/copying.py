"""Rows into a table of PostgreSQL as a stream."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine

ON_THE_WIRE: dict[type[TypeEngine[Any]], str] = {
    BigInteger: "int8",
    Integer: "int4",
    LargeBinary: "bytea",
    String: "text",
}
"""How PostgreSQL takes the columns that a view may have."""


def copy(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Put `rows`, each in the order of the columns, into `table`."""
    names = sql.SQL(", ").join([sql.Identifier(column.name) for column in table.columns])
    into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(into) as stream:
        stream.set_types([ON_THE_WIRE[type(column.type)] for column in table.columns])
        for row in rows:
            stream.write_row(row)
