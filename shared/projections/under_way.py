"""A rebuild that is under way: how far it has come, kept beside the rows it makes and in their transactions."""

from uuid import uuid4

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from shared.projections.engine import is_postgres, writing
from shared.projections.positions import METADATA, served
from shared.projections.view import View

REBUILDS = Table(
    "view_rebuilds",
    METADATA,
    Column("view", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shape", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("owner", String, nullable=False),
)
PARTS = Table(
    "view_rebuild_parts",
    METADATA,
    Column("view", String, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("rows", Integer, nullable=False),
)


class OvertakenRebuildError(Exception):
    """Another rebuild of the same view took this one over, or finished first."""


class UnderWay(msgspec.Struct, frozen=True):
    """One rebuild: which table it makes, of which version and shape of the view, and from what.

    The streams are folded up to the log position `upto`, in so many `parts`; then the rest, as far as `position`.
    `owner` is the process at work, and changes when another goes on with it.
    """

    view: str
    version: int
    shape: str
    generation: int
    upto: int
    parts: int
    position: int
    owner: str

    @property
    def table_name(self) -> str:
        return table_name(self.view, self.generation)


def table_name(view: str, generation: int) -> str:
    """The name of a table until it is served."""
    return f"{view}__{generation}"


def begin(engine: Engine, view: View, upto: int, parts: int) -> UnderWay:
    """Go on with the rebuild of this very view that was broken off; or make a table, and note what is to be done.

    What is left of a rebuild of another version or shape, or of a log that has lost facts since, is dropped.
    """
    with writing(engine) as connection:
        METADATA.create_all(connection)
        now = served(connection).get(view.name)
        wanted = UnderWay(
            view=view.name,
            version=view.version,
            shape=view.shape(),
            generation=now.generation + 1 if now else 1,
            upto=upto,
            parts=parts,
            position=upto,
            owner=uuid4().hex,
        )
        found = _found(connection, view)
        if found is not None and _is_of(found, wanted):
            connection.execute(update(REBUILDS).where(REBUILDS.c.view == view.name).values(owner=wanted.owner))
            return msgspec.structs.replace(found, owner=wanted.owner)
        for generation in {wanted.generation, found.generation if found else wanted.generation}:
            view.table_named(table_name(view.name, generation)).drop(connection, checkfirst=True)
        forget(connection, view)
        connection.execute(insert(REBUILDS).values(msgspec.structs.astuple(wanted)))
        view.table_named(wanted.table_name).create(connection)
        vacuum_by_itself(connection, wanted.table_name, "off")
        return wanted


def vacuum_by_itself(connection: Connection, table: str, setting: str) -> None:
    """Whether the server vacuums a table. One that is loaded has nothing to vacuum, and an index would wait for it."""
    if is_postgres(connection.engine):
        quoted = connection.dialect.identifier_preparer.quote(table)
        connection.execute(text(f"ALTER TABLE {quoted} SET (autovacuum_enabled = {setting})"))


def check_ours(connection: Connection, under_way: UnderWay) -> None:
    """Raise OvertakenRebuildError where another process has it; else none can take it before this transaction ends."""
    its = select(REBUILDS.c.owner).where(REBUILDS.c.view == under_way.view)
    if connection.scalar(its.with_for_update(read=True)) != under_way.owner:
        raise OvertakenRebuildError(under_way.view)


def note_part(connection: Connection, under_way: UnderWay, part: int, rows: int) -> None:
    """Note in the transaction of its rows that a part is done. No part can be done twice."""
    check_ours(connection, under_way)
    connection.execute(insert(PARTS).values((under_way.view, part, rows)))


def note_position(connection: Connection, under_way: UnderWay, position: int) -> None:
    """Note in the transaction of its rows that the log was folded on as far as `position`."""
    check_ours(connection, under_way)
    connection.execute(update(REBUILDS).where(REBUILDS.c.view == under_way.view).values(position=position))


def parts_done(engine: Engine, under_way: UnderWay) -> set[int]:
    """The numbers of the parts whose rows are in the table."""
    with engine.connect() as connection:
        return set(connection.scalars(select(PARTS.c.part).where(PARTS.c.view == under_way.view)))


def rows_made(engine: Engine, under_way: UnderWay) -> int:
    """How many rows the parts have made."""
    with engine.connect() as connection:
        its = select(func.coalesce(func.sum(PARTS.c.rows), 0)).where(PARTS.c.view == under_way.view)
        return int(connection.scalars(its).one())


def forget(connection: Connection, view: View) -> None:
    """Nothing is under way any more."""
    for table in (PARTS, REBUILDS):
        connection.execute(delete(table).where(table.c.view == view.name))


def _found(connection: Connection, view: View) -> UnderWay | None:
    row = connection.execute(select(REBUILDS).where(REBUILDS.c.view == view.name)).one_or_none()
    return None if row is None else UnderWay(*row)


def _is_of(found: UnderWay, wanted: UnderWay) -> bool:
    same = (found.version, found.shape, found.generation) == (wanted.version, wanted.shape, wanted.generation)
    return same and found.position <= wanted.upto
