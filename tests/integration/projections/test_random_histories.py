"""Whatever happened, in whatever batches: live, rebuilt and replayed say the same, at every instant."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from shared.eventstore.ledger import Ledger
from shared.projections.engine import views_engine
from shared.projections.log import entries, rows_after
from shared.projections.query import Versions
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from shared.projections.verify import compare
from shared.projections.view import View
from tests.integration.projections.toy import (
    NOON,
    Greeted,
    Lent,
    Loan,
    LoansView,
    Moved,
    Paid,
    open_ledger,
    record,
    views,
)

PEOPLE = ("p1", "p2", "p3")
SCHOOLS = ("100001", "100002")
days = st.dates(date(2025, 1, 1), date(2025, 3, 1))
kinds = st.sampled_from([Lent, Paid, Paid, Moved, Greeted])
happening = st.tuples(
    kinds, st.sampled_from(PEOPLE), st.integers(0, 2), st.integers(0, 500), days, st.sampled_from(SCHOOLS)
)
histories = st.lists(st.tuples(happening, st.integers(0, 2)), max_size=40)


def tell(ledger: Ledger, history: list[Any]) -> int:
    """Record a history; the second number of each pair is how many seconds later it was recorded. Returns the last."""
    seconds = 0
    for (kind, staff_id, number, pence, day, school_urn), pause in history:
        seconds += pause
        loan_id = f"{staff_id}-l{number}"
        fields: dict[type, dict[str, Any]] = {
            Lent: {"loan_id": loan_id, "pence": pence, "lent_on": day, "note": "for a course"},
            Paid: {"loan_id": loan_id, "pence": pence, "paid_on": day},
            Moved: {"loan_ids": [f"{staff_id}-l{n}" for n in range(number + 1)]},
            Greeted: {},
        }
        record(ledger, staff_id, timedelta(seconds=seconds), kind, school_urn=school_urn, **fields[kind])
    return seconds


def served_rows(engine: Engine, view: View) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        ordered = select(view.table).order_by(*(view.table.c[name] for name in view.key))
        return [tuple(row) for row in connection.execute(ordered)]


def folded_up_to(ledger: Ledger, view: LoansView, seconds: int) -> dict[str, Loan]:
    """The loans by the plainest means: every fact recorded by then, one after the other."""
    loans: dict[str, Loan] = {}
    for position, fact in entries(ledger, rows_after(ledger, 0, 1000), view.topics):
        if fact.recorded_at <= NOON + timedelta(seconds=seconds):
            for loan_id in view.resource_ids(fact):
                if (loan := view.fold(loans.get(loan_id), fact, position)) is not None:
                    loans[loan_id] = loan
    return loans


@settings(max_examples=40, deadline=None)
@given(history=histories, batch=st.integers(1, 7))
def test_live_rebuilt_and_replayed_are_the_same_and_every_instant_is_the_fold_of_what_was_recorded_by_then(
    history: list[Any], batch: int
):
    with TemporaryDirectory() as folder:
        ledger, engine = open_ledger(Path(folder)), views_engine(Path(folder) / "views.sqlite")
        try:
            last = tell(ledger, history)
            loans, facts = views()
            live = ViewRunner(ledger, engine, (loans, facts), batch=batch)
            live.create_tables()
            while live.step():
                pass
            asked = Versions(ledger, engine, loans)
            before = {view.name: served_rows(engine, view) for view in (loans, facts)}
            for row in asked.as_known():
                assert all(
                    version.known_to is None or version.known_from < version.known_to
                    for version in asked.history(row.id)
                )
            for second in range(last + 1):
                known = {row.id: row.state for row in asked.as_known(NOON + timedelta(seconds=second))}
                assert known == folded_up_to(ledger, loans, second)
            for view in (loans, facts):
                assert compare(ledger, engine, view) == []
                assert rebuild(ledger, engine, view).position == ledger.position()
                assert served_rows(engine, view) == before[view.name]
            assert live.step() == 0
        finally:
            engine.dispose()
            ledger.close()
            ledger.sealer.keys.engine.dispose()
