"""The demo trust's requests: recorded once, gone on with after a kill, and coherent with its budgets."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.requests.demo import REQUESTS, request_id, seed
from shared.dates import academic_year
from shared.projections.verify import compare
from tests.integration.agreements.world import HEAD, HR
from tests.integration.requests.world import RequestsWorld, Trust

TODAYS = (date(2025, 6, 2), date(2025, 9, 1), date(2025, 11, 25), date(2026, 2, 28))


@pytest.mark.parametrize("today", TODAYS)
def test_the_story_can_be_told_on_any_day(tmp_path: Path, today: date) -> None:
    world = RequestsWorld(tmp_path)
    world.clock.now = datetime(today.year, today.month, today.day, 10, tzinfo=UTC)
    seed(world.runtime.commands, today)
    statuses = {each["id"]: each["status"] for each in world.read("/v1/requests?limit=200")["items"]}
    assert statuses == {request_id(asked): asked.outcome for asked in REQUESTS}
    budget = world.read(f"/v1/budgets/900101/{academic_year(today)}")
    assert budget["allocated_pence"] == sum(budget[f"{name}_pence"] for name in ("committed", "actual", "available"))
    before = world.position()
    seed(world.runtime.commands, today)
    assert world.position() == before
    world.close()


def test_a_start_after_a_kill_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = RequestsWorld(tmp_path / "whole")
    seed(whole.runtime.commands, TODAYS[0])
    broken = RequestsWorld(tmp_path / "broken")
    commands, left = broken.runtime.commands, [30]

    def killed(*arguments, **fields):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(*arguments, **fields)

    real = broken.runtime.stores.ledger.execute_work
    with monkeypatch.context() as patched:
        patched.setattr(broken.runtime.stores.ledger, "execute_work", killed)
        with pytest.raises(KeyboardInterrupt):
            seed(commands, TODAYS[0])
    assert 0 < broken.position() < whole.position()
    seed(commands, TODAYS[1])
    assert broken.position() == whole.position()
    whole.close()
    broken.close()


def test_no_agreement_is_drafted_until_the_waiting_request_is_approved(tmp_path: Path) -> None:
    trust = Trust(tmp_path)
    seed(trust.requests.runtime.commands, date(2025, 6, 2))
    trust.catch_up()
    assert trust.agreements.read("/v1/agreements", HR)["items"] == []
    waiting = next(request_id(asked) for asked in REQUESTS if asked.staff_id == "S032")
    approval = {"reason": "It serves the plan", "funding": "full"}
    trust.requests.done(f"/v1/requests/{waiting}/approval", approval, HEAD)
    trust.catch_up()
    (agreement,) = trust.agreements.read("/v1/agreements", HR)["items"]
    assert (agreement["staff_id"], agreement["request_id"]) == ("S032", waiting)
    trust.close()


def test_what_is_served_is_what_the_log_says(tmp_path: Path) -> None:
    world = RequestsWorld(tmp_path)
    seed(world.runtime.commands, TODAYS[0])
    world.catch_up()
    stores = world.runtime.stores
    assert [found for view in stores.views for found in compare(stores.ledger, stores.engine, view)] == []
    world.close()
