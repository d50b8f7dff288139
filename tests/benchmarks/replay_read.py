"""Facts a second read from the log on PostgreSQL and decoded, as a replay reads them, against a bare select."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import create_engine

from services.agreements.application import FACTS
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.projections.log import AT_ONCE, entries, rows_after
from tests.benchmarks.bulk import fill
from tests.benchmarks.figures import Figure
from tests.benchmarks.history import stored_rows
from tests.servers.postgres import PostgresServer, new_server

TARGET = 0.6
AGREEMENTS = 20_000
ROUNDS = 5
SELECT = """SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events
    WHERE notification_id > %s ORDER BY notification_id LIMIT %s"""


def main() -> Sequence[Figure]:
    """Measure in turn, so that a slow moment of the machine strikes both."""
    server = new_server()
    try:
        return _measured(server)
    finally:
        server.remove()


def replay(ledger: Ledger) -> int:
    """Read and decode the whole log, a batch at a time. Returns how many facts that was."""
    position, number = 0, 0
    while rows := rows_after(ledger, position, AT_ONCE):
        number += len(list(entries(ledger, rows, ledger.mapper.classes)))
        position = rows[-1][0]
    return number


def select(connection: psycopg.Connection[Any]) -> int:
    """Read the same rows, with all their columns, and do nothing with them."""
    position, number = 0, 0
    while rows := connection.execute(SELECT, (position, AT_ONCE)).fetchall():
        number += len(rows)
        position = rows[-1][0]
    return number


def _measured(server: PostgresServer) -> Sequence[Figure]:
    url = server.new_database()
    with Ledger(url, FACTS, Sealer(KeyStore(create_engine("sqlite://")))) as ledger, psycopg.connect(url) as connection:
        facts = fill(url, stored_rows(AGREEMENTS))
        deeds: dict[str, Callable[[], int]] = {"replay": lambda: replay(ledger), "select": lambda: select(connection)}
        rates: dict[str, list[float]] = {name: [] for name in deeds}
        for _ in range(ROUNDS):
            for name, deed in deeds.items():
                begun = time.perf_counter()
                if deed() != facts:
                    raise RuntimeError(f"{name} did not read all {facts} facts")
                rates[name].append(facts / (time.perf_counter() - begun))
    for name, its in rates.items():
        print(f"{name}: {', '.join(f'{rate:,.0f}' for rate in its)} facts a second")
    ratio = median(ours / theirs for ours, theirs in zip(rates["replay"], rates["select"], strict=True))
    return (
        Figure("facts read and decoded", median(rates["replay"]), "/s"),
        Figure("ratio to a bare select", ratio, target=TARGET),
    )
