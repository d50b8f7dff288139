"""The log on PostgreSQL: appends without a table lock, in one round trip each, and readers that miss nothing."""

import time
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, Notification, StoredEvent, Tracking
from psycopg.types.numeric import Int8

from shared.eventstore import postgres_sql as sql
from shared.eventstore.postgres_append import Append, fetched, insert_from
from shared.eventstore.postgres_pool import AWAY, PATIENCE_SECONDS, PAUSE_SECONDS, Connections, patient
from shared.eventstore.postgres_subscription import PollingSubscription
from shared.eventstore.recorder import LedgerRecorder, MessageId, Receipt, Row, Streams, WholeRow

COUNTED_ROWS = 1_000_000
"""Up to how many rows are counted rather than estimated."""
LARGEST = 2**63 - 1


class PostgresLedgerRecorder(LedgerRecorder):
    """See `docs/adr/0009-order-without-a-lock.md`."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def create_table(self) -> None:
        """Make what is not there, and after a restore raise the base of positions beyond all that were ever given."""
        with self.connections.transaction() as connection:
            connection.execute("SET LOCAL lock_timeout = '60s'")
            connection.execute(sql.SERIALISE_MIGRATIONS)
            connection.execute("SET LOCAL lock_timeout = '5s'")
            for statement in sql.TABLES:
                connection.execute(statement)
            connection.execute(sql.FIRST_BASE)
            if fetched(connection, sql.IS_RESTORED)[0][0]:
                connection.execute(sql.STOP_APPENDS)
                connection.execute(sql.RAISE_BASE)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append in one transaction, in one round trip. Gives the positions, in the order of the events.

        It is tried again while the server is away. A reply may have been lost after the commit: then the events, or
        the marks where it is of marks alone, are already there, byte for byte, when it is tried again, and it ends as
        if nothing had happened.
        Raises IntegrityError, ProgrammingError, OperationalError (what became of the append is then unknown).
        """
        append = Append(stored_events, **kwargs)
        if append.is_empty:
            return None
        until = time.monotonic() + PATIENCE_SECONDS
        in_doubt = False
        while True:
            try:
                with self.connections.connection() as connection:
                    return append.run(connection)
            except IntegrityError:
                if in_doubt and (positions := self._already_stored(stored_events)):
                    return positions
                if in_doubt and not stored_events and self._already_marked(**kwargs):
                    return None
                raise
            except AWAY:
                if time.monotonic() >= until:
                    raise
                in_doubt = True
                time.sleep(PAUSE_SECONDS)

    def insert_from(self, first: int, stored_events: Sequence[StoredEvent], seen: Sequence[MessageId]) -> None:
        with self.connections.transaction() as connection:
            insert_from(connection, first, stored_events, seen)

    @patient
    def _already_stored(self, stored_events: Sequence[StoredEvent]) -> list[int]:
        """The positions of these very events; none unless all are there. A state tells its act and its instant."""
        positions = []
        with self.connections.connection() as connection:
            for event in stored_events:
                found = fetched(connection, sql.STORED_AS, (event.originator_id, event.originator_version))
                if not found or found[0][1:] != (event.topic, event.state):
                    return []
                positions.append(found[0][0])
        return positions

    def _already_marked(
        self,
        receipt: Receipt | None = None,
        message: MessageId | None = None,
        tracking: Tracking | None = None,
        forgotten: Sequence[str] = (),
    ) -> bool:
        """Whether these very marks are all there."""
        return (
            (receipt is None or self.receipt(receipt.caller, receipt.key) == receipt)
            and (message is None or self.has_seen(message))
            and (tracking is None or self.max_tracking_id(tracking.application_name) == tracking.notification_id)
            and all(self.max_tracking_id(name) is None for name in forgotten)
        )

    def insert_tracking(self, tracking: Tracking) -> None:
        """Save how far an upstream log was read. Raises IntegrityError where it was read as far before."""
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        found = self._rows(sql.TRACKED, (application_name,))
        return found[0][0] if found else None

    def receipt(self, caller: str, key: str) -> Receipt | None:
        found = self._rows(sql.RECEIPT, (caller, key))
        return Receipt(*found[0]) if found else None

    def receipts_with(self, callers: Sequence[str], word: str) -> Sequence[Receipt]:
        return [Receipt(*row) for row in self._rows(sql.RECEIPTS_WITH, (list(callers), word))]

    def has_seen(self, message: MessageId) -> bool:
        return bool(self._rows(sql.SEEN, (message.source, message.id)))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        statement = sql.STREAM
        parameters: list[Any] = [originator_id]
        for text, value in ((" AND originator_version > %b", gt), (" AND originator_version <= %b", lte)):
            if value is not None:
                statement += text
                parameters.append(Int8(value))
        statement += f" ORDER BY originator_version {'DESC' if desc else 'ASC'}"
        if limit is not None:
            statement += " LIMIT %b"
            parameters.append(Int8(limit))
        return [StoredEvent(originator_id, *row) for row in self._rows(statement, parameters)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        statement = sql.NOTIFICATIONS
        parameters: list[Any] = []
        if start is not None:
            statement += f" AND notification_id {'>=' if inclusive_of_start else '>'} %b"
            parameters.append(Int8(start))
        if stop is not None:
            statement += " AND notification_id <= %b"
            parameters.append(Int8(stop))
        if topics:
            statement += " AND topic = ANY(%b)"
            parameters.append(list(topics))
        statement += " ORDER BY notification_id LIMIT %b"
        return [
            Notification(originator_id=stream, originator_version=version, topic=topic, state=state, id=position)
            for position, stream, version, topic, state in self._rows(statement, [*parameters, Int8(limit)])
        ]

    def max_notification_id(self) -> int | None:
        position: int | None = self._rows(sql.READABLE_END)[0][0]
        return position

    def end(self) -> int:
        return self._rows(sql.END)[0][0] or 0

    def estimated_rows(self) -> int:
        counted: int = self._rows(sql.COUNTED, (Int8(COUNTED_ROWS),))[0][0]
        if counted < COUNTED_ROWS:
            return counted
        return int(self._rows(sql.PLANNED)[0][0][0]["Plan"]["Plan Rows"])

    def count_after(self, position: int, limit: int) -> int:
        counted: int = self._rows(sql.COUNTED_AFTER, (Int8(position), Int8(limit)))[0][0]
        return counted

    def rows_after(self, position: int, limit: int, upto: int | None = None) -> Sequence[Row]:
        return self._rows(sql.ROWS_AFTER, (Int8(position), Int8(LARGEST if upto is None else upto), Int8(limit)))

    def whole_rows_from(self, first: int, limit: int, upto: int | None = None) -> Sequence[WholeRow]:
        return self._rows(sql.WHOLE_ROWS_FROM, (Int8(first), Int8(LARGEST if upto is None else upto), Int8(limit)))

    def rows_at(self, positions: Sequence[int]) -> Sequence[Row]:
        return self._rows(sql.ROWS_AT, ([Int8(position) for position in positions],))

    def rows_of(self, streams: Streams, upto: int, topics: Collection[str]) -> Sequence[Row]:
        first, last = (int(bound.ljust(32, "0"), 16) if bound != "g" else 2**128 for bound in streams)
        return self._rows(sql.ROWS_OF, (UUID(int=first), UUID(int=last - 1), Int8(upto), list(topics)))

    def every_nth(self, number: int, upto: int) -> Sequence[int]:
        return [position for (position,) in self._rows(sql.EVERY_NTH, (Int8(number), Int8(upto), Int8(upto)))]

    def rows_beside(self, first: int, last: int) -> Sequence[Row]:
        return self._rows(sql.ROWS_BESIDE, (Int8(first), Int8(first), Int8(last)))

    def oldest_writer_seconds(self) -> float:
        """As far as the role may see others' sessions: grant it `pg_read_all_stats` in a cluster shared by several."""
        return float(self._rows(sql.OLDEST_WRITER)[0][0])

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        return PollingSubscription(recorder=self, gt=gt, topics=topics)

    @patient
    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self.connections.connection() as connection:
            return fetched(connection, statement, parameters)
