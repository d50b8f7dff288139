"""What a versions view answers: who, which school, when known, how much on a day, and page by page."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from shared.eventstore.ledger import Ledger
from shared.projections.past import unpacked
from shared.projections.query import LostFactsError, Versions, Which
from shared.projections.runner import ViewRunner
from shared.projections.totals import Total
from tests.integration.projections.test_runner import drained
from tests.integration.projections.toy import NOON, Loan, LoansView, Moved, lend, pay, record

HOUR = timedelta(hours=1)


@pytest.fixture
def loans(ledger: Ledger, engine: Engine) -> Versions[Loan]:
    """Three loans of 100 from 10 January; the first person pays 40 on the 20th and then moves, the third pays all."""
    for number in (1, 2, 3):
        lend(ledger, f"p{number}", 100)
    pay(ledger, "p1", 40, at=HOUR)
    record(ledger, "p1", 2 * HOUR, Moved, school_urn="100002", loan_ids=["p1-l0"])
    pay(ledger, "p3", 100, at=2 * HOUR)
    view = LoansView()
    drained(ViewRunner(ledger, engine, [view]))
    return Versions(ledger, engine, view)


def ids(rows: object) -> list[str]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def test_each_filter_narrows_the_current_versions(loans: Versions[Loan]):
    assert ids(loans.as_known()) == ["p1-l0", "p2-l0", "p3-l0"]
    assert ids(loans.as_known(None, Which(staff_id="p2"))) == ["p2-l0"]
    assert ids(loans.as_known(None, Which(school_urns=["100002"]))) == ["p1-l0"]
    assert ids(loans.as_known(None, Which(school_urns=[]))) == []
    assert ids(loans.as_known(None, Which(status=["paid"]))) == ["p3-l0"]


def test_a_version_is_known_from_its_instant_until_just_before_the_next(loans: Versions[Loan]):
    just_before = NOON + 2 * HOUR - timedelta(microseconds=1)
    assert ids(loans.as_known(just_before, Which(school_urns=["100001"]))) == ["p1-l0", "p2-l0", "p3-l0"]
    assert ids(loans.as_known(NOON + 2 * HOUR, Which(school_urns=["100001"]))) == ["p2-l0", "p3-l0"]
    assert loans.one("p1-l0", NOON - HOUR) is None


def test_the_history_of_a_resource_has_no_gap(loans: Versions[Loan]):
    spans = [(row.known_from, row.known_to) for row in loans.history("p1-l0")]
    assert spans == [(NOON, NOON + HOUR), (NOON + HOUR, NOON + 2 * HOUR), (NOON + 2 * HOUR, None)]


def test_what_a_version_was_is_told_from_the_log_and_only_the_current_one_is_stored(loans: Versions[Loan]):
    assert [len(row.state.payments) for row in loans.history("p1-l0")] == [0, 1, 1]
    assert [row.state.school_urn for row in loans.history("p1-l0")] == ["100001", "100001", "100002"]
    c = loans.view.table.c
    with loans.engine.connect() as connection:
        stored = connection.execute(select(c.position, c.state, c.past).where(c.id == "p1-l0")).one()
    assert loans.view.stored_state(stored.state) == loans.history("p1-l0")[-1].state
    assert [*(past.position for past in unpacked(stored.past)), stored.position] == [1, 4, 5]
    assert b"payments" not in stored.past


def test_a_log_that_lost_a_fact_is_not_passed_over(loans: Versions[Loan]):
    with loans.ledger.recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute("DELETE FROM stored_events WHERE rowid = 1", ())
    with pytest.raises(LostFactsError):
        loans.one("p1-l0", NOON)


def test_an_amount_is_that_of_the_last_step_on_or_before_the_day(loans: Versions[Loan]):
    loan = loans.one("p1-l0")
    assert loan is not None
    days = (date(2025, 1, 9), date(2025, 1, 10), date(2025, 1, 19), date(2025, 1, 20), date(2026, 1, 1))
    assert [loan.amount_on("owed_pence", day) for day in days] == [0, 100, 100, 60, 60]


def test_totals_add_up_what_was_owed_on_a_day_as_known_then(loans: Versions[Loan]):
    on = date(2025, 1, 20)
    now, before = loans.totals(on), loans.totals(on, NOON)
    assert now.schools == {
        "100001": Total({"owed_pence": 100, "half_pence": 50}, 1, 1),
        "100002": Total({"owed_pence": 60, "half_pence": 30}, 1, 1),
    }
    assert now.overall == Total({"owed_pence": 160, "half_pence": 80}, 2, 2)
    assert before.overall == Total({"owed_pence": 300, "half_pence": 150}, 3, 3)
    assert loans.totals(on, None, ["100002"]).overall == now.schools["100002"]
    assert loans.totals(date(2025, 1, 9)).overall == Total()


def test_pages_follow_one_another_without_gap_or_repeat(loans: Versions[Loan]):
    first = loans.by_age(limit=2)
    last = first[-1]
    assert ids(first + loans.by_age(after=(last.first_position, last.id))) == ["p1-l0", "p2-l0", "p3-l0"]
    assert ids(loans.by_age(newest_first=True, after=(last.first_position, last.id))) == ["p1-l0"]
    assert ids(loans.by_id(after="p1-l0", limit=1)) == ["p2-l0"]
