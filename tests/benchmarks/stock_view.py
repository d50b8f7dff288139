"""The library's own way to a view on PostgreSQL: its recorder, its `ProjectionRunner`, a row an event in a table."""

import time
from collections.abc import Iterable
from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL
from sqlalchemy import create_engine

from services.agreements.application import FACTS as KINDS
from shared.eventstore.fact import Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.mapper import FactMapper
from shared.eventstore.sealing import Sealer
from shared.projections.history import HistoryView

WAIT_SECONDS = 300
VIEW = HistoryView(KINDS)
CREATE = (
    "CREATE TABLE IF NOT EXISTS stock_history (position bigint PRIMARY KEY, recorded_at bigint, type bigint, "
    "school_urn bigint, actor bigint, stream_id bigint, staff_id text, correlation_id text)"
)
INSERT = "INSERT INTO stock_history VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"


class StillSealed(FactMapper):
    """Gives facts as our views take them."""

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        return self.decode(stored_event.topic, stored_event.state)


class StockLog(Application[UUID]):
    """The same facts by the same mapper, in the library's log."""

    def construct_mapper(self) -> Mapper[UUID]:
        return StillSealed(KINDS, Sealer(KeyStore(create_engine("sqlite://"))))


class StockHistory(PostgresTrackingRecorder):
    """The rows of our history view, with one index for our eight."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(SQL(CREATE))

    def add(self, fact: Fact, tracking: Tracking) -> None:
        (row,) = VIEW.rows([(tracking.notification_id, fact)])
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(INSERT, row, prepare=True)


class Histories(Projection[StockHistory]):
    """Each fact into its row, with how far it has come in the same transaction."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(domain_event, tracking)


def facts_per_second(url: str, rows: Iterable[tuple[str, int, str, bytes]], facts: int) -> float:
    """How fast the library's runner folds the first `facts` of a log into its table."""
    where = conninfo_to_dict(url)
    names = {"dbname": "DBNAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    env = {"PERSISTENCE_MODULE": "eventsourcing.postgres"}
    env |= {f"POSTGRES_{name}": str(where[key]) for key, name in names.items()}
    stored = [StoredEvent(UUID(stream), version, topic, state) for stream, version, topic, state in islice(rows, facts)]
    with StockLog(env) as log:
        log.recorder.insert_events(stored)
        last = log.recorder.max_notification_id()
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=StockLog, projection_class=Histories, view_class=StockHistory, env=env
    ) as runner:
        runner.wait(last, timeout=WAIT_SECONDS)
        return facts / (time.perf_counter() - began)
