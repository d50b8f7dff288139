"""Who may read is judged by what holds now: an instant before opens nothing that is closed since."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import HR, World, person, who
from tests.integration.requests import story as asking
from tests.integration.requests.world import RequestsWorld
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld

MANAGER, NEXT = who("line_manager", staff_id="manager"), who("line_manager", staff_id="next")
PORTFOLIO = "/v1/staff/t1/portfolio"
ENTRY = {"title": "First aid", "activity_type": "course", "on": "2025-05-01", "reflection": "I can act."}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ReviewsWorld]:
    world = ReviewsWorld(tmp_path)
    asking.joins(world)
    yield world
    world.close()


def a_minute_later(world: World) -> str:
    """The instant of what was told so far, for a query."""
    then = world.clock.now.isoformat()
    world.clock.advance(minutes=1)
    return f"known_at={quote(then)}"


def test_a_reflection_that_is_shared_no_more_is_not_read_as_known_before(world: ReviewsWorld) -> None:
    evaluation = story.submitted(world)
    one = f"/v1/evaluations/{evaluation}"
    world.done(f"{one}/sharing", {"shared": True}, story.THEM)
    then = a_minute_later(world)
    assert _reflections(world.read(f"{one}?{then}", MANAGER)) == ["I ask more questions now."]
    world.done(f"{one}/sharing", {"shared": False}, story.THEM)
    for path in (f"{one}?{then}", f"/v1/evaluations?{then}"):
        answer = world.read(path, MANAGER)
        assert _reflections(answer.get("items", [answer])[0]) == []
    assert _reflections(world.read(f"{one}?{then}", story.THEM)) == ["I ask more questions now."]
    (item,) = world.read(f"{PORTFOLIO}?{then}", MANAGER)["items"]
    assert [said["reflection"] for said in item["said"]] == [None]


def test_what_was_not_shared_then_is_not_read_as_known_then(world: ReviewsWorld) -> None:
    """A first thought stays its author's, although the second one is shared."""
    evaluation = story.submitted(world)
    then = a_minute_later(world)
    one = f"/v1/evaluations/{evaluation}"
    world.done(f"{one}/submission", story.answer(reflection="Otherwise", reason="Second thoughts"), story.THEM)
    world.done(f"{one}/sharing", {"shared": True}, story.THEM)
    assert _reflections(world.read(one, MANAGER)) == ["Otherwise"]
    assert _reflections(world.read(f"{one}?{then}", MANAGER)) == []


def test_an_entry_that_is_shared_no_more_or_taken_out_is_not_there_as_known_before(world: ReviewsWorld) -> None:
    kept, taken_out = (world.done(PORTFOLIO, ENTRY | {"shared": True}, story.THEM)["id"] for _ in range(2))
    then = a_minute_later(world)
    world.done(f"{PORTFOLIO}/{kept}/sharing", {"shared": False}, story.THEM)
    world.done(f"{PORTFOLIO}/{taken_out}/withdrawal", {}, story.THEM)
    assert world.read(f"{PORTFOLIO}?{then}", MANAGER)["items"] == []
    assert len(world.read(f"{PORTFOLIO}?{then}", story.THEM)["items"]) == 2


def test_who_managed_someone_reads_no_more_and_who_does_reads_what_was(world: ReviewsWorld) -> None:
    world.done(PORTFOLIO, ENTRY | {"shared": True}, story.THEM)
    then = a_minute_later(world)
    moved = hr_event("StaffMoved", "t1", on="2025-06-02", line_manager_id="next")
    assert world.post("/v1/inbox/hr.staff.v1", [moved], HR).status_code == 202
    world.catch_up()
    assert world.get(f"{PORTFOLIO}?{then}", MANAGER).status_code == 404
    assert len(world.read(f"{PORTFOLIO}?{then}", NEXT)["items"]) == 1


def test_who_was_taken_out_of_a_request_reads_it_no_more(tmp_path: Path) -> None:
    world = RequestsWorld(tmp_path)
    for staff_id in ("t1", "t2"):
        asking.joins(world, staff_id)
    priority = asking.priority(world)
    request = asking.asked(world, priority_id=priority, participants=["t1", "t2"])
    then = a_minute_later(world)
    one, whole = f"/v1/requests/{request}", asking.body(priority, participants=["t1"])
    whole = {name: value for name, value in whole.items() if name not in ("staff_id", "school_urn")}
    assert world.read(f"{one}?{then}", person("t2"))["participants"] == ["t2"]
    assert world.put(one, whole, person("t1")).status_code == 200
    assert world.get(f"{one}?{then}", person("t2")).status_code == 404
    assert world.read(f"/v1/requests?{then}", person("t2"))["items"] == []
    world.close()


def _reflections(evaluation: Any) -> list[str]:
    return [stage["reflection"] for stage in evaluation["stages"] if stage["reflection"]]
