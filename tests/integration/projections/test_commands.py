"""`cpd views`: what is served, made anew, and held against the log."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, update

from shared.eventstore.ledger import Ledger
from shared.projections.alone import alone_in_rebuilding
from shared.projections.commands import ServiceViews, views_command
from shared.projections.engine import writing
from shared.projections.query import Versions
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from tests.integration.projections.test_runner import drained
from tests.integration.projections.toy import ON_BOTH, LoansView, LouderLoansView, lend, views

PEOPLE = 12
pytestmark = ON_BOTH


@pytest.fixture(autouse=True)
def lent(ledger: Ledger, engine: Engine) -> None:
    """Ids that one database's own order of text and another's would tell apart."""
    for staff_id in ("a", "B", "a-b", "ab", "Ä", "ä", "z", "_", "~", "A", "b", "1"):
        lend(ledger, staff_id, 100)
    drained(ViewRunner(ledger, engine, views()))


def run(ledger: Ledger, engine: Engine, *arguments: str, code: int = 0, view: LoansView | None = None) -> Result:
    its = [view or LoansView(), views()[1]]
    result = CliRunner().invoke(views_command(lambda: [ServiceViews("toys", ledger, engine, its)]), arguments)
    assert result.exit_code == code, result.output
    return result


def test_list_shows_versions_position_lag_rows_and_size(ledger: Ledger, engine: Engine):
    position = ledger.position()
    for staff_id in ("late", "later"):
        lend(ledger, staff_id, 100)
    loans, history = [line for line in run(ledger, engine, "list").output.splitlines() if "toys" in line]
    cells = [cell.strip() for cell in loans.strip("│").split("│")]
    assert cells[:6] == ["toys", "loans", "1", str(position), "2", str(PEOPLE)]
    assert int(cells[6].replace(",", "")) >= 8192
    assert "history" in history
    outdated = run(ledger, engine, "list", view=LouderLoansView()).output
    assert "1 (code: 2)" in outdated


def test_rebuild_of_one_view_tells_how_far_it_is(ledger: Ledger, engine: Engine):
    output = run(ledger, engine, "rebuild", "loans", view=LouderLoansView()).output.splitlines()
    assert output[:2] == ["toys loans: 0 of 1 parts", "toys loans: 1 of 1 parts"]
    assert output[2] == f"toys loans: version 2, {PEOPLE} rows, up to position {ledger.position()}"
    assert {row.status for row in Versions(ledger, engine, LouderLoansView()).as_known()} == {"OPEN"}


def test_rebuild_without_a_name_makes_every_view_anew(ledger: Ledger, engine: Engine):
    output = run(ledger, engine, "rebuild", "--service", "toys").output
    assert f"toys loans: version 1, {PEOPLE} rows" in output
    assert f"toys history: version 3, {PEOPLE} rows" in output


def test_a_rebuild_beside_another_one_is_refused_with_a_word(ledger: Ledger, engine: Engine):
    with alone_in_rebuilding(engine, "loans"):
        assert "is being rebuilt by another process" in run(ledger, engine, "rebuild", "loans", code=1).output


def test_a_view_that_there_is_not_is_refused_with_those_there_are(ledger: Ledger, engine: Engine):
    assert "there is toys loans, toys history" in run(ledger, engine, "rebuild", "debts", code=2).output
    run(ledger, engine, "verify", "loans", "--service", "reviews", code=2)


def test_verify_agrees_with_what_was_folded_live_and_with_what_was_rebuilt(ledger: Ledger, engine: Engine):
    for _ in range(2):
        output = run(ledger, engine, "verify").output.splitlines()
        assert output == ["toys loans: as the log says", "toys history: as the log says"]
        rebuild(ledger, engine, LoansView())


def test_verify_shows_what_differs_and_fails(ledger: Ledger, engine: Engine):
    table = LoansView().table
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == "Ä-l0").values(status="paid"))
    output = run(ledger, engine, "verify", code=1).output
    assert "toys loans ('Ä-l0'" in output
    assert "served {'status': 'paid'}, replayed {'status': 'open'}" in output
    assert "toys loans: 1 rows DIFFER from the log" in output
    assert "toys history: as the log says" in output


def test_verify_does_not_pass_what_another_version_made(ledger: Ledger, engine: Engine):
    output = run(ledger, engine, "verify", "loans", view=LouderLoansView(), code=1).output
    assert "loans version 2 is what the code makes, and something else is served: rebuild it" in output
