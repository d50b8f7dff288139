"""Whether the Parquet of an archive is what its events make, or what it says otherwise: needs the extra `audit`."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from shared.audit.offline import NO_ROW, TableReport, Window, read_line
from shared.audit.parquet import COLUMNS, CONTEXT, LONGEST_LINE, MEMORY, OF_STATE, convert, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS_AT_ONCE = 256
BEFORE, SHOWN = 20, 60
"""Of a text that differs, so many characters are shown, and so many of them before the first that does."""
COPIED = f"[{', '.join(CONTEXT)}]"
QUERY = (
    "SELECT position, stream, version, topic, encode(state), "  # noqa: S608  names of ours
    f"CASE WHEN {COPIED} IS DISTINCT FROM {OF_STATE} THEN list_zip({COPIED}, {OF_STATE}) END "
    "FROM read_parquet(?)"
)
"""Of each row what an event is, and where the other columns are not those of its state, each with what it should be."""
SHUT_IN: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": MEMORY,
    "temp_directory": "",
    "enable_external_file_cache": False,
}
OTHER_BYTES = (
    "its rows are those of the events, its bytes are not: what it says of its rows, by which readers pass over some, "
    "was written by another DuckDB than the one here, or to mislead. Ask Parquet that was made here of the events"
)

Said = tuple[Any, ...]
"""What a row, or an event, says in five columns, and of a row which others are not those of its state."""


def compare(events: Window, table: Window) -> TableReport:
    """Make Parquet of the events anew, and hold the other one against it: to the byte, else row by row.

    Raises OSError where none can be made here.
    """
    with TemporaryDirectory(prefix="cpd-audit-") as folder:
        anew, given = Path(folder) / "anew.parquet", Path(folder) / "given.parquet"
        rows = _made_anew(events, anew)
        if _are_the_same(table, anew):
            return TableReport(rows)
        with given.open("wb") as file:
            file.writelines(table.chunks())
        if otherwise := _otherwise(events, given):
            return TableReport(rows, otherwise)
    return TableReport(rows, uncompared=OTHER_BYTES)


def _made_anew(events: Window, to: Path) -> int:
    readable, writable = os.pipe()
    with ThreadPoolExecutor(1) as beside:
        converted = beside.submit(convert, readable, to)
        with suppress(BrokenPipeError), os.fdopen(writable, "wb") as pipe:
            _pour(events, pipe)
        if error := converted.exception():
            raise OSError(f"no Parquet can be made of the events here: {error}") from error
        return converted.result()


def _pour(events: Window, pipe: IO[bytes]) -> None:
    """Write events to a pipe; where the system can, by one call that waits for no thread that is at work meanwhile."""
    file = events.real_file()
    if file is None or sys.platform != "linux":
        pipe.writelines(events.chunks())
        return
    at, end = events.member.offset, events.member.offset + events.member.size
    while at < end and (sent := os.sendfile(pipe.fileno(), file, at, end - at)):
        at += sent


def _are_the_same(table: Window, anew: Path) -> bool:
    with anew.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in table.chunks()) and not file.read(1)


def _otherwise(events: Window, given: Path) -> str:
    """The first row that says otherwise, in words. The file is from elsewhere: nothing else is read for it."""
    import duckdb  # noqa: PLC0415  an extra

    try:
        with duckdb.connect(config=SHUT_IN) as database:
            database.execute(f"SET allowed_paths = [{quoted(given)}]")
            database.execute("SET enable_external_access = false")
            return _another_column(database, str(given)) or _another_row(events, database, str(given))
    except duckdb.Error as error:
        return f"it cannot be read: {error}".splitlines()[0]


def _another_row(events: Window, database: "DuckDBPyConnection", path: str) -> str:
    """The first row that is not its event, in words."""
    database.execute(QUERY, [path])
    for number, (found, event) in enumerate(zip_longest(_rows(database), _events(events)), 1):
        if found != event and (told := _difference(found, event)):
            return f"row {number} {told}"
    return ""


def _another_column(database: "DuckDBPyConnection", path: str) -> str:
    """The first column that has another name or type than it must have, in words."""
    columns = database.execute("DESCRIBE FROM read_parquet(?)", [path]).fetchall()
    found = [f"{name} {kind}" for name, kind, *_ in columns]
    for one, wanted in zip_longest(found, map(" ".join, COLUMNS.items()), fillvalue="none"):
        if one != wanted:
            return f"where its column must be {wanted} it is {one}"
    return ""


def _rows(database: "DuckDBPyConnection") -> Iterator[Said]:
    while rows := database.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _events(events: Window) -> Iterator[Said]:
    for line in events.lines():
        if len(line) <= LONGEST_LINE:
            yield *read_line(line), None


def _difference(found: Said | None, event: Said | None) -> str:
    """How a row differs from its event; either is None where there is none."""
    if event is None:
        return "is of no event"
    if event[:-1] == NO_ROW:
        return ""  # found elsewhere: anything may stand where a line is no event
    at = f"the event at position {event[0]}"
    if found is None:
        return f"is missing: that of {at}"
    *others, state = event[:-1]
    for column, one, other in zip(COLUMNS, found, (*others, state if _is_text(state) else None), strict=False):
        if one != other:
            return f"has {_shown(one, other)} as its {column} where {at} has {_shown(other, one)}"
    for column, (one, other) in zip(CONTEXT, found[-1] or (), strict=False):
        if one != other:
            return f"has {_shown(one, other)} as its {column} where the state of {at} has {_shown(other, one)}"
    return ""


def _is_text(state: bytes) -> bool:
    try:
        state.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shown(value: object, other: object) -> str:
    """A value; of a long text the place where the other differs."""
    if value is None:
        return "nothing"
    text, another = (each.decode() if isinstance(each, bytes) else str(each) for each in (value, other))
    same = next((n for n, (one, two) in enumerate(zip(text, another, strict=False)) if one != two), 0)
    start = max(0, same - BEFORE)
    return repr(text[start : start + SHOWN])
