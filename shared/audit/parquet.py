"""The events of an archive as Parquet, for those who ask questions of them with a database: needs the extra `audit`."""

from importlib.util import find_spec
from pathlib import Path

MEMORY = "512MB"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. It reads in pieces of twice this."""
QUERY = """COPY (
    SELECT position, stream, version, topic,
        coalesce(state::VARCHAR, TRY(decode(from_base64(state_base64)))) AS state,
        said[1] AS recorded_at, said[2] AS actor, said[3] AS role, said[4] AS school_urn, said[5] AS staff_id
    FROM (
        SELECT *, json_extract_string(
            state, ['$.recorded_at', '$.actor', '$.role', '$.school_urn', '$.staff_id']) AS said
        FROM read_json(?, format = 'newline_delimited', ignore_errors = true, maximum_object_size = $longest,
            columns = {
            position: 'BIGINT', stream: 'VARCHAR', version: 'BIGINT', topic: 'VARCHAR',
            state: 'JSON', state_base64: 'VARCHAR'
        })
    )
) TO '$to' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)"""


def available() -> bool:
    """Whether DuckDB is installed."""
    return find_spec("duckdb") is not None


def write(events: Path, to: Path) -> None:
    """Write the events of an NDJSON file as Parquet; its context in columns of its own. One thread, in order."""
    import duckdb  # noqa: PLC0415  an extra

    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(to.parent)}) as database:
        query = QUERY.replace("$to", str(to).replace("'", "''")).replace("$longest", str(LONGEST_LINE))
        database.execute(query, [str(events)])
