"""One append to the log on PostgreSQL: its statement, its parameters, and what its failures mean."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from eventsourcing.persistence import IntegrityError, ProgrammingError, StoredEvent, Tracking
from psycopg import Connection
from psycopg.errors import NotNullViolation
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8

from shared.eventstore import postgres_sql as sql
from shared.eventstore.recorder import MessageId, Receipt, written_elsewhere

UNPLACED = "the log has no position to give: it was not migrated, or not since it was restored"
FEW = 8
"""Up to so many events of one stream are sent as plain parameters, which cost less than arrays."""


class Append:
    """Events and the marks that make them happen once, ready to be sent in one statement, as often as needed.

    Raises ProgrammingError where they are more than there are positions in one append.
    """

    def __init__(
        self,
        events: Sequence[StoredEvent],
        receipt: Receipt | None = None,
        message: MessageId | None = None,
        tracking: Tracking | None = None,
        forgotten: Sequence[str] = (),
    ) -> None:
        if len(events) > sql.MOST_AT_ONCE:
            raise ProgrammingError(f"more than {sql.MOST_AT_ONCE} events at once")
        self.parameters: dict[str, Any] = {}
        marks = []
        if receipt is not None:
            marks.append("receipt")
            self.parameters |= {name: getattr(receipt, name) for name in receipt.__struct_fields__}
        if message is not None:
            marks.append("message")
            self.parameters |= {"source": message.source, "id": message.id}
        if tracking is not None:
            marks.append("tracking")
            self.parameters |= {
                "application_name": tracking.application_name,
                "tracked": Int8(tracking.notification_id),
            }
        if forgotten:
            marks.append("forgotten")
            self.parameters["forgotten"] = list(forgotten)
        ordinals = len(events) if len(events) <= FEW and len({event.originator_id for event in events}) <= 1 else None
        if ordinals is None:
            self.parameters |= _arrays(events)
        for number, event in enumerate(events if ordinals else (), 1):
            self.parameters["originator_id"] = event.originator_id
            self.parameters[f"version{number}"] = Int8(event.originator_version)
            self.parameters[f"topic{number}"] = event.topic
            self.parameters[f"state{number}"] = event.state
        self.is_empty = not self.parameters
        self._with_events = bool(events)
        self._statement = "" if self.is_empty else _statement(tuple(marks), ordinals)

    def run(self, connection: Connection[TupleRow]) -> list[int] | None:
        """Send it. Gives the positions in the order of the events.

        Raises ProgrammingError where there is no position to give, and what psycopg raises.
        """
        try:
            cursor = connection.cursor(binary=True)
            cursor.execute(self._statement, self.parameters, prepare=True)
        except NotNullViolation as error:
            if error.diag.table_name == sql.EVENTS and error.diag.column_name == "notification_id":
                raise ProgrammingError(UNPLACED) from error
            raise
        return sorted(row[0] for row in cursor.fetchall()) if self._with_events else None


def fetched(connection: Connection[TupleRow], statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """All rows of a query, as tuples, sent in binary."""
    cursor = connection.cursor(binary=True)
    return cursor.execute(statement, parameters, prepare=True).fetchall()


def insert_from(
    connection: Connection[TupleRow], first: int, events: Sequence[StoredEvent], seen: Sequence[MessageId]
) -> None:
    """Within a transaction, what `LedgerRecorder.insert_from` does.

    Raises ProgrammingError where there are more events than positions below those that appends give.
    """
    if first - 1 + len(events) > sql.MOST_AT_ONCE:
        raise ProgrammingError(f"more than {sql.MOST_AT_ONCE} events from the beginning")
    connection.execute(sql.STOP_APPENDS)
    if (fetched(connection, sql.END)[0][0] or 0) != first - 1:
        raise IntegrityError(written_elsewhere(first))
    messages = {"sources": [each.source for each in seen], "ids": [each.id for each in seen]}
    cursor = connection.cursor(binary=True)
    cursor.execute(sql.INSERT_FROM, _arrays(events) | {"first": Int8(first)})
    cursor.execute(sql.SEE, messages)


def _arrays(events: Sequence[StoredEvent]) -> dict[str, Any]:
    """The parameters that hold events of any number."""
    return {
        "originator_ids": [event.originator_id for event in events],
        "versions": [Int8(event.originator_version) for event in events],
        "topics": [event.topic for event in events],
        "states": [event.state for event in events],
    }


_statement = cache(sql.append_statement)
