"""What is peculiar to the table of a view on PostgreSQL: no vacuum while it is loaded, and text by its bytes."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from shared.eventstore.ledger import Ledger
from shared.projections import rebuild as rebuilding
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from tests.integration.projections.test_runner import drained
from tests.integration.projections.toy import LoansView, lend

pytestmark = pytest.mark.parametrize("place", ["PostgreSQL"], indirect=True)
LEFT_TO_THE_SERVER = ["autovacuum_enabled=on"]
LOADED = ["autovacuum_enabled=off"]


def settings_of(engine: Engine, table: str) -> list[str]:
    with engine.connect() as connection:
        found = connection.scalars(text("SELECT reloptions FROM pg_class WHERE relname = :table"), {"table": table})
        return list(found.one() or [])


def test_the_server_vacuums_a_table_from_when_it_is_served_on(
    ledger: Ledger, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    lend(ledger, "p1", 100)
    make_indexes, seen = rebuilding.make_indexes, []

    def looked_at(*arguments: Any) -> None:
        seen.append(settings_of(engine, "loans__1"))
        make_indexes(*arguments)

    monkeypatch.setattr(rebuilding, "make_indexes", looked_at)
    rebuild(ledger, engine, LoansView())
    assert seen == [LOADED]
    assert settings_of(engine, "loans") == LEFT_TO_THE_SERVER


def test_text_is_in_the_order_of_its_bytes_whatever_the_databases_language(ledger: Ledger, engine: Engine):
    drained(ViewRunner(ledger, engine, [LoansView()]))
    with engine.connect() as connection:
        of_text = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_name = 'loans'"
        collations = connection.scalars(text(f"{of_text} AND data_type = 'character varying'")).all()
    assert collations == ["C"]
