"""A person is given all that is held on them, and of no other person; and the log says that they were."""

import fnmatch
import json
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from typing import Any

import pytest

from shared.messaging.bus import Record
from shared.subject_access.record import AccessAnswered, stream_of_answers
from tests.integration.agreements.world import HEAD, person
from tests.integration.subject_access import text_fields
from tests.integration.subject_access.conftest import HE, HERS, HIS, SHE, Told
from tests.integration.subject_access.tellings import ABOUT_NOBODY, TELLINGS


@pytest.mark.parametrize("service", TELLINGS)
def test_every_field_that_takes_text_about_a_person_was_told(told: Told, service: str) -> None:
    world = told.worlds[service]
    calls = text_fields.of_calls(world.http.get("/openapi.json").json)
    inbound = import_module(f"services.{service}.inbound").INBOUND
    messages = set().union(*(text_fields.of_messages(each) for each in inbound.values()))
    assert all(fnmatch.filter(calls, pattern) for pattern in ABOUT_NOBODY[service])
    planted = told.markers[SHE][service].fields
    wanted = calls.difference(*(fnmatch.filter(calls, pattern) for pattern in ABOUT_NOBODY[service]))
    assert [field for field in sorted(wanted) if not fnmatch.filter(planted, field)] == []
    assert {each.rpartition(" ")[2] for each in messages} <= {each.rpartition(" ")[2] for each in planted}


def test_every_installed_service_is_told_of(told: Told) -> None:
    assert set(told.worlds) == set(TELLINGS) == set(told.given(SHE)["services"])


@pytest.mark.parametrize(("who", "other", "others_mark"), [(SHE, HE, HIS), (HE, SHE, HERS)])
def test_all_that_was_said_of_a_person_is_given_and_nothing_of_another(
    told: Told, who: str, other: str, others_mark: str
) -> None:
    document = told.given(who)
    text = json.dumps(document, ensure_ascii=False)
    planted = [each for marker in told.markers[who].values() for each in marker.planted]
    assert len(planted) > 60
    assert [each for each in planted if each not in text] == []
    activities = ("asked", "early", "declined", "withdrawn")
    shared = [f"{others_mark} {name} {what}" for name in activities for what in ("title", "provider")]
    shared += [f"{others_mark} {what}" for what in ("new title", "new provider", "passed on title")]
    assert others(text, others_mark) == set(shared), "what they take part in together, and with whom it is held"
    named = {(item["relation"], field) for item in document["items"] for field in naming(other, item["says"])}
    assert named <= {("about", "actor"), ("about", "colleague_id")}, "from whom they learned"


def naming(other: str, value: Any, field: str = "") -> Iterator[str]:
    """The fields in which a person is named."""
    if value == other:
        yield field
    for name, each in value.items() if isinstance(value, dict) else ():
        yield from [name] if name == other else naming(other, each, name)
    for each in value if isinstance(value, list) else ():
        yield from naming(other, each, field)


def others(text: str, mark: str) -> set[str]:
    return {f"{mark}{part.partition(chr(34))[0]}" for part in text.split(mark)[1:]}


def test_every_item_says_where_it_lies_and_since_when_and_what_was_left_out(told: Told) -> None:
    document = told.given(SHE)
    found = {(item["service"], item["store"]) for item in document["items"]}
    stores = {("requests", "log"), ("requests", "view"), ("requests", "receipt"), ("agreements", "dead letter")}
    assert stores | {("bus", "message"), ("keys", "key")} <= found
    views = {item["what"] for item in document["items"] if item["service"] == "reviews" and item["store"] == "view"}
    assert {"activities", "entries", "disseminations", "impact", "people", "history"} <= views
    for item in document["items"]:
        assert item["place"]
        assert item["at"] or not (item["store"] in ("log", "dead letter") or "known_from" in item["says"])
        assert item["at"] or item["store"] != "message" or item["what"].startswith(("hr.", "payroll."))
        if "[another person" in json.dumps(item["says"]):
            assert all(each["field"] and each["why"] for each in item["withheld"])
            assert item["withheld"]
    assert all(store in document["stores"] for _, store in found)


def test_a_dead_letter_is_given_from_where_it_waits_and_from_the_bus(told: Told) -> None:
    items = [item for item in told.given(SHE)["items"] if f"{HERS} parked" in json.dumps(item["says"])]
    assert {(item["service"], item["store"], item["relation"]) for item in items} >= {
        ("agreements", "dead letter", "about"),
        ("bus", "message", "about"),
    }
    assert "cpd.DeadLetter.v1" in {item["what"] for item in items}


def test_who_read_of_a_person_is_told_and_of_others_only_that_one_read(told: Told) -> None:
    told.worlds["agreements"].read(f"/v1/staff/{SHE}/liability", HEAD)
    told.worlds["agreements"].read(f"/v1/staff/{HE}/liability")
    items = [item for item in told.given(SHE, "--also", "auditor")["items"] if item["store"] == "access"]
    assert {item["relation"] for item in items} >= {"about"}
    assert HE not in {item["says"].get("staff_id") for item in items}


def test_another_participant_is_left_out_with_the_reason_and_who_decided_stays(told: Told) -> None:
    items = told.given(SHE)["items"]
    (approved,) = [each for each in items if each["what"] == "RequestApproved" and each["relation"] == "about"][-1:]
    assert approved["says"]["actor"] == "head"
    assert "[another person's record]" in approved["says"]["shares"]
    assert {"field": "shares", "why": "it is about another person"} in approved["withheld"]
    together = [each for each in items if each["relation"] == "takes_part" and each["store"] == "log"]
    assert {each["says"].get("staff_id") for each in together} == {None, "[another person]"}, "asked for, or drafted"
    assert {each["says"].get("benefit") for each in together} <= {None, "[text about another person]"}


def test_of_others_records_a_manager_is_told_where_they_name_them(told: Told) -> None:
    items = told.given("manager")["items"]
    assert {json.dumps(item["says"]) for item in items if item["store"] == "log"} == {
        json.dumps({"you_are_named_in": ["line_manager_id"]})
    }
    assert SHE not in json.dumps([item["says"] for item in items])


def test_who_acts_under_another_name_is_found_by_it(told: Told) -> None:
    without = told.run("nobody", "x.json")
    assert (without.exit_code, "nothing is held on nobody" in without.output) == (1, True)
    by_name = told.given("nobody", "--also", "finance")
    assert {item["relation"] for item in by_name["items"]} >= {"acted"}
    assert HERS not in json.dumps(by_name, ensure_ascii=False)


def test_nothing_is_written_or_stated_where_nothing_is_held_or_the_file_is_there(told: Told) -> None:
    before = [world.position() for world in told.worlds.values()]
    assert told.run("stranger").exit_code == 1
    (told.home.parent / "mine.json").write_text("mine")
    again = told.run(SHE, "mine.json")
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert (told.home.parent / "mine.json").read_text() == "mine"
    assert not (told.home.parent / "out.json").exists()
    assert [world.position() for world in told.worlds.values()] == before


def test_each_log_says_who_was_given_what_is_held_on_them_by_whom_and_why(told: Told) -> None:
    answer = told.run(HE, "his.json", "--by", "op7", "--reason", f"{HIS} wrote to us")
    file = told.home.parent / "his.json"
    assert (answer.exit_code, file.stat().st_mode & 0o777) == (0, 0o600)
    document = json.loads(file.read_bytes())
    for name, world in told.worlds.items():
        ledger = world.runtime.stores.ledger
        fact: Any = list(ledger.events.get(stream_of_answers(HE)))[-1]
        assert isinstance(fact, AccessAnswered)
        assert (fact.actor, fact.role, fact.reason) == ("op7", "operator", f"{HIS} wrote to us")
        assert fact.document_sha256 == sha256(file.read_bytes()).hexdigest()
        assert fact.items == sum(item["service"] == name for item in document["items"])
        log = (told.home / name / "log.sqlite").read_bytes()
        assert f"{HIS} wrote to us".encode() not in log
    assert f"{HIS} wrote to us" in json.dumps(told.given(HE)), "which is itself held on them from then on"


def test_bytes_that_are_no_message_are_given_under_the_persons_key_only(told: Told) -> None:
    bus = told.worlds["agreements"].runtime.stores.bus
    bus.publish([Record("hr.staff.v1", SHE, b"junk with Numbat"), Record("hr.staff.v1", "x", b"junk of t1 Bilby")])
    told.catch_up()
    items = [item for item in told.given(SHE)["items"] if item["what"] == "bytes that are no message"]
    assert {item["store"] for item in items} == {"message", "dead letter"}
    assert {item["says"]["text"] for item in items} == {"junk with Numbat", "[another person's record]"}


def test_a_page_to_be_printed_shows_text_as_text(told: Told) -> None:
    body = {
        "school_urn": "136419",
        "staff_id": SHE,
        "source": "appraisal",
        "rank": 1,
        "title": "<script>alert(1)</script>",
    }
    told.worlds["requests"].done("/v1/needs", body, person(SHE))
    answer = told.run(SHE, "page.html")
    page = (told.home.parent / "page.html").read_text()
    assert answer.exit_code == 0
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert f"{HERS} title" in page


def test_text_of_someone_erased_is_shown_as_erased(told: Told) -> None:
    told.worlds["requests"].runtime.stores.keys.destroy(HE)
    document = told.given(HE)
    kept = others(json.dumps(document["items"]), HIS)
    assert all(text.endswith("provider") for text in kept), (
        "with whom training is held is about no person, and not sealed"
    )
    assert {"key": "destroyed"} in [item["says"] for item in document["items"]]
    assert "[erased]" in {item["says"].get("title") for item in document["items"] if isinstance(item["says"], dict)}
