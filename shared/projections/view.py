"""What every view is: a name, a version, a table, and one pure fold, of a batch or of whole streams."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from zlib import crc32

import msgspec
from sqlalchemy import Column, Connection, Index, MetaData, String, Table, insert
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import TypeEngine

from shared.eventstore.fact import Fact
from shared.messaging.database import POSTGRES
from shared.projections.log import Entry

Values = tuple[Any, ...]
"""One row of a view's table, in the order of its columns."""


class IndexOn:
    """An index to be: its columns, whether they tell rows apart, and which rows it holds (all, without `only`)."""

    def __init__(self, *columns: str, unique: bool = False, only: ColumnElement[bool] | None = None) -> None:
        self.columns, self.unique, self.only = columns, unique, only


class View(ABC):
    """A table and a pure fold. Change either and raise `version`: the view is rebuilt, never migrated.

    What one stream says and what another says make different rows, so that streams can be folded apart.
    """

    name: str
    version: int = 1
    facts: tuple[type[Fact], ...]
    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    key: tuple[str, ...]
    """The columns that tell rows apart, first in the table's order of comparison."""
    indexes: tuple[IndexOn, ...]
    in_order = False
    """Whether a fact makes its rows by what every fact has, whatever its stream said before: then the log is folded in
    its own order, which is quicker to read, and no more than that is decoded."""

    def __init__(self) -> None:
        self.topics = frozenset(fact.TOPIC for fact in self.facts)
        self.table = _served(self.name, self.columns)

    def table_named(self, name: str) -> Table:
        """A table of this view's shape, without indexes."""
        return _table(name, self.columns)

    def create_indexes(self, connection: Connection, table: Table, generation: int) -> None:
        """Index `table`, which is empty or which nobody waits for."""
        for index in self.indexes_of(table, generation):
            index.create(connection)

    def indexes_of(self, table: Table, generation: int, **options: Any) -> list[Index]:
        """The indexes of `table`, not made. An index keeps its name when its table is renamed: hence the generation."""
        made, alike = [], self.table_named(table.name)  # a table takes every index of its columns for its own
        for number, on in enumerate(self.indexes, 1):
            only: dict[str, Any] = {"sqlite_where": on.only, "postgresql_where": on.only} if on.only is not None else {}
            columns = [alike.c[column] for column in on.columns]
            made.append(Index(f"{self.name}_{generation}_{number}", *columns, unique=on.unique, **only, **options))
        return made

    def shape(self) -> str:
        """What a table of this view looks like, in a few characters: two that differ are not of one shape."""
        columns = [(name, repr(kind)) for name, kind in self.columns]
        indexes = [(on.columns, on.unique, str(on.only)) for on in self.indexes]
        return f"{crc32(repr((columns, indexes)).encode()):08x}"

    def insert(self, connection: Connection, table: Table, rows: Sequence[Values]) -> None:
        """Put `rows` into `table` as the driver takes them: PostgreSQL as a stream."""
        if not rows:
            return
        if connection.dialect.name == POSTGRES:
            from shared.projections.copying import copy  # noqa: PLC0415  the driver is loaded where it has a database

            copy(connection, table, rows)
        else:
            connection.exec_driver_sql(_insert(connection, table), list(rows))

    def told(self, row: Any) -> dict[str, Any] | None:
        """What a row of its table says, its fields by name, to a person who asks what is held on them.

        None where it is about nobody; by default where it has no person's id.
        """
        return dict(row._mapping) if "staff_id" in self.table.c else None

    @abstractmethod
    def rows(self, batch: Iterable[Entry]) -> Sequence[Values]:
        """All that whole streams make. `batch` holds their facts of this view's topics, each stream in its order; of a
        view that is folded in order, any facts in the log's.
        """

    @abstractmethod
    def apply(self, connection: Connection, table: Table, batch: Sequence[Entry]) -> None:
        """Fold the facts of `batch`, all of this view's topics, onto what `table` holds."""


def named(value: Any) -> Any:
    """As JSON has it, each value of a struct under its field's name, also of one that is stored without names."""
    if isinstance(value, msgspec.Struct):
        return {name: named(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [named(each) for each in value]
    if isinstance(value, dict):
        return {str(name): named(each) for name, each in value.items()}
    return msgspec.to_builtins(value)


def _table(name: str, columns: Iterable[tuple[str, TypeEngine[Any]]]) -> Table:
    return Table(name, MetaData(), *(Column(column, _by_its_bytes(kind), nullable=False) for column, kind in columns))


_served = cache(_table)
"""What views are served from: described once, however often a view is opened in a process."""


def _by_its_bytes(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text is put in the order of its bytes, as SQLite does, whatever the database's language: that is quicker too."""
    return kind.with_variant(String(collation="C"), POSTGRES) if isinstance(kind, String) else kind


def _insert(connection: Connection, table: Table) -> str:
    """The driver's statement for one row."""
    return str(insert(table).compile(dialect=connection.dialect))
