"""The log in a SQLite file: the library's recorder, with the marks of an append, and with bulk reading."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

from shared.eventstore.recorder import LedgerRecorder, MessageId, Receipt, Row, Streams, WholeRow, written_elsewhere

RECEIPTS_TABLE = """CREATE TABLE IF NOT EXISTS receipts (
    caller TEXT, key TEXT, fingerprint TEXT, answer TEXT, PRIMARY KEY (caller, key)) WITHOUT ROWID"""
SEEN_TABLE = "CREATE TABLE IF NOT EXISTS seen_messages (source TEXT, id TEXT, PRIMARY KEY (source, id)) WITHOUT ROWID"
COLUMNS = "SELECT rowid, topic, state"
WHOLE = """SELECT rowid, CASE typeof(originator_id) WHEN 'text' THEN CAST(originator_id AS BLOB) END,
    CASE typeof(originator_version) WHEN 'integer' THEN originator_version END,
    CASE typeof(topic) WHEN 'text' THEN CAST(topic AS BLOB) END, CASE typeof(state) WHEN 'blob' THEN state END"""
"""A file may hold anything in any column: of what is not of its kind nothing is read, of text its bytes."""
LOCK_SECONDS = 10
MAPPED_BYTES = 2**31
"""The most that SQLite maps. The rows of a stream lie all over the file; a page not mapped is a call of the system."""


def environment(path: str) -> dict[str, str]:
    """What the library's application is told to keep its log in the file at `path`, or in memory."""
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": path,
        "SQLITE_LOCK_TIMEOUT": str(LOCK_SECONDS),
        "APPLICATION_RECORDER_TOPIC": f"{__name__}:SQLiteLedgerRecorder",
    }


class SQLiteLedgerRecorder(SQLiteProcessRecorder, LedgerRecorder):
    """One writer at a time: the order of positions is that of commits, and readers may read all there is."""

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), RECEIPTS_TABLE, SEEN_TABLE]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        receipt: Receipt | None = None,
        message: MessageId | None = None,
        forgotten: Sequence[str] = (),
        **kwargs: Any,
    ) -> Sequence[int] | None:
        if receipt is not None:
            c.execute("INSERT INTO receipts VALUES (?, ?, ?, ?)", msgspec.structs.astuple(receipt))
        if message is not None:
            c.execute("INSERT INTO seen_messages VALUES (?, ?)", msgspec.structs.astuple(message))
        for name in forgotten:
            c.execute("DELETE FROM tracking WHERE application_name = ?", (name,))
        return super()._insert_events(c, stored_events, **kwargs)

    def insert_from(self, first: int, stored_events: Sequence[StoredEvent], seen: Sequence[MessageId]) -> None:
        with self.datastore.transaction(commit=True) as c:
            positions = super()._insert_events(c, stored_events)
            if positions and positions[0] != first:
                raise IntegrityError(written_elsewhere(first))
            c.sqlite_cursor.executemany("INSERT INTO seen_messages VALUES (?, ?)", map(msgspec.structs.astuple, seen))

    def receipt(self, caller: str, key: str) -> Receipt | None:
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT caller, key, fingerprint, answer FROM receipts WHERE caller = ? AND key = ?", (caller, key)
            )
            row = c.fetchone()
        return None if row is None else Receipt(*row)

    def receipts_with(self, callers: Sequence[str], word: str) -> Sequence[Receipt]:
        marks = ",".join("?" * len(callers))
        query = (
            f"SELECT caller, key, fingerprint, answer FROM receipts WHERE caller IN ({marks}) OR instr(answer, ?) > 0"  # noqa: S608  only marks
        )
        with self.datastore.transaction(commit=False) as c:
            c.execute(f"{query} ORDER BY caller, key", (*callers, word))
            return [Receipt(*row) for row in c.fetchall()]

    def has_seen(self, message: MessageId) -> bool:
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT 1 FROM seen_messages WHERE source = ? AND id = ?", msgspec.structs.astuple(message))
            return c.fetchone() is not None

    def end(self) -> int:
        return self.max_notification_id() or 0

    def estimated_rows(self) -> int:
        return self.end()

    def count_after(self, position: int, limit: int) -> int:
        return max(0, min(limit, self.end() - position))

    def rows_after(self, position: int, limit: int, upto: int | None = None) -> Sequence[Row]:
        last = 2**63 - 1 if upto is None else upto
        return self._rows("WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?", (position, last, limit))

    def whole_rows_from(self, first: int, limit: int, upto: int | None = None) -> Sequence[WholeRow]:
        last = 2**63 - 1 if upto is None else upto
        which = "WHERE rowid >= ? AND rowid <= ? ORDER BY rowid LIMIT ?"
        rows = self._rows(which, (first, last, limit), columns=WHOLE)
        return [(at, _text(stream), version, _text(topic), state) for at, stream, version, topic, state in rows]

    def rows_at(self, positions: Sequence[int]) -> Sequence[Row]:
        marks = ",".join("?" * len(positions))
        return self._rows(f"WHERE rowid IN ({marks}) ORDER BY rowid", tuple(positions))

    def rows_of(self, streams: Streams, upto: int, topics: Collection[str]) -> Sequence[Row]:
        marks = ",".join("?" * len(topics))
        return self._rows(
            f"WHERE originator_id >= ? AND originator_id < ? AND rowid <= ? AND topic IN ({marks}) "
            "ORDER BY originator_id, originator_version",
            (*streams, upto, *topics),
            before=f"PRAGMA mmap_size={MAPPED_BYTES}",
        )

    def every_nth(self, number: int, upto: int) -> Sequence[int]:
        each = upto // number + 1
        return range(each, upto + 1, each)

    def rows_beside(self, first: int, last: int) -> Sequence[Row]:
        return self._rows(
            f"WHERE originator_id = (SELECT originator_id FROM {self.events_table_name} WHERE rowid = ?) "  # noqa: S608  the library's name
            "AND rowid BETWEEN ? AND ? ORDER BY originator_version",
            (first, first, last),
        )

    def oldest_writer_seconds(self) -> float:
        return 0.0

    def _rows(
        self, which: str, parameters: tuple[Any, ...], before: str | None = None, columns: str = COLUMNS
    ) -> Sequence[Any]:
        with self.datastore.transaction(commit=False) as cursor:
            if before is not None:
                cursor.execute(before)
            cursor.execute(f"{columns} FROM {self.events_table_name} {which}", parameters)
            cursor.sqlite_cursor.row_factory = None
            rows: Sequence[Any] = cursor.fetchall()
        return rows


def _text(stored: bytes | None) -> str:
    """Text as it is stored; with halves of surrogates for what is none."""
    return "\udc00" if stored is None else stored.decode(errors="surrogateescape")
