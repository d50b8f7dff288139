"""A dump restored into another cluster: commands and readers go on, and no position is ever given again."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import ProgrammingError

from shared.eventstore.ledger import Ledger
from tests.integration.eventstore.toy import Counter, count, open_ledger, stream
from tests.servers.postgres import UNDISTURBED, WITHOUT_SYNC, PostgresServer, running

COMMANDS = 20
TRANSACTIONS = 2_000
"""By how many the first cluster's count is ahead of a new one's."""


@pytest.fixture(scope="module")
def new_cluster() -> Iterator[PostgresServer]:
    with running(*WITHOUT_SYNC, *UNDISTURBED) as server:
        yield server


def counted(ledger: Ledger) -> list[int]:
    return [count(ledger, f"c{number % 3}").position for number in range(COMMANDS)]


def read(ledger: Ledger, position: int = 0) -> list[int]:
    """What a reader sees that goes on from `position`."""
    seen: list[int] = []
    while rows := ledger.recorder.rows_after(position, 7):
        seen += [row[0] for row in rows]
        position = seen[-1]
    return seen


def spend_transactions(url: str, times: int = 1) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(times * TRANSACTIONS):
            connection.execute("SELECT pg_current_xact_id()")


def moved(source: PostgresServer, url: str, target: PostgresServer, dump: Path) -> str:
    """The URL of what a dump of the database at `url` gives in another cluster."""
    source.tool("pg_dump", "--format=custom", f"--file={dump}", url.rpartition("/")[2])
    restored = target.new_database()
    target.tool("pg_restore", "--exit-on-error", f"--dbname={restored.rpartition('/')[2]}", str(dump))
    return restored


def test_commands_and_readers_go_on_in_a_cluster_that_has_counted_less(
    postgres_server: PostgresServer, postgres_url: str, new_cluster: PostgresServer, tmp_path: Path
):
    spend_transactions(postgres_url)
    with open_ledger(postgres_url) as ledger:
        kept = counted(ledger)
        restored_url = moved(postgres_server, postgres_url, new_cluster, tmp_path / "log.dump")
        lost = counted(ledger)
    with open_ledger(restored_url, create_tables=False) as restored:
        with pytest.raises(ProgrammingError, match="not since it was restored"):
            count(restored, "c0")
        restored.recorder.create_table()
        restored.recorder.create_table()
        assert read(restored) == kept
        positions = counted(restored)
        assert positions == sorted(positions)
        assert positions[0] > max(kept + lost)
        assert read(restored, kept[-1]) == read(restored, lost[-1]) == positions
        assert read(restored) == kept + positions
        totals = [restored.load(Counter, stream(f"c{number}")).total for number in range(3)]
        assert sum(totals) == 2 * COMMANDS
        assert restored.readable_position() == restored.position() == positions[-1]


def test_nothing_that_was_lost_is_given_again_by_a_cluster_that_has_counted_more(
    postgres_server: PostgresServer, new_cluster: PostgresServer, tmp_path: Path
):
    with open_ledger(new_cluster.new_database()) as ledger:
        kept = counted(ledger)
        restored_url = moved(new_cluster, ledger.database, postgres_server, tmp_path / "log.dump")
        spend_transactions(ledger.database, times=4)
        lost = counted(ledger)
    spend_transactions(restored_url)
    with open_ledger(restored_url) as restored:
        positions = counted(restored)
        assert positions[0] > max(kept + lost)
        assert read(restored) == kept + positions
