"""A rebuild replaces what is served in one moment, and is caught out by anything that was tampered with."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update

from shared.eventstore.ledger import Ledger
from shared.projections import log as reading
from shared.projections import rebuild as rebuilding
from shared.projections import together
from shared.projections.engine import writing
from shared.projections.query import Versions
from shared.projections.rebuild import OvertakenRebuildError, rebuild
from shared.projections.runner import ViewRunner
from shared.projections.verify import compare
from tests.integration.projections.test_runner import drained
from tests.integration.projections.toy import ON_BOTH, Loan, LoansView, LouderLoansView, lend, pay, views

PEOPLE = 30
pytestmark = ON_BOTH


class BrokenLoansView(LoansView):
    def status(self, state: Loan) -> str:
        raise ZeroDivisionError(state)


def lend_to_many(ledger: Ledger) -> None:
    for number in range(PEOPLE):
        lend(ledger, f"p{number}", 100)


def test_readers_see_the_old_table_or_the_new_one_and_never_a_half(ledger: Ledger, engine: Engine):
    lend_to_many(ledger)
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    asked, done = Versions(ledger, engine, view), threading.Event()
    seen: set[tuple[int, frozenset[str]]] = set()

    def read() -> None:
        while not done.is_set():
            rows = asked.as_known()
            seen.add((len(rows), frozenset(row.status for row in rows)))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        rebuild(ledger, engine, LouderLoansView())
        rebuild(ledger, engine, LoansView())
    done.set()
    reader.join()
    assert seen <= {(PEOPLE, frozenset({"open"})), (PEOPLE, frozenset({"OPEN"}))}


def test_a_reader_in_the_middle_of_a_transaction_keeps_its_table_and_holds_up_no_other(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    lend_to_many(ledger)
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    statuses, tried, swap = select(view.table.c.status).distinct(), threading.Event(), rebuilding._swap

    def seen_swap(*arguments: Any) -> None:
        tried.set()
        swap(*arguments)

    monkeypatch.setattr(rebuilding, "_swap", seen_swap)
    with ThreadPoolExecutor(1) as pool:
        with engine.connect() as reading:
            assert reading.scalars(statuses).all() == ["open"]
            made = pool.submit(rebuild, ledger, engine, LouderLoansView())
            assert tried.wait(30)
            with engine.connect() as another:
                assert another.scalars(statuses).all() in (["open"], ["OPEN"])
            assert reading.scalars(statuses).all() == ["open"]
        assert made.result().rows == PEOPLE
    with engine.connect() as reading:
        assert reading.scalars(statuses).all() == ["OPEN"]


def test_facts_recorded_during_a_rebuild_are_in_it(ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    lend_to_many(ledger)
    catch_up = rebuilding._catch_up

    def more_happens(*arguments: object) -> int:
        pay(ledger, "p1", 100, at=timedelta(hours=1))
        return catch_up(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rebuilding, "_catch_up", more_happens)
    view = LoansView()
    assert rebuild(ledger, engine, view).position == ledger.position()
    assert compare(ledger, engine, view) == []


def test_of_two_rebuilds_the_slower_one_gives_way(ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    lend_to_many(ledger)
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    catch_up = rebuilding._catch_up

    def another_finishes(*arguments: object) -> int:
        monkeypatch.setattr(rebuilding, "_catch_up", catch_up)
        with writing(engine) as connection:
            connection.execute(update(rebuilding.POSITIONS).values(generation=9))
        return catch_up(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rebuilding, "_catch_up", another_finishes)
    with pytest.raises(OvertakenRebuildError):
        rebuild(ledger, engine, view)
    assert len(Versions(ledger, engine, view).as_known()) == PEOPLE


def test_several_processes_make_the_same_rows_as_one(ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    lend_to_many(ledger)
    monkeypatch.setattr(rebuilding, "WORTH_HELP", 1)
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    monkeypatch.setattr(together.os, "cpu_count", lambda: 3)
    for view in views():
        assert rebuild(ledger, engine, view).rows == PEOPLE
        monkeypatch.setattr(rebuilding, "WORTH_HELP", 2 * PEOPLE)
        assert compare(ledger, engine, view) == []
        monkeypatch.setattr(rebuilding, "WORTH_HELP", 1)


def test_what_goes_wrong_in_another_process_stops_the_rebuild(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    lend_to_many(ledger)
    monkeypatch.setattr(rebuilding, "WORTH_HELP", 1)
    monkeypatch.setattr(Future, "cancel", lambda _: False)
    with pytest.raises(ZeroDivisionError):
        rebuild(ledger, engine, BrokenLoansView())


def test_a_failed_write_stops_the_rebuild_and_what_is_served_stays(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    lend_to_many(ledger)
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    monkeypatch.setattr(LoansView, "rows", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rebuild(ledger, engine, view)
    monkeypatch.undo()
    assert compare(ledger, engine, view) == []
    rebuild(ledger, engine, view)


def test_every_row_that_was_tampered_with_is_named(ledger: Ledger, engine: Engine):
    lend_to_many(ledger)
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    with writing(engine) as connection:
        connection.execute(update(view.table).where(view.table.c.id == "p1-l0").values(status="paid"))
        connection.execute(update(view.table).where(view.table.c.id == "p3-l0").values(id="p3-l9"))
        connection.execute(delete(view.table).where(view.table.c.id == "p2-l0"))
    found = {difference.key[0]: difference for difference in compare(ledger, engine, view)}
    assert set(found) == {"p1-l0", "p2-l0", "p3-l0", "p3-l9"}
    assert (found["p1-l0"].served, found["p1-l0"].replayed) == ({"status": "paid"}, {"status": "open"})
    assert found["p2-l0"].served is None
    assert found["p3-l9"].replayed is None
