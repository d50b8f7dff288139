"""The demo trust's reviews: recorded once, on whatever day the story is told."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.reviews.demo import ENTRIES, LOGGED, seed
from shared.projections.verify import compare
from tests.integration.agreements.world import person
from tests.integration.reviews.world import ReviewsWorld

TODAYS = (date(2025, 6, 2), date(2025, 9, 1), date(2026, 2, 28))


@pytest.mark.parametrize("today", TODAYS)
def test_the_story_can_be_told_on_any_day(tmp_path: Path, today: date) -> None:
    world = ReviewsWorld(tmp_path)
    world.clock.now = datetime(today.year, today.month, today.day, 10, tzinfo=UTC)
    seed(world.runtime.commands, today)
    evaluations = world.read("/v1/evaluations")["items"]
    assert sorted(each["title"] for each in evaluations) == sorted(each.title for each in LOGGED)
    assert Counter(each["status"] for each in evaluations) == {"submitted": 1, "upcoming": 3, "overdue": 1, "due": 1}
    assert [each["status"] for each in world.read("/v1/disseminations")["items"]] == ["delivered", "planned"]
    kept = world.read("/v1/staff/S004/portfolio", person("S004"))["items"]
    assert sorted(each["kind"] for each in kept) == ["activity", "dissemination", "entry"]
    assert {each[0] for each in ENTRIES} == {"S004", "S021"}
    before = world.position()
    seed(world.runtime.commands, today)
    assert world.position() == before
    stores = world.runtime.stores
    assert [found for view in stores.views for found in compare(stores.ledger, stores.engine, view)] == []
    world.close()
