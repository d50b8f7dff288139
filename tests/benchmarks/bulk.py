"""Many facts into a log on PostgreSQL at once, as a benchmark needs them."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

import psycopg

from shared.eventstore import postgres_sql as sql

AT_ONCE = 100_000
START = f"SELECT (base + {sql.OWN}) << {sql.ORDINAL_BITS} FROM log_base"  # noqa: S608  its own constants
COPY = (
    f"COPY {sql.EVENTS} (originator_id, originator_version, topic, state, notification_id) FROM STDIN (FORMAT BINARY)"
)


def fill(url: str, rows: Iterable[tuple[str, int, str, bytes]]) -> int:
    """Append rows of stream, version, topic and state, in order. Returns how many there were."""
    every, number = iter(rows), 0
    with psycopg.connect(url, autocommit=True) as connection:
        while batch := list(islice(every, AT_ONCE)):
            with connection.transaction(), connection.cursor() as cursor:
                (start,) = cursor.execute(START).fetchone() or (0,)  # type: ignore[arg-type]
                with cursor.copy(COPY) as copy:  # type: ignore[arg-type]
                    copy.set_types(["uuid", "int8", "text", "bytea", "int8"])
                    for ordinal, (stream, version, topic, state) in enumerate(batch, 1):
                        copy.write_row((UUID(stream), version, topic, state, start + ordinal))
            number += len(batch)
        connection.execute("VACUUM ANALYZE")
    return number
