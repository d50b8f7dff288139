"""A file that remembers messages while topics are compared, and goes when that is over."""

import sqlite3
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from shared.messaging.bus import Received

TABLE = """CREATE TABLE messages (
    topic TEXT, name TEXT, partition TEXT, offset INTEGER, key TEXT, digest BLOB, expected INTEGER DEFAULT 0,
    PRIMARY KEY (topic, name)) WITHOUT ROWID"""


class Place(msgspec.Struct, frozen=True):
    """Where a message stands, under which key, and the digest of what it says."""

    partition: str
    offset: int
    key: str
    digest: bytes


class Scratch:
    """Messages by topic and name; the first of each name counts."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="cpd-verify-")
        self._database = sqlite3.connect(Path(self._folder.name) / "messages.sqlite", isolation_level=None)
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", TABLE):
            self._database.execute(statement)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._database.close()
        self._folder.cleanup()

    def add(self, topic: str, name: str, received: Received) -> bool:
        """Remember a message; False where there is one of its name already."""
        row = (topic, name, received.topic, received.offset, received.key, _digest(received.value))
        statement = (
            "INSERT INTO messages (topic, name, partition, offset, key, digest) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING"
        )
        return self._database.execute(statement, row).rowcount == 1

    def find(self, topic: str, name: str) -> Place | None:
        row = self._database.execute(
            "SELECT partition, offset, key, digest FROM messages WHERE topic = ? AND name = ?", (topic, name)
        ).fetchone()
        return None if row is None else Place(*row)

    def expect(self, topic: str, name: str) -> Place | None:
        """Find a message, and note that it belongs there."""
        self._database.execute("UPDATE messages SET expected = 1 WHERE topic = ? AND name = ?", (topic, name))
        return self.find(topic, name)

    def unexpected(self) -> Iterator[tuple[str, str]]:
        """Topic and name of the messages that nobody expected."""
        yield from self._database.execute("SELECT topic, name FROM messages WHERE expected = 0 ORDER BY topic, name")

    def is_same(self, place: Place, value: bytes) -> bool:
        return place.digest == _digest(value)


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()
