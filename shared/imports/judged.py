"""What the first pass found, kept out of memory: the keys seen so far and the lines that are bad."""

import sqlite3
from types import TracebackType
from typing import Self

from shared.errors import FieldRefused


class Judged:
    """A private SQLite database that spills to disk and is gone once closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE keys (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._database.execute("CREATE TABLE bad (line INTEGER PRIMARY KEY)")
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._database.close()

    def note_key(self, key: str, line: int, field: str) -> None:
        """Remember a row's key. Raises FieldRefused on `field` where an earlier line has it."""
        added = self._database.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (key, line))
        if added.rowcount == 0:
            (earlier,) = self._database.execute("SELECT line FROM keys WHERE key = ?", (key,)).fetchone()
            raise FieldRefused(**{field: f"stands in line {earlier} already"})

    def note_bad(self, line: int) -> None:
        self._database.execute("INSERT OR IGNORE INTO bad VALUES (?)", (line,))

    def is_bad(self, line: int) -> bool:
        return self._database.execute("SELECT 1 FROM bad WHERE line = ?", (line,)).fetchone() is not None
