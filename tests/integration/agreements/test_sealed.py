"""Text about a person stands nowhere in clear: every field is filled with marked words, and every file is searched."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shared.cli import command_line
from tests.integration.agreements import story
from tests.integration.agreements.marked import MARK, Marker, everything_is_said, files_are_imported, poisoned
from tests.integration.agreements.world import AUDITOR, FINANCE, HEAD, HR, PAYROLL, World, person


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("CPD_HOME", str(home))
    world = World(home)
    yield world
    world.close()


def kept(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def holding(home: Path, *words: str) -> list[str]:
    """The files that hold one of the words, as UTF-8 or as UTF-16."""
    forms = {form for word in words for form in (word.encode(), word.encode("utf-16-le"), json.dumps(word).encode())}
    return [path.name for path, content in kept(home).items() if any(form in content for form in forms)]


def whole_answers(world: World, ids: dict[str, str]) -> dict[str, Any]:
    paths = {
        "agreements": "/v1/agreements?limit=200",
        "repayment": f"/v1/repayments/{ids['repayment']}",
        "repayments": "/v1/repayments",
        "resignation": f"/v1/staff/t1/resignations/{ids['resignation']}",
        "liability": "/v1/staff/t1/liability",
        "trust": "/v1/trust/liability",
        "events": "/v1/events?limit=200",
    }
    return {name: world.read(path) for name, path in paths.items()}


def blanked(value: Any) -> Any:
    """A JSON value with what could be text about a person left out."""
    if isinstance(value, str):
        return "…"
    if isinstance(value, dict):
        return {name: blanked(inner) for name, inner in value.items() if name not in ("known_at", "explanation")}
    return [blanked(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def told(world: World, tmp_path: Path) -> tuple[Marker, dict[str, str]]:
    marker = Marker(world)
    ids = everything_is_said(world, marker)
    files_are_imported(world, marker, tmp_path)
    poisoned(world, marker)
    world.catch_up()
    return marker, ids


def test_no_file_holds_what_was_said_about_a_person(world: World, told: tuple[Marker, dict[str, str]]) -> None:
    assert holding(world.home, "AgreementDrafted"), "the search finds what is there in clear"
    assert holding(world.home, MARK) == []
    names = {path.name for path in kept(world.home)}
    assert {"log.sqlite", "views.sqlite", "bus.sqlite", "inbox.sqlite", "keys.sqlite"} <= names


def test_leaver_reasons_stand_nowhere_in_clear(world: World) -> None:
    story.joins(world)
    story.completed(world)
    story.resigned(world, reason="ill_health")
    event = story.hr_event("EmploymentEnded", "t2", on="2025-05-31", reason="mutual_agreement")
    assert world.post("/v1/inbox/hr.staff.v1", [event], HR).status_code == 202
    world.catch_up()
    for reason in ("ill_health", "mutual_agreement"):
        assert holding(world.home, reason) == []
    assert world.read("/v1/staff/t1/resignations")["items"][0]["reason"] == "ill_health"


def test_the_api_shows_it_to_who_may_see_it(world: World, told: tuple[Marker, dict[str, str]]) -> None:
    marker, ids = told
    events = json.dumps(world.read("/v1/events?limit=200", AUDITOR))
    unseen = [text for text in marker.planted if text not in events and not text.endswith("parked")]
    assert unseen == []
    assert f"{MARK} title" in json.dumps(world.read(f"/v1/agreements/{ids['agreement']}", person("t1")))
    assert f"{MARK} dispute" in json.dumps(world.read(f"/v1/repayments/{ids['repayment']}", FINANCE))


def test_the_bus_carries_it_sealed(world: World, told: tuple[Marker, dict[str, str]]) -> None:
    feed = json.dumps(world.read("/v1/feed/cpd.agreements.v1?limit=200", HR))
    assert MARK not in feed
    assert "~sealed~t1~" in feed
    assert MARK not in json.dumps(world.read("/v1/feed/cpd.repayments.v1?limit=200", PAYROLL))


def test_who_was_erased_is_forgotten_and_every_figure_stays(world: World, told: tuple[Marker, dict[str, str]]) -> None:
    _, ids = told
    before = whole_answers(world, ids)
    log = (world.home / "agreements" / "log.sqlite").read_bytes()
    world.runtime.stores.keys.destroy("t1")
    after = whole_answers(world, ids)
    assert blanked(after) == blanked(before)
    assert MARK not in json.dumps(after)
    assert world.read(f"/v1/agreements/{ids['agreement']}")["title"] == "[erased]"
    assert {line["reason"] for line in after["repayment"]["history"]} <= {"[erased]", ""}
    assert (world.home / "agreements" / "log.sqlite").read_bytes() == log
    result = CliRunner().invoke(command_line(), ["replay", "--check", "--service", "agreements"])
    assert (result.exit_code, "differ" in result.output) == (0, False), result.output


def test_what_happens_to_who_was_erased_is_recorded_without_words(
    world: World, told: tuple[Marker, dict[str, str]]
) -> None:
    world.runtime.stores.keys.destroy("t1")
    answer = world.post("/v1/agreements", story.draft(title=MARK), HEAD, key="late")
    assert answer.status_code == 201
    world.catch_up()
    assert holding(world.home, MARK) == []
