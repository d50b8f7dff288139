"""The events of an archive as Parquet, for those who ask questions of them with a database: needs the extra `audit`."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfileobj
from threading import Event

BUFFER = 1 << 20
REST_SECONDS = 0.01
MEMORY = "128MB"
LONGEST_LINE = 4 * 1024 * 1024
PIECE = 2 * LONGEST_LINE
"""Bytes: the longest line that is read, and how much is read at a time."""
CONTEXT = ("recorded_at", "actor", "role", "school_urn", "staff_id")
"""What of a state has a column of its own."""
OF_STATE = f"TRY(json_extract_string(state, {[f'$.{name}' for name in CONTEXT]}))"
COLUMNS = {
    "position": "BIGINT",
    "stream": "VARCHAR",
    "version": "BIGINT",
    "topic": "VARCHAR",
    "state": "VARCHAR",
} | dict.fromkeys(CONTEXT, "VARCHAR")
"""The columns, in order, and the types that DuckDB has for them."""
QUERY = f"""COPY (
    SELECT TRY_CAST(said[1] AS BIGINT) AS position, said[2] AS stream, TRY_CAST(said[3] AS BIGINT) AS version,
        said[4] AS topic, state, {", ".join(f"context[{n}] AS {name}" for n, name in enumerate(CONTEXT, 1))}
    FROM (SELECT said, state, {OF_STATE} AS context FROM (
        SELECT said, coalesce(
            line[nullif(instr(line, ',"state":'), 0) + 9 : -2], TRY(decode(from_base64(said[5])))) AS state
        FROM (
            SELECT line, TRY(json_extract_string(line, [
                '$.position', '$.stream', '$.version', '$.topic', '$.state_base64'])) AS said
            FROM read_csv(?, columns = {{line: 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', header = false,
                auto_detect = false, ignore_errors = true,
                parallel = false, max_line_size = {LONGEST_LINE}, buffer_size = {PIECE})
        )
    ))
) TO $to (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480)"""  # noqa: S608  names of ours
"""A state is the text that stands in its line, not what JSON makes of it. No line has the character that would end its
column: JSON escapes it."""


def available() -> bool:
    """Whether DuckDB is installed."""
    return find_spec("duckdb") is not None


def quoted(path: Path) -> str:
    """A path as it stands in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def following(events: Path, to: Path) -> Iterator[Callable[[], None]]:
    """What is written to `events` meanwhile, as NDJSON, becomes Parquet at `to`, its context in columns of its own.

    A thread reads the file as it grows, so that who writes it never waits for DuckDB, which takes it from the other end
    of a pipe, in another thread; what it keeps beyond `MEMORY` it puts on the disk. It writes events in order: the same
    ones give the same bytes. What it gives is to be called once the events are whole; Parquet is when the block ends.
    """
    events.touch()
    readable, writable = os.pipe()
    whole = Event()
    with ThreadPoolExecutor(2) as beside:
        read = beside.submit(_tail, events, whole, writable)
        converted = beside.submit(convert, readable, to)
        try:
            yield whole.set
        finally:
            whole.set()
        converted.result()  # where it failed, the pipe broke: that is told rather than this
        read.result()


def _tail(events: Path, whole: Event, writable: int) -> None:
    """Copy a file that still grows, until it is whole."""
    with events.open("rb", 0) as file, os.fdopen(writable, "wb") as pipe:
        while not whole.wait(REST_SECONDS):
            copyfileobj(file, pipe, BUFFER)
        copyfileobj(file, pipe, BUFFER)


def convert(readable: int, to: Path) -> int:
    """Make Parquet at `to` of the lines that come through a pipe, which is closed. Gives how many rows it has."""
    import duckdb  # noqa: PLC0415  an extra

    query = QUERY.replace("$to", quoted(to))
    try:
        with duckdb.connect(
            config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(to.parent)}
        ) as database:
            ((rows,),) = database.execute(query, [f"/dev/fd/{readable}"]).fetchall()
            return int(rows)
    finally:
        os.close(readable)
