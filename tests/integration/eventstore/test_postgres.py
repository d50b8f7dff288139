"""What only a database server can do to a log: lose an answer, go away, hold a reader back, be migrated twice."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, ProgrammingError, StoredEvent, Tracking

from shared.eventstore import postgres, postgres_pool, postgres_sql
from shared.eventstore.ledger import Call, Ledger, Once
from shared.eventstore.postgres import PostgresLedgerRecorder
from shared.eventstore.postgres_pool import Connections
from shared.eventstore.recorder import MessageId, Receipt
from tests.integration.eventstore.toy import Counter, act, count, open_ledger, stream
from tests.integration.eventstore.wire import Cut, Wire
from tests.servers.postgres import PostgresServer

RECEIPT = Receipt("caller", "key", "fingerprint", "answer")
MARKED = Once(receipt=RECEIPT, message=MessageId("/s", "1"), tracking=Tracking("t", 1))
FAR = 2**50


@pytest.fixture
def log(postgres_url: str) -> Iterator[Ledger]:
    with open_ledger(postgres_url) as ledger:
        yield ledger


@pytest.fixture
def wire(postgres_server: PostgresServer) -> Iterator[Wire]:
    wire = Wire(postgres_server.port)
    yield wire
    wire.close()


@pytest.fixture
def wired(
    log: Ledger, wire: Wire, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ledger]:
    """The same log, at the end of a wire that may be cut. No check of a rested connection takes the cut upon itself."""
    monkeypatch.setattr(postgres_pool, "REST_SECONDS", 600.0)
    with open_ledger(log.database.replace(f":{postgres_server.port}/", f":{wire.port}/")) as ledger:
        yield ledger


def counting(ledger: Ledger, meanwhile: Callable[[], None], once: Once | None = None) -> tuple[int, int]:
    """Count as `count` does; something happens between loading and saving, the first time."""
    moments = iter([meanwhile])

    def command(counter: Counter) -> int:
        next(moments, lambda: None)()
        return counter.count()

    call = Call(act=act(), once=lambda _: once or Once())
    done = ledger.execute(Counter, stream("one"), call, command)
    return done.result, done.position


@pytest.mark.parametrize(
    "once", [Once(), Once(receipt=RECEIPT, message=MessageId("/s", "1"), tracking=Tracking("t", 1))]
)
@pytest.mark.parametrize("what", ["reply", "request"])
def test_a_command_whose_connection_is_cut_is_done_once(log: Ledger, wired: Ledger, wire: Wire, what: Cut, once: Once):
    result, position = counting(wired, lambda: wire.cut_next(what), once)
    assert (wire.cuts, result, position) == (1, 1, log.position())
    assert log.load(Counter, stream("one")).total == 1
    assert [row[0] for row in log.recorder.rows_after(0, 10)] == [position]


def test_a_command_that_was_overtaken_while_its_request_was_lost_is_run_again(log: Ledger, wired: Ledger, wire: Wire):
    def lose_it_and_be_overtaken() -> None:
        wire.cut_next("request")
        count(log, "one")

    assert counting(wired, lose_it_and_be_overtaken)[0] == 2
    assert log.load(Counter, stream("one")).total == 2


def test_marks_whose_reply_was_lost_are_there(log: Ledger, wired: Ledger, wire: Wire):
    wired.recorder.insert_tracking(Tracking("relay", 1))
    wire.cut_next("reply")
    wired.recorder.insert_tracking(Tracking("relay", 2))
    wire.cut_next("reply")
    wired.recorder.insert_events([], receipt=RECEIPT, message=MessageId("/s", "1"), tracking=Tracking("relay", 3))
    assert (wire.cuts, log.recorder.max_tracking_id("relay")) == (2, 3)


def test_marks_of_another_are_not_taken_for_those_whose_reply_was_lost(log: Ledger, wired: Ledger, wire: Wire):
    wired.recorder.insert_tracking(Tracking("relay", 1))
    log.recorder.insert_events([], receipt=RECEIPT)
    wire.cut_next("request")
    with pytest.raises(IntegrityError):
        wired.recorder.insert_events([], receipt=Receipt("caller", "key", "fingerprint", "another answer"))
    assert log.recorder.receipt("caller", "key") == RECEIPT


def test_commands_and_readers_go_on_when_the_server_was_restarted(log: Ledger, postgres_server: PostgresServer):
    before = count(log, "one").position
    for crash in (False, True):
        postgres_server.stop(crash=crash)
        later = threading.Timer(0.5, postgres_server.start)
        later.start()
        count(log, "one")
        assert log.recorder.rows_after(0, 1)[0][0] == before
        later.join()
    assert log.load(Counter, stream("one")).total == 3


def test_a_server_that_stays_away_is_told(
    log: Ledger, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
):
    count(log, "one")
    monkeypatch.setattr(postgres, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(postgres_pool, "PATIENCE_SECONDS", 0.2)
    postgres_server.stop()
    try:
        for deed in (lambda: log.recorder.rows_after(0, 1), lambda: log.recorder.insert_tracking(Tracking("t", 1))):
            with pytest.raises(OperationalError):
                deed()
    finally:
        postgres_server.start()


def test_a_log_is_opened_without_a_connection():
    open_ledger("postgresql://nobody:nothing@127.0.0.1:1/nowhere", create_tables=False).close()


def test_an_open_writer_holds_readers_back_and_is_seen(log: Ledger):
    first = count(log, "one").position
    with psycopg.connect(log.database) as writer:
        writer.execute("SELECT pg_current_xact_id()")
        second = count(log, "one").position
        assert (log.position(), log.readable_position()) == (second, first)
        assert [row[0] for row in log.recorder.rows_after(0, 10)] == [first]
        assert log.recorder.oldest_writer_seconds() > 0
    assert log.readable_position() == second
    assert [row[0] for row in log.recorder.rows_after(0, 10)] == [first, second]
    assert log.recorder.oldest_writer_seconds() == 0


def test_appends_to_the_same_streams_in_any_order_do_not_deadlock(log: Ledger):
    ids = [uuid4(), uuid4()]
    outcomes: list[str] = []

    def append(backwards: bool) -> None:
        for version in range(100):
            events = [StoredEvent(each, version, "t", b"") for each in (reversed(ids) if backwards else ids)]
            try:
                log.recorder.insert_events(events)
                outcomes.append("stored")
            except IntegrityError:
                outcomes.append("overtaken")

    threads = [threading.Thread(target=append, args=(backwards,)) for backwards in (False, True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(outcomes), outcomes.count("stored")) == (200, 100)


def test_positions_follow_the_order_given(log: Ledger):
    ids = sorted((uuid4() for _ in range(3)), reverse=True)
    events = [StoredEvent(each, version, "t", f"{each}".encode()) for each in ids for version in range(20)]
    positions = log.recorder.insert_events(events)
    rows = log.recorder.rows_after(0, 100)
    assert positions == [row[0] for row in rows]
    assert [row[2] for row in rows] == [event.state for event in events]


def test_a_log_that_was_not_migrated_says_so(postgres_url: str):
    with open_ledger(postgres_url, create_tables=False) as ledger, pytest.raises(ProgrammingError):
        count(ledger, "one")
    with open_ledger(postgres_url) as ledger:
        _execute(postgres_url, "DELETE FROM log_base")
        with pytest.raises(ProgrammingError, match="not migrated"):
            count(ledger, "one")


def test_more_events_than_an_append_has_positions_for_are_refused(log: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres_sql, "MOST_AT_ONCE", 3)
    count(log, "one", times=3)
    with pytest.raises(ProgrammingError, match="more than 3"):
        count(log, "one", times=4)
    assert log.load(Counter, stream("one")).total == 3


def test_a_log_from_a_cluster_that_was_further_on_takes_nothing_until_it_is_migrated(log: Ledger):
    count(log, "one")
    _execute(log.database, f"UPDATE stored_events SET notification_id = {FAR}")  # noqa: S608  a number
    with pytest.raises(ProgrammingError, match="restored"):
        count(log, "one")
    assert log.readable_position() == 0
    log.recorder.create_table()
    position = count(log, "one").position
    assert position > FAR
    assert [row[0] for row in log.recorder.rows_after(0, 10)] == [FAR, position]


def test_a_migration_of_the_same_cluster_changes_nothing(log: Ledger):
    before = _execute(log.database, "SELECT * FROM log_base")
    count(log, "one")
    log.recorder.create_table()
    assert _execute(log.database, "SELECT * FROM log_base") == before


def test_migrations_may_run_at_the_same_time(postgres_url: str):
    failed: list[Exception] = []
    barrier = threading.Barrier(6)

    def migrate() -> None:
        connections = Connections(postgres_url, size=1)
        barrier.wait()
        try:
            for _ in range(3):
                PostgresLedgerRecorder(connections).create_table()
        except Exception as error:  # noqa: BLE001  whatever it is, the test names it
            failed.append(error)
        finally:
            connections.close()

    threads = [threading.Thread(target=migrate) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with open_ledger(postgres_url, create_tables=False) as ledger:
        assert count(ledger, "one").result == 1


def test_many_rows_are_estimated(log: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres, "COUNTED_ROWS", 10)
    count(log, "one", times=1000)
    _execute(log.database, "ANALYZE stored_events")
    assert 900 <= log.recorder.estimated_rows() <= 1100


def test_an_append_does_not_wait_for_a_lock_for_ever(log: Ledger, monkeypatch: pytest.MonkeyPatch, postgres_url: str):
    monkeypatch.setitem(postgres_pool.SETTINGS, "lock_timeout", "100ms")
    monkeypatch.setattr(postgres, "PATIENCE_SECONDS", 0.0)
    with open_ledger(postgres_url, create_tables=False) as impatient, psycopg.connect(postgres_url) as locking:
        locking.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="lock timeout"):
            impatient.recorder.insert_events([StoredEvent(uuid4(), 1, "t", b"")])
        assert time.monotonic() - begun < 3


def _execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []
