"""Everything that can be said about someone is said, and they are erased: files are searched, figures stay."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shared.cli import command_line
from shared.erasure.command import erase_command
from shared.erasure.record import REASONS
from shared.eventstore import keystore
from shared.eventstore.keystore import KeyStore
from shared.messaging.bus import Record
from shared.service import services
from tests.integration.agreements.test_sealed import blanked, holding, kept
from tests.integration.agreements.world import AUDITOR, HEAD, NOW
from tests.integration.erasure.installed import erasable
from tests.integration.subject_access.conftest import HE, HERS, HIS, SHE, Told, everything_told
from tests.integration.subject_access.test_subject_access import others

TEXTS = {"notes", "details"}
SHARED = {f"{HERS} new title", f"{HERS} early title"}
"""What he takes part in bears its title in his own records, under his own key."""
LEARNED = {f"{HERS} passed on title"}
"""So does what he learned from her."""
WHY = "Magpie wrote to us"
JUNK = f"junk with {HERS}".encode()


def figures(answer: Any) -> Any:
    """An answer without what is text, and without what is told of text that was sealed as one."""
    if isinstance(answer, dict):
        return {name: figures(each) for name, each in answer.items() if name not in TEXTS}
    return [figures(each) for each in answer] if isinstance(answer, list) else blanked(answer)


class Before:
    """What was there before she was erased."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.keys = KeyStore(told.worlds["agreements"].runtime.stores.keys.engine)
        self.key = self.keys.kept(SHE)
        self.answers = answers(told)
        self.logs = {name: world.position() for name, world in told.worlds.items()}
        self.rows = {name: rows(world.home / name / "log.sqlite") for name, world in told.worlds.items()}


def rows(log: Path) -> list[tuple[Any, ...]]:
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(log)
    try:
        return connection.execute("SELECT rowid, topic, state FROM stored_events ORDER BY rowid").fetchall()
    finally:
        connection.close()


def answers(told: Told) -> dict[str, Any]:
    paths = {
        "agreements": ("/v1/agreements?limit=200", "/v1/repayments?limit=200", f"/v1/staff/{SHE}/liability"),
        "requests": ("/v1/requests?limit=200", "/v1/needs?limit=200"),
        "reviews": ("/v1/evaluations?limit=200",),
    }
    return {path: told.worlds[name].read(path, HEAD) for name, each in paths.items() for path in each}


@contextmanager
def forgetful() -> Iterator[None]:
    """No process remembers a key, so that nothing has to be waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keystore, "REMEMBERED_SECONDS", 0.0)
        yield


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    with forgetful(), everything_told(tmp_path_factory.mktemp("erased")) as told:
        settings = told.worlds["agreements"].settings
        told.worlds["agreements"].runtime.stores.bus.publish([Record("hr.staff.v1", SHE, JUNK[:4])])
        told.catch_up()
        before = Before(told)
        asked = ["--staff", SHE, "--reason", WHY, "--by", "dpo", "--yes", "--early"]
        command = erase_command(lambda: erasable(settings, services()), lambda: NOW)
        answer = CliRunner().invoke(command, asked)
        assert answer.exit_code == 0, answer.output
        assert answer.output.startswith(f"EARLY: {SHE} ")
        told.catch_up()
        yield before


def test_no_file_holds_what_was_said_of_her_or_her_key(erased: Before) -> None:
    home = erased.told.home
    planted = {text for marker in erased.told.markers[SHE].values() for text in marker.planted}
    about_her = {text for text in planted if not text.endswith("provider")}
    assert len(about_her) > 60
    assert holding(home, f"{HERS} asked provider"), "the search finds with whom training is held: that is about nobody"
    assert holding(home, *about_her) == []
    assert erased.key is not None
    assert [path for path, content in kept(home).items() if erased.key in content] == []
    assert holding(home, WHY) == [], "why she was erased is sealed too"


def test_her_texts_read_as_erased_everywhere_and_his_as_they_were(erased: Before) -> None:
    text = json.dumps(answers(erased.told), ensure_ascii=False)
    assert {each for each in others(text, HERS) if not each.endswith("provider")} == SHARED
    assert "[erased]" in text
    for name, world in erased.told.worlds.items():
        events = json.dumps(world.read("/v1/events?limit=200", AUDITOR), ensure_ascii=False)
        assert {each for each in others(events, HERS) if not each.endswith("provider")} <= SHARED | LEARNED, name
    his = json.dumps(erased.told.given(HE))
    assert [each for each in erased.told.markers[HE]["agreements"].planted if each not in his] == []


def test_every_figure_and_every_row_of_the_logs_stays(erased: Before) -> None:
    after = answers(erased.told)
    for path, before in erased.answers.items():
        for one, other in zip(after[path].get("items", [after[path]]), before.get("items", [before]), strict=True):
            for name in one.keys() - TEXTS:
                assert (name, figures(one[name])) == (name, figures(other[name]))
    for name, world in erased.told.worlds.items():
        now = rows(world.home / name / "log.sqlite")
        assert now[: len(erased.rows[name])] == erased.rows[name]
    for command in (["views", "verify"], ["bus", "verify"], ["audit", "verify"]):
        answer = CliRunner().invoke(command_line(), command)
        assert answer.exit_code == 0, (command, answer.output)


def test_each_log_says_by_whose_authority_and_why(erased: Before) -> None:
    for world in erased.told.worlds.values():
        (event,) = world.read("/v1/events?type=SubjectKeyDestroyed", AUDITOR)["items"]
        assert (event["actor"], event["role"], event["staff_id"]) == ("dpo", "operator", SHE)
        assert event["data"]["because"] == WHY
        assert event["data"]["early"] is True
        assert "employment" in event["data"]["rules"]
    assert erased.keys.stands(REASONS + SHE) == "kept"


def test_what_is_held_on_her_says_so(erased: Before) -> None:
    document = erased.told.given(SHE)
    assert {"key": "destroyed"} in [item["says"] for item in document["items"]]
    assert all(each.endswith("provider") for each in others(json.dumps(document["items"], ensure_ascii=False), HERS))
    assert HIS not in json.dumps([i for i in document["items"] if i["relation"] == "about"], ensure_ascii=False)


def test_again_it_changes_nothing(erased: Before) -> None:
    before = [world.position() for world in erased.told.worlds.values()]
    settings = erased.told.worlds["agreements"].settings
    command = erase_command(lambda: erasable(settings, services()), lambda: NOW)
    answer = CliRunner().invoke(command, ["--staff", SHE, "--reason", "x", "--by", "another", "--yes"])
    assert (answer.exit_code, "by dpo" in answer.output) == (0, True), answer.output
    assert [world.position() for world in erased.told.worlds.values()] == before
