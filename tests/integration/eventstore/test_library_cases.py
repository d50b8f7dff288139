"""The event store library's own cases for recorders, on ours and a real PostgreSQL.

One thing differs by design: positions have gaps. Where a case counts them from 1, `Numbered` gives it each position's
place among all of them instead; the rest of the case runs as it is.
"""

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from shared.eventstore.postgres import PostgresLedgerRecorder
from shared.eventstore.postgres_pool import Connections
from shared.eventstore.recorder import Row

# The module of the cases also holds those of ciphered mappers, which need a package that nothing here has a use for.
sys.modules.setdefault("eventsourcing.cipher", ModuleType("eventsourcing.cipher")).__dict__["AESCipher"] = None
from eventsourcing.tests import persistence as library  # noqa: E402


class WithRecorder:
    """Gives a case its recorder, on a database of its own."""

    recorder_class = PostgresLedgerRecorder

    @pytest.fixture(autouse=True)
    def _database(self, postgres_url: str) -> Iterator[None]:
        self.connections = Connections(postgres_url, size=5)
        yield
        self.connections.close()

    def create_recorder(self) -> Any:
        recorder = self.recorder_class(self.connections)
        recorder.create_table()
        return recorder


class Numbered(PostgresLedgerRecorder):
    """Positions without their gaps."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        positions = super().insert_events(stored_events, **kwargs)
        return positions and [self._place(position) for position in positions]

    def select_notifications(  # type: ignore[override]
        self, start: int | None, limit: int, stop: int | None = None, *arguments: Any, **kwargs: Any
    ) -> Sequence[Notification]:
        positions = [0, *self._positions(), 2**62]
        found = super().select_notifications(
            None if start is None else positions[start],
            limit,
            None if stop is None else positions[stop],
            *arguments,
            **kwargs,
        )
        return [replace(each, id=self._place(each.id)) for each in found]

    def max_notification_id(self) -> int | None:
        position = super().max_notification_id()
        return position and self._place(position)

    def _place(self, position: int) -> int:
        return bisect_left(self._positions(), position) + 1

    def _positions(self) -> list[int]:
        rows: Sequence[Row] = self.rows_after(0, 1000)
        return [row[0] for row in rows]


class Aggregates(PostgresLedgerRecorder):
    """As an aggregate recorder: it tells no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class TestAggregateRecorder(WithRecorder, library.AggregateRecorderTestCase):
    recorder_class = Aggregates


class TestApplicationRecorder(WithRecorder, library.ApplicationRecorderTestCase[Any]):
    recorder_class = Numbered
    test_concurrent_no_conflicts = test_concurrent_throughput = None  # type: ignore[assignment]  below


class TestConcurrentApplicationRecorder(WithRecorder, library.ApplicationRecorderTestCase[Any]):
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False
    test_insert_select = test_performance = None  # type: ignore[assignment]  above

    def test_subscribing(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingRecorder(WithRecorder, library.TrackingRecorderTestCase):
    pass


class TestProcessRecorder(WithRecorder, library.ProcessRecorderTestCase):
    pass


class TestPositionsOfAnAppendLieTogether(WithRecorder, library.NonInterleavingNotificationIDsBaseCase):
    pass
