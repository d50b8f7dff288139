"""What a first answer needs is read when a web process starts; one without a database starts all the same."""

from pathlib import Path

import pytest
from sqlalchemy import event

from services.reviews.service import ASSEMBLY
from tests.integration.agreements.world import who
from tests.integration.reviews.world import ReviewsWorld

ASKED = "/v1/statistics/impact"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    return tmp_path


def test_the_first_to_ask_for_statistics_waits_for_no_records(world: ReviewsWorld, home: Path) -> None:
    world.catch_up()
    app = ASSEMBLY.wsgi_app()
    stores, statements = app.extensions["reviews"].stores, []
    event.listen(stores.engine, "before_cursor_execute", lambda *its: statements.append(its[2]))
    token = world.token(who("auditor"))
    answer = app.test_client().get(ASKED, headers={"Authorization": f"Bearer {token}"})
    stores.close()
    assert answer.status_code == 200, answer.text
    assert statements
    assert not [each for each in statements if "impact" in each]


def test_a_process_without_tables_starts_and_says_that_it_is_not_ready(home: Path) -> None:
    app = ASSEMBLY.wsgi_app()
    assert app.test_client().get("/readyz").status_code == 503
    app.extensions["reviews"].stores.close()
