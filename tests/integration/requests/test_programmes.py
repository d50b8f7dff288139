"""The annual programme over HTTP: planned, adopted, taken up, revised, closed."""

from typing import Any

import pytest

from tests.integration.agreements.world import HEAD, SCHOOL, person
from tests.integration.requests import story
from tests.integration.requests.table import ITEM, NEED, PROGRAMME
from tests.integration.requests.world import GOVERNOR, LEADER, RequestsWorld

ONE = f"/v1/programmes/{SCHOOL}/{story.YEAR}"
ME = person(story.TEACHER)


def planned(world: RequestsWorld, *items: dict[str, Any], **more: Any) -> Any:
    return world.put(ONE, {"items": list(items)} | more, LEADER)


def test_what_is_planned_comes_back_and_the_same_again_changes_nothing(world: RequestsWorld) -> None:
    assert world.get(ONE, ME).status_code == 404
    answer = planned(world, ITEM)
    assert answer.status_code == 200, answer.text
    seen = world.read(ONE, ME)
    assert seen == answer.json
    assert (seen["status"], seen["planned_pence"], seen["not_done"]) == ("drafted", 90000, [])
    (item,) = seen["items"]
    assert {name: item[name] for name in ITEM} == ITEM
    assert (item["status"], item["request_ids"]) == ("planned", [])
    before = world.position()
    assert planned(world, ITEM).json == seen
    assert world.position() == before
    assert world.read(f"/v1/programmes?academic_year={story.YEAR}", GOVERNOR)["items"] == [seen]
    assert world.read("/v1/programmes?status=adopted", GOVERNOR)["items"] == []


def test_a_request_takes_up_an_item_and_one_off_the_programme_is_emergent(world: RequestsWorld) -> None:
    need = world.done("/v1/needs", NEED, HEAD)["id"]
    items = planned(world, ITEM, ITEM | {"title": "Phonics", "need_id": need}).json["items"]
    assert world.done(f"{ONE}/adoption", {}, HEAD)["status"] == "adopted"
    taken = story.asked(world, programme_item_id=items[0]["id"])
    by_need, off = story.asked(world, need_id=need), story.asked(world)
    seen = {id_: world.read(f"/v1/requests/{id_}") for id_ in (taken, by_need, off)}
    told = [(each["planned"], each["emergent"]) for each in seen.values()]
    assert told == [(True, False), (True, False), (False, True)]
    assert seen[by_need]["programme_item_id"] == items[1]["id"]
    assert [each["status"] for each in world.read(ONE, ME)["items"]] == ["requested", "requested"]
    closed = world.done(f"{ONE}/closure", story.REASON, HEAD)
    assert closed["not_done"] == [each["id"] for each in items]
    assert {each["status"] for each in closed["items"]} == {"not_done"}


def test_a_revision_of_what_is_adopted_says_why_and_keeps_what_is_taken_up(world: RequestsWorld) -> None:
    (item,) = planned(world, ITEM).json["items"]
    world.done(f"{ONE}/adoption", {}, HEAD)
    answer = planned(world, ITEM | {"estimated_pence": 1})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])
    assert planned(world, ITEM | {"estimated_pence": 1}, reason=PROGRAMME["reason"]).json["planned_pence"] == 1
    story.asked(world, programme_item_id=item["id"])
    assert planned(world, reason="Too dear").status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": "2025-08-31"}, "items"),
        ({"ends_on": "2025-08-31"}, "ends_on"),
        ({"need_id": "nothing"}, "items"),
        ({"estimated_pence": -1}, "items.0.estimated_pence"),
        ({"title": " "}, "items.0.title"),
        ({"surprise": 1}, "items.0.surprise"),
    ],
)
def test_a_bad_item_is_refused_by_field(world: RequestsWorld, changes: dict[str, Any], field: str) -> None:
    before = world.position()
    answer = planned(world, ITEM | changes)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.position() == before


def test_an_item_that_is_not_there_is_not_asked_for(world: RequestsWorld) -> None:
    body = story.body(story.priority(world), programme_item_id="nothing")
    answer = world.post("/v1/requests", body, ME)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["programme_item_id"])
