"""Reading a service's log in order and in bulk, for views: rows straight from its table, decoded once, still sealed."""

from collections.abc import Collection, Iterator, Sequence

from eventsourcing.sqlite import SQLiteCursor

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger

Row = tuple[int, str, bytes]
"""Position, topic and stored state."""
Entry = tuple[int, Fact]
"""Position and fact."""

CHUNK = 5_000


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


def chunks(ledger: Ledger, upto: int, size: int = CHUNK) -> Iterator[Sequence[Row]]:
    """The whole log up to `upto`, a chunk a transaction, so that the log's writers never wait for a long reader."""
    position = 0
    while rows := rows_after(ledger, position, size, upto):
        yield rows
        position = rows[-1][0]


def _tuples(cursor: SQLiteCursor) -> Sequence[Row]:
    cursor.sqlite_cursor.row_factory = None
    rows: Sequence[Row] = cursor.fetchall()
    return rows
