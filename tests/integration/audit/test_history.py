"""The history of a log: found by what a fact is about, read in the log's words, personal text opened at the edge."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid5

import pytest

from shared.audit.events import read
from shared.eventstore.ledger import Ledger
from shared.projections.engine import views_engine
from shared.projections.history import History, HistoryFilter, HistoryView
from shared.projections.runner import ViewRunner
from tests.integration.projections.test_runner import drained
from tests.integration.projections.toy import FACTS, NAMESPACE, NOON, lend, open_ledger, pay


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two loans at noon, then a payment an hour later."""
    ledger = open_ledger(tmp_path)
    lend(ledger, "p1", 100)
    lend(ledger, "p2", 100, school_urn="100002")
    pay(ledger, "p1", 40, at=timedelta(hours=1))
    yield ledger
    ledger.close()
    ledger.sealer.keys.engine.dispose()


@pytest.fixture
def history(ledger: Ledger, tmp_path: Path) -> Iterator[History]:
    engine, view = views_engine(tmp_path / "views.sqlite"), HistoryView(FACTS)
    drained(ViewRunner(ledger, engine, [view]))
    yield History(engine, view)
    engine.dispose()


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        (HistoryFilter(), [1, 2, 3]),
        (HistoryFilter(stream_id=uuid5(NAMESPACE, "p1")), [1, 3]),
        (HistoryFilter(staff_id="p2"), [2]),
        (HistoryFilter(school_urns=["100002", "100003"]), [2]),
        (HistoryFilter(types=["Lent"]), [1, 2]),
        (HistoryFilter(types=["Lent"], staff_id="p1"), [1]),
        (HistoryFilter(actor="u1"), [1, 2, 3]),
        (HistoryFilter(actor="u2"), []),
        (HistoryFilter(correlation_id="c-p2"), [2]),
        (HistoryFilter(recorded_from=NOON + timedelta(hours=1)), [3]),
        (HistoryFilter(recorded_to=NOON + timedelta(hours=1)), [1, 2]),
    ],
)
def test_each_filter_finds_its_facts(history: History, wanted: HistoryFilter, positions: list[int]):
    assert history.positions(wanted) == positions


def test_pages_follow_the_position_either_way(history: History):
    assert history.positions(HistoryFilter(), after=1, limit=1) == [2]
    assert history.positions(HistoryFilter(), after=3, newest_first=True) == [2, 1]


def test_a_fact_is_read_whole_and_sealed_and_opens_at_the_edge(ledger: Ledger):
    paid, lent = read(ledger, [3, 1])
    assert (paid["type"], paid["effective_on"], paid["data"]["pence"]) == ("Paid", "2025-01-20", 40)
    assert lent["position"] == "1"
    assert lent["stream_id"] == str(uuid5(NAMESPACE, "p1"))
    assert lent["data"]["note"].startswith("~sealed~")
    assert ledger.sealer.open_all(lent)["data"] == {
        "loan_id": "p1-l0",
        "pence": 100,
        "lent_on": "2025-01-10",
        "note": "for a course",
    }
