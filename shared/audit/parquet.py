"""The events of an archive as Parquet, for those who ask questions of them with a database: needs the extra `audit`."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO

BUFFER = 1 << 20
MEMORY = "128MB"
LONGEST_LINE = 16 * 1024 * 1024
PIECE = 2 * LONGEST_LINE
"""Bytes: the longest line that is read, and how much is read at a time."""
QUERY = """COPY (
    SELECT TRY_CAST(said[1] AS BIGINT) AS position, said[2] AS stream, TRY_CAST(said[3] AS BIGINT) AS version,
        said[4] AS topic, coalesce(said[5], TRY(decode(from_base64(said[6])))) AS state,
        said[7] AS recorded_at, said[8] AS actor, said[9] AS role, said[10] AS school_urn, said[11] AS staff_id
    FROM (
        SELECT TRY(json_extract_string(line, [
            '$.position', '$.stream', '$.version', '$.topic', '$.state', '$.state_base64', '$.state.recorded_at',
            '$.state.actor', '$.state.role', '$.state.school_urn', '$.state.staff_id'])) AS said
        FROM read_csv(?, columns = {line: 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false,
            auto_detect = false, ignore_errors = true,
            parallel = false, max_line_size = $longest, buffer_size = $piece)
    )
) TO '$to' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 20480)"""
"""A line is parsed once. No line has the character that would end its column: JSON escapes it."""


def available() -> bool:
    """Whether DuckDB is installed."""
    return find_spec("duckdb") is not None


@contextmanager
def writing(to: Path) -> Iterator[IO[bytes]]:
    """Events written as NDJSON to the file that it gives become Parquet at `to`, their context in columns of its own.

    DuckDB reads them meanwhile from the other end of a pipe, in a thread that does not hold up this one; what it keeps
    of them beyond `MEMORY` it puts on the disk. It writes them in order: the same events give the same bytes.
    """
    readable, writable = os.pipe()
    with ThreadPoolExecutor(1) as beside:
        converted = beside.submit(_convert, readable, to)
        try:
            with os.fdopen(writable, "wb", BUFFER) as lines:
                yield lines
        finally:  # where it failed, the pipe broke: that is told rather than this
            converted.result()


def _convert(readable: int, to: Path) -> None:
    import duckdb  # noqa: PLC0415  an extra

    query = QUERY.replace("$to", str(to).replace("'", "''"))
    query = query.replace("$longest", str(LONGEST_LINE)).replace("$piece", str(PIECE))
    try:
        with duckdb.connect(
            config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(to.parent)}
        ) as database:
            database.execute(query, [f"/dev/fd/{readable}"])
    finally:
        os.close(readable)
