"""The tables of an access log: its rows, and the stretches in which they are sealed."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

METADATA = MetaData()
ACCESSES = Table(
    "access_log",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("role", String, nullable=False),
    Column("what", String, nullable=False),
    Column("staff_id", String, nullable=False),
    Column("correlation_id", String, nullable=False),
    sqlite_autoincrement=True,
)
"""A number is never given again, not even where all that had one were taken away."""
INDEXES = (
    Index("access_log_of", ACCESSES.c.staff_id, ACCESSES.c.number),
    Index("access_log_by", ACCESSES.c.by, ACCESSES.c.number),
    Index("access_log_at", ACCESSES.c.at),
)
STRETCHES = Table(
    "access_stretches",
    METADATA,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("newest_at", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
)
