"""How far each view has come, saved in the transaction of its rows, and waiting until it has come far enough."""

import time
from collections.abc import Iterable

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, String, Table, func, select, update

from shared.projections.view import View

POLL_SECONDS = 0.005

METADATA = MetaData()
POSITIONS = Table(
    "view_positions",
    METADATA,
    Column("view", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)


class Served(msgspec.Struct, frozen=True):
    """What stands under a view's name: of which version, the how-manyeth table, folded up to which position."""

    view: str
    version: int
    generation: int
    position: int


def served(connection: Connection) -> dict[str, Served]:
    """What each view serves, by the view's name."""
    return {row.view: Served(*row) for row in connection.execute(select(POSITIONS))}


def save_position(connection: Connection, view: View, position: int) -> None:
    connection.execute(update(POSITIONS).where(POSITIONS.c.view == view.name).values(position=position))


class Freshness:
    """How far a reader can rely on `views`: to the position that the slowest of them has reached."""

    def __init__(self, engine: Engine, views: Iterable[View]) -> None:
        self.engine = engine
        self.names = [view.name for view in views]
        self._query = select(func.count(), func.min(POSITIONS.c.position)).where(POSITIONS.c.view.in_(self.names))

    def position(self) -> int:
        """The last position that every view has folded; 0 where one has not begun."""
        with self.engine.connect() as connection:
            begun, position = connection.execute(self._query).one()
        return position if begun == len(self.names) and self.names else 0

    def wait_for(self, position: int, timeout: float) -> bool:
        """Whether every view reaches `position` within `timeout` seconds."""
        until = time.monotonic() + timeout
        while self.position() < position:
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)
        return True
