"""The tables that seal a log, beside it in its database."""

import struct
from collections.abc import Sequence

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, SmallInteger, String, Table

METADATA = MetaData()
TREE = Table(
    "seal_tree",
    METADATA,
    Column("only_row", Boolean, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
)
TILES = Table(
    "seal_tiles",
    METADATA,
    Column("level", SmallInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)
POSITIONS = Table(
    "seal_positions",
    METADATA,
    Column("first", BigInteger, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("positions", LargeBinary, nullable=False),
)
"""Of each tile of leaves the positions of its events, eight bytes each, big-endian."""
CHECKPOINTS = Table(
    "seal_checkpoints",
    METADATA,
    Column("size", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("signed_at", String, nullable=False),
    Column("note", String, nullable=False),
    Column("published", Boolean, nullable=False),
)


def packed(positions: Sequence[int]) -> bytes:
    """Positions as they are stored."""
    return struct.pack(f">{len(positions)}Q", *positions)


def unpacked(stored: bytes) -> tuple[int, ...]:
    """Stored positions."""
    return struct.unpack(f">{len(stored) // 8}Q", stored[: len(stored) // 8 * 8])
