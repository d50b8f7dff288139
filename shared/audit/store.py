"""What seals a log, kept in the log's own database: the tiles of its tree, the positions of its leaves, checkpoints."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Table, select, tuple_, update

from shared.audit.offline import HASH, Checkpoint, Leaf
from shared.audit.tables import CHECKPOINTS, METADATA, POSITIONS, TILES, TREE, packed, unpacked
from shared.audit.tree import WIDTH, Tree, edge_of, grown
from shared.messaging import database


class SealOvertakenError(Exception):
    """Another process extended the tree meanwhile; nothing was written."""


class Head(NamedTuple):
    """How far the tree has come: how many events are sealed, and the position of the last."""

    size: int
    position: int


class Stored(NamedTuple):
    """A checkpoint as it is stored: what its columns say, the signed note, and whether the bus has it."""

    size: int
    position: int
    signed_at: str
    note: str
    published: bool


class SealStore:
    """The seal of one log, on the engine of the log's database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create_tables(self) -> None:
        """Make what is not there; safe to run twice."""
        database.create_tables(self.engine, METADATA)
        first = database.insert(self.engine, TREE).values(only_row=True, size=0, position=0)
        with self.engine.connect() as connection:
            connection.execute(first.on_conflict_do_nothing())

    def head(self) -> Head:
        """How far the tree has come."""
        with self.engine.connect() as connection:
            row = connection.execute(select(TREE.c.size, TREE.c.position)).one()
        return Head(*row)

    def extend(self, head: Head, leaves: Sequence[Leaf]) -> Head:
        """Add leaves to the tree as it stood at `head`, in one transaction. Raises SealOvertakenError."""
        changed = grown(head.size, self._edge(head.size), [leaf for _, leaf in leaves])
        positions = self._positions_changed(head.size, [position for position, _ in leaves])
        new = Head(head.size + len(leaves), leaves[-1][0])
        with database.transaction(self.engine) as connection:
            moved = update(TREE).where(TREE.c.size == head.size, TREE.c.position == head.position)
            if connection.execute(moved.values(size=new.size, position=new.position)).rowcount != 1:
                raise SealOvertakenError(f"the tree is no longer of size {head.size}")
            self._put(connection, TILES, [(*tile, hashes) for tile, hashes in changed.items()])
            self._put(connection, POSITIONS, positions)
        return new

    def tree(self, size: int) -> Tree:
        """The tree of the first `size` events."""
        return Tree(size, self.tile)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile. Raises LookupError where there is none."""
        query = select(TILES.c.hashes).where(TILES.c.level == level, TILES.c.number == number)
        with self.engine.connect() as connection:
            found: bytes | None = connection.execute(query).scalar_one_or_none()
        if found is None:
            raise LookupError(f"there is no tile {number} of level {level}")
        return found

    def leaf(self, index: int) -> bytes:
        """The hash of one leaf; empty where its tile is shorter. Raises LookupError where there is no tile of it."""
        number, place = divmod(index, WIDTH)
        return self.tile(0, number)[place * HASH : (place + 1) * HASH]

    def index_of(self, position: int) -> int | None:
        """The leaf of the event at `position`; None where none was sealed there."""
        query = select(POSITIONS.c.number, POSITIONS.c.positions).where(POSITIONS.c.first <= position)
        with self.engine.connect() as connection:
            row = connection.execute(query.order_by(POSITIONS.c.first.desc()).limit(1)).one_or_none()
        if row is None:
            return None
        positions = unpacked(row[1])
        place = bisect_left(positions, position)
        return row[0] * WIDTH + place if place < len(positions) and positions[place] == position else None

    def leaves(self, first: int, end: int) -> Iterator[Leaf]:
        """The leaves from index `first` to before `end`, read a few tiles at a time."""
        for number in range(first // WIDTH, -(-end // WIDTH), TILES_AT_ONCE):
            numbers = number, min(number + TILES_AT_ONCE, -(-end // WIDTH))
            for at, leaf in enumerate(self._leaves_of(*numbers), number * WIDTH):
                if first <= at < end:
                    yield leaf

    def tiles(self, level: int, first: int, end: int) -> list[tuple[int, bytes]]:
        """Tiles of a level by number, from `first` to before `end`."""
        query = select(TILES.c.number, TILES.c.hashes).where(
            TILES.c.level == level, TILES.c.number >= first, TILES.c.number < end
        )
        with self.engine.connect() as connection:
            return [(number, hashes) for number, hashes in connection.execute(query.order_by(TILES.c.number))]

    def add(self, checkpoint: Checkpoint, note: str) -> None:
        """Store a checkpoint, to be published; one that is there already stays as it is."""
        row = database.insert(self.engine, CHECKPOINTS).values(
            size=checkpoint.size,
            position=checkpoint.position,
            signed_at=checkpoint.signed_at,
            note=note,
            published=False,
        )
        with self.engine.connect() as connection:
            connection.execute(row.on_conflict_do_nothing())

    def checkpoints(self, *, after: int = 0, limit: int = 1000, unpublished: bool = False) -> list[Stored]:
        """Checkpoints beyond the size `after`, the smallest first."""
        query = select(CHECKPOINTS).where(CHECKPOINTS.c.size > after).order_by(CHECKPOINTS.c.size).limit(limit)
        if unpublished:
            query = query.where(CHECKPOINTS.c.published.is_(False))
        with self.engine.connect() as connection:
            return [Stored(*row) for row in connection.execute(query)]

    def checkpoints_of(self, sizes: Sequence[int]) -> list[Stored]:
        """The checkpoints of these sizes, of those that there are."""
        found: list[Stored] = []
        with self.engine.connect() as connection:
            for at in range(0, len(sizes), SIZES_AT_ONCE):
                which = CHECKPOINTS.c.size.in_(sizes[at : at + SIZES_AT_ONCE])
                found += [Stored(*row) for row in connection.execute(select(CHECKPOINTS).where(which))]
        return found

    def publish_again(self) -> int:
        """Have the worker publish every checkpoint anew; gives how many there are."""
        with self.engine.connect() as connection:
            return connection.execute(update(CHECKPOINTS).values(published=False)).rowcount

    def every_checkpoint(self) -> Iterator[Stored]:
        """All of them, the smallest first."""
        after = 0
        while page := self.checkpoints(after=after):
            yield from page
            after = page[-1].size

    def checkpoint(self, size: int) -> Stored | None:
        """The checkpoint of this size."""
        with self.engine.connect() as connection:
            row = connection.execute(select(CHECKPOINTS).where(CHECKPOINTS.c.size == size)).one_or_none()
        return None if row is None else Stored(*row)

    def newest(self) -> Stored | None:
        """The largest checkpoint."""
        with self.engine.connect() as connection:
            row = connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.size.desc()).limit(1)).one_or_none()
        return None if row is None else Stored(*row)

    def published(self, sizes: Sequence[int]) -> None:
        """Note that the bus has the checkpoints of these sizes."""
        with self.engine.connect() as connection:
            connection.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.size.in_(sizes)).values(published=True))

    def _edge(self, size: int) -> dict[int, bytes]:
        """The incomplete tiles of a tree of this size, each as long as it was then."""
        wanted = edge_of(size)
        query = select(TILES).where(tuple_(TILES.c.level, TILES.c.number).in_(wanted))
        with self.engine.connect() as connection:
            stored = {(level, number): hashes for level, number, hashes in connection.execute(query)}
        edge = {}
        for level, number in wanted:
            length = size // WIDTH**level % WIDTH * HASH
            edge[level] = stored.get((level, number), b"")[:length]
            if len(edge[level]) != length:
                raise LookupError(f"tile {number} of level {level} is shorter than a tree of {size} has it")
        return edge

    def _positions_changed(self, size: int, positions: Sequence[int]) -> list[tuple[int, int, bytes]]:
        number, within = divmod(size, WIDTH)
        query = select(POSITIONS.c.positions).where(POSITIONS.c.number == number)
        with self.engine.connect() as connection:
            held = unpacked(connection.execute(query).scalar_one()) if within else ()
        every = [*held[:within], *positions]
        pieces = [every[at : at + WIDTH] for at in range(0, len(every), WIDTH)]
        return [(piece[0], number + n, packed(piece)) for n, piece in enumerate(pieces)]

    def _leaves_of(self, first: int, end: int) -> Iterator[Leaf]:
        query = select(POSITIONS.c.number, POSITIONS.c.positions).where(
            POSITIONS.c.number >= first, POSITIONS.c.number < end
        )
        with self.engine.connect() as connection:
            positions = {number: unpacked(found) for number, found in connection.execute(query)}
        for number, hashes in self.tiles(0, first, end):
            for at, position in enumerate(positions.get(number, ())):
                yield position, hashes[at * HASH : (at + 1) * HASH]

    def _put(self, connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows, or put them in the place of those that have their keys."""
        names = [column.name for column in table.columns]
        row = database.insert(self.engine, table)
        keys = [column.name for column in table.primary_key.columns]
        others = {name: row.excluded[name] for name in names if name not in keys}
        upsert = row.on_conflict_do_update(index_elements=keys, set_=others)
        connection.execute(upsert, [dict(zip(names, values, strict=True)) for values in rows])


TILES_AT_ONCE = 64
SIZES_AT_ONCE = 500
