"""The live runner: what it does when it is killed, when views stand apart, and when their code has changed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table

from shared.eventstore.ledger import Ledger
from shared.projections.positions import Freshness
from shared.projections.query import Versions
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from shared.projections.verify import OutdatedViewError, compare
from tests.integration.projections.toy import LoansView, LouderLoansView, lend, pay, views


class KilledError(Exception):
    """The process died."""


class KilledWhenWritten(LoansView):
    """Dies with its rows written and its position not yet saved, once."""

    deaths = 1

    def apply(self, connection: Connection, table: Table, batch: Any) -> None:
        super().apply(connection, table, batch)
        if self.deaths:
            self.deaths -= 1
            raise KilledError


def drained(runner: ViewRunner) -> ViewRunner:
    runner.create_tables()
    while runner.step():
        pass
    return runner


def test_a_killed_runner_leaves_nothing_half_done_and_resumes_where_it_was(ledger: Ledger, engine: Engine):
    lend(ledger, "p1", 100)
    view = KilledWhenWritten()
    runner = ViewRunner(ledger, engine, [view])
    runner.create_tables()
    with pytest.raises(KilledError):
        runner.step()
    assert (runner.position(), Versions(ledger, engine, view).as_known()) == (0, [])
    assert runner.step() == 1
    assert compare(ledger, engine, view) == []


def test_of_two_facts_of_one_instant_only_the_last_makes_a_version(ledger: Ledger, engine: Engine):
    lend(ledger, "p1", 100)
    view = LoansView()
    runner = drained(ViewRunner(ledger, engine, [view]))
    pay(ledger, "p1", 40, at=timedelta(0))
    drained(runner)
    versions = Versions(ledger, engine, view).history("p1-l0")
    assert [(version.position, version.known_to) for version in versions] == [(2, None)]


def test_a_fact_that_changes_nothing_makes_no_version(ledger: Ledger, engine: Engine):
    lend(ledger, "p1", 100)
    pay(ledger, "p1", 0, at=timedelta(hours=1))
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    assert [version.position for version in Versions(ledger, engine, view).history("p1-l0")] == [1]


def test_a_new_view_catches_up_with_the_others(ledger: Ledger, engine: Engine):
    lend(ledger, "p1", 100)
    loans, history = views()
    drained(ViewRunner(ledger, engine, [loans]))
    lend(ledger, "p2", 100)
    drained(ViewRunner(ledger, engine, [loans, history]))
    assert compare(ledger, engine, loans) == compare(ledger, engine, history) == []


def test_a_view_whose_code_changed_is_left_alone_until_it_is_rebuilt(ledger: Ledger, engine: Engine):
    lend(ledger, "p1", 100)
    drained(ViewRunner(ledger, engine, [LoansView()]))
    louder = LouderLoansView()
    runner = ViewRunner(ledger, engine, [louder])
    lend(ledger, "p2", 100)
    assert runner.outdated() == [louder]
    assert (runner.step(), runner.position()) == (0, 1)
    with pytest.raises(OutdatedViewError):
        compare(ledger, engine, louder)
    rebuild(ledger, engine, louder)
    assert (runner.outdated(), runner.position()) == ([], 2)
    assert {row.status for row in Versions(ledger, engine, louder).as_known()} == {"OPEN"}


def test_readers_can_wait_until_a_position_is_reached(ledger: Ledger, engine: Engine):
    loans, history = views()
    freshness = Freshness(engine, [loans, history])
    runner = ViewRunner(ledger, engine, [loans, history])
    runner.create_tables()
    position = lend(ledger, "p1", 100)
    assert not freshness.wait_for(position, timeout=0.02)
    runner.step()
    assert freshness.wait_for(position, timeout=0)
