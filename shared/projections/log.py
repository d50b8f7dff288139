"""Reading a service's log in order and in bulk, for views: rows straight from its table, decoded once, still sealed."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from eventsourcing.sqlite import SQLiteCursor

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger

Row = tuple[int, str, bytes]
"""Position, topic and stored state."""
Entry = tuple[int, Fact]
"""Position and fact."""
Part = tuple[str, str]
"""Streams: those whose id, in hexadecimal digits, is not less than the first and less than the second."""

AT_ONCE = 5_000
"""About how many rows of the log are folded together."""
MAPPED_BYTES = 2**28


def rows_after(ledger: Ledger, position: int, limit: int, upto: int | None = None) -> Sequence[Row]:
    """At most `limit` rows that follow `position`, in order, none beyond `upto`."""
    with ledger.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute(
            f"SELECT rowid, topic, state FROM {ledger.recorder.events_table_name} "  # noqa: S608  the library's name
            "WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?",
            (position, 2**63 - 1 if upto is None else upto, limit),
        )
        return _tuples(cursor)


def rows_at(ledger: Ledger, positions: Sequence[int]) -> Sequence[Row]:
    """The rows at `positions`, in the order of the log."""
    marks = ",".join("?" * len(positions))
    with ledger.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute(
            f"SELECT rowid, topic, state FROM {ledger.recorder.events_table_name} "  # noqa: S608  the library's name
            f"WHERE rowid IN ({marks}) ORDER BY rowid",
            tuple(positions),
        )
        return _tuples(cursor)


def entries(ledger: Ledger, rows: Sequence[Row], topics: Collection[str]) -> list[Entry]:
    """The facts of `rows` whose topic is one of `topics`."""
    decode = ledger.mapper.decode
    return [(position, decode(topic, state)) for position, topic, state in rows if topic in topics]


def parts(upto: int) -> list[Part]:
    """The streams of a log that ends at `upto`, in parts of about `AT_ONCE` rows.

    Stream ids are hashes or random, so that ranges of equal width hold about equally many of them.
    """
    number = upto // AT_ONCE + 1
    bounds = [f"{2**32 * n // number:08x}" for n in range(number)]
    return list(pairwise([*bounds, "g"]))


def rows_of(ledger: Ledger, part: Part, upto: int) -> Sequence[Row]:
    """The whole streams of one part, none beyond `upto`: one stream after the other, each in its order."""
    with ledger.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
        cursor.execute(
            f"SELECT rowid, topic, state FROM {ledger.recorder.events_table_name} "  # noqa: S608  the library's name
            "WHERE originator_id >= ? AND originator_id < ? AND rowid <= ? ORDER BY originator_id, originator_version",
            (*part, upto),
        )
        return _tuples(cursor)


def rows_beside(ledger: Ledger, first: int, last: int) -> Sequence[Row]:
    """What the stream of the row at `first` holds from there to the row at `last`."""
    table = ledger.recorder.events_table_name
    with ledger.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute(
            f"SELECT rowid, topic, state FROM {table} "  # noqa: S608  the library's name
            f"WHERE originator_id = (SELECT originator_id FROM {table} WHERE rowid = ?) AND rowid BETWEEN ? AND ? "
            "ORDER BY originator_version",
            (first, first, last),
        )
        return _tuples(cursor)


def _tuples(cursor: SQLiteCursor) -> Sequence[Row]:
    cursor.sqlite_cursor.row_factory = None
    rows: Sequence[Row] = cursor.fetchall()
    return rows
