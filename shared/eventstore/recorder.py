"""The SQLite recorder: the library's, with receipts and seen messages written in the transaction of the events."""

from collections.abc import Sequence
from typing import Any

import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteProcessRecorder

RECEIPTS_TABLE = """CREATE TABLE IF NOT EXISTS receipts (
    caller TEXT, key TEXT, fingerprint TEXT, answer TEXT, PRIMARY KEY (caller, key)) WITHOUT ROWID"""
SEEN_TABLE = "CREATE TABLE IF NOT EXISTS seen_messages (source TEXT, id TEXT, PRIMARY KEY (source, id)) WITHOUT ROWID"


class Receipt(msgspec.Struct, frozen=True):
    """What was answered to a caller's idempotency key. `answer` is the whole answer, sealed where it is personal."""

    caller: str
    key: str
    fingerprint: str
    answer: str


class MessageId(msgspec.Struct, frozen=True):
    """A message from the bus, told apart by its CloudEvents `source` and `id`."""

    source: str
    id: str


class LedgerRecorder(SQLiteProcessRecorder):
    """Appends facts together with what makes them happen once: a receipt, a seen message, a bus position.

    Any of the three that is there already undoes the whole append with the library's `IntegrityError`.
    """

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), RECEIPTS_TABLE, SEEN_TABLE]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        receipt: Receipt | None = None,
        message: MessageId | None = None,
        **kwargs: Any,
    ) -> Sequence[int] | None:
        if receipt is not None:
            c.execute("INSERT INTO receipts VALUES (?, ?, ?, ?)", msgspec.structs.astuple(receipt))
        if message is not None:
            c.execute("INSERT INTO seen_messages VALUES (?, ?)", msgspec.structs.astuple(message))
        return super()._insert_events(c, stored_events, **kwargs)

    def receipt(self, caller: str, key: str) -> Receipt | None:
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT caller, key, fingerprint, answer FROM receipts WHERE caller = ? AND key = ?", (caller, key)
            )
            row = c.fetchone()
        return None if row is None else Receipt(*row)

    def has_seen(self, message: MessageId) -> bool:
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT 1 FROM seen_messages WHERE source = ? AND id = ?", msgspec.structs.astuple(message))
            return c.fetchone() is not None
