"""What holds of every call: asked twice it happens once; versions, positions, past instants, unknown fields, seals."""

import json
from typing import Any

import pytest

from shared.eventstore.sealing import MARK
from tests.integration.agreements.world import ADMIN, AUDITOR, HEAD, HR, SCHOOL
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld

PORTFOLIO = "/v1/staff/t1/portfolio"
ENTRY = {"title": "First aid", "activity_type": "course", "on": "2025-05-01", "reflection": "A secret."}


def test_asked_twice_with_one_key_it_is_logged_once(world: ReviewsWorld) -> None:
    first, second = (world.post("/v1/activities", story.activity(), story.THEM, key="k1") for _ in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert len(world.read("/v1/activities")["items"]) == 1
    other = world.post("/v1/activities", story.activity(hours=3), story.THEM, key="k1")
    assert other.status_code == 422


def test_a_version_that_was_overtaken_is_refused(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    path = f"/v1/evaluations/{evaluation}"
    version = world.get(f"/v1/activities/{evaluation.removesuffix('-e1')}", story.THEM).headers["ETag"]
    done = world.post(f"{path}/submission", story.answer(), story.THEM, If_Match=version)
    assert done.status_code == 200
    late = world.post(f"{path}/submission", story.answer("use", use=1), story.THEM, If_Match=version)
    assert late.status_code == 412
    assert done.headers["ETag"] != version


def test_what_was_written_is_read_at_its_position(world: ReviewsWorld) -> None:
    answer = world.post("/v1/activities", story.activity(), story.THEM)
    position = answer.headers["Cpd-Position"]
    assert position == str(world.position())
    assert world.get(f"/v1/evaluations?min_position={position}", story.THEM).json["items"]
    world.worker_runs = False
    ahead = world.get(f"/v1/evaluations?min_position={world.position() + 1}", story.THEM)
    assert (ahead.status_code, "Retry-After" in ahead.headers) == (503, True)


def test_what_was_known_at_an_instant_stays_readable(world: ReviewsWorld) -> None:
    evaluation = story.evaluation(world)
    then = world.clock.now.isoformat().replace("+00:00", "Z")
    world.clock.advance(minutes=5)
    world.done(f"/v1/evaluations/{evaluation}/submission", story.answer(), story.THEM)
    assert world.read(f"/v1/evaluations/{evaluation}?known_at={then}")["status"] == "due"
    assert world.read(f"/v1/evaluations/{evaluation}")["status"] == "upcoming"
    before = world.read(f"/v1/evaluations?known_at={then}")["items"]
    assert [each["status"] for each in before] == ["due"]


@pytest.mark.parametrize(
    ("method", "path", "body", "caller"),
    [
        ("POST", "/v1/activities", story.activity(mood="good"), story.THEM),
        ("POST", PORTFOLIO, ENTRY | {"mood": "good"}, story.THEM),
        ("PUT", f"/v1/schools/{SCHOOL}/settings", {"mood": "good"}, ADMIN),
        ("GET", "/v1/evaluations?mood=good", None, HEAD),
    ],
)
def test_what_is_unknown_is_refused_by_name(
    world: ReviewsWorld, method: str, path: str, body: Any, caller: Any
) -> None:
    send = {"GET": lambda: world.get(path, caller), "PUT": lambda: world.put(path, body, caller)}
    answer = send.get(method, lambda: world.post(path, body, caller))()
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"mood"}
    assert answer.content_type == "application/problem+json"


def test_a_settings_round_trip_gives_back_what_was_put(world: ReviewsWorld) -> None:
    put = {
        "name": "Ashgrove",
        "dissemination_types": ["course", "research"],
        "dissemination_from_pence": 10000,
        "dissemination_days": 20,
    }
    assert world.put(f"/v1/schools/{SCHOOL}/settings", put, ADMIN).json == put | {"school_urn": SCHOOL}
    assert world.read(f"/v1/schools/{SCHOOL}/settings", ADMIN) == put | {"school_urn": SCHOOL}
    twice = {"dissemination_types": ["course", "course"]}
    assert world.put(f"/v1/schools/{SCHOOL}/settings", twice, ADMIN).status_code == 422


def test_text_about_a_person_stands_nowhere_in_clear_and_goes_with_their_key(world: ReviewsWorld) -> None:
    story.submitted(world)
    world.done(PORTFOLIO, ENTRY, story.THEM)
    world.catch_up()
    kept = {path.name: path.read_bytes() for path in world.home.rglob("*") if path.is_file()}
    for text in (story.answer()["reflection"], "A secret.", "Reading group", "First aid"):
        assert [name for name, content in kept.items() if text.encode() in content] == []
    feed = json.dumps(world.read("/v1/feed/cpd.reviews.v1?limit=200", HR))
    assert MARK in feed
    assert "A secret." not in feed
    world.runtime.stores.keys.destroy("t1")
    (evaluation,) = world.read("/v1/evaluations", AUDITOR)["items"]
    assert (evaluation["title"], evaluation["stages"][0]["reaction"]) == ("[erased]", 3)
    entry = world.read(PORTFOLIO, story.THEM)["items"][-1]
    assert (entry["title"], entry["reflection"], entry["on"]) == ("[erased]", "[erased]", "2025-05-01")


def test_the_document_says_what_is_served(world: ReviewsWorld) -> None:
    document = world.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    shape = document["components"]["schemas"]["EvaluationShape"]
    (item,) = [story.evaluation(world)]
    assert set(world.read(f"/v1/evaluations/{item}")) == set(shape["properties"])
