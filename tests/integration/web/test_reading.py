"""Freshness, versions and pages of reads."""

import time
from typing import Any

import pytest

from shared.web import reads
from tests.integration.web.conftest import World


def get(world: World, path: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.client.get(path, headers=world.bearer("headteacher") | named)


def test_a_read_says_how_far_its_view_is(world: World) -> None:
    world.lend()
    assert get(world, "/v1/totals").headers["Cpd-Position"] == "1"


def test_a_read_waits_for_the_position_it_is_asked_for_and_then_gives_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PATIENCE_SECONDS", 0.05)
    world.lend()
    world.lag = 1
    answer = get(world, "/v1/totals?min_position=1")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    world.lag = 0
    assert get(world, "/v1/totals?min_position=1").status_code == 200


def test_the_wait_is_two_seconds(world: World) -> None:
    world.lend()
    world.lag, began = 1, time.monotonic()
    assert get(world, "/v1/totals?min_position=1").status_code == 503
    assert 2 <= time.monotonic() - began < 10


def test_a_read_that_asks_for_nothing_waits_a_moment_and_answers_with_what_there_is(world: World) -> None:
    world.lend()
    world.lag, began = 1, time.monotonic()
    answer = get(world, "/v1/totals")
    assert answer.status_code == 200
    assert answer.headers["Cpd-Position"] == "0"
    assert reads.OWN_WRITES_SECONDS <= time.monotonic() - began < reads.PATIENCE_SECONDS


def test_who_has_the_version_already_is_told_so(world: World) -> None:
    loan = world.lend().json["loan_id"]
    first = get(world, f"/v1/loans/{loan}")
    assert first.headers["ETag"] == '"1"'
    again = get(world, f"/v1/loans/{loan}", If_None_Match='"1"')
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == '"1"'
    assert again.headers["Cpd-Position"] == "1"
    assert get(world, f"/v1/loans/{loan}", If_None_Match='"2"').status_code == 200


def test_a_list_that_is_as_it_was_is_not_sent_again(world: World) -> None:
    world.lend()
    tag = get(world, "/v1/loans").headers["ETag"]
    assert get(world, "/v1/loans", If_None_Match=tag).status_code == 304
    world.lend()
    assert get(world, "/v1/loans", If_None_Match=tag).status_code == 200


def test_pages_give_every_item_once_in_order(world: World) -> None:
    lent = sorted(world.lend().json["loan_id"] for _ in range(7))
    seen: list[str] = []
    path = "/v1/loans?limit=3"
    while path:
        page = get(world, path).json
        seen += [item["loan_id"] for item in page["items"]]
        assert len(page["items"]) <= 3
        path = f"/v1/loans?limit=3&cursor={page['next']}" if page["next"] else ""
    assert seen == lent


def test_a_page_is_fifty_unless_asked_otherwise(world: World) -> None:
    for _ in range(51):
        world.lend()
    page = get(world, "/v1/loans").json
    assert len(page["items"]) == 50
    assert page["next"]


def test_a_cursor_that_was_tampered_with_is_422(world: World) -> None:
    for _ in range(2):
        world.lend()
    cursor = get(world, "/v1/loans?limit=1").json["next"]
    swapped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for wrong in (swapped, cursor[1:], cursor + "x", "é"):
        answer = get(world, f"/v1/loans?cursor={wrong}")
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"])


def test_a_head_is_a_get_without_its_body(world: World) -> None:
    answer = world.client.head("/v1/loans", headers=world.bearer("auditor"))
    assert (answer.status_code, answer.data) == (200, b"")
