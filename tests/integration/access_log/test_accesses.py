"""Who reads another person's records is noted before they are answered: ids alone, once a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from services.agreements.accesses import ACCESSES as FACTS
from shared.access_log.sealing import AccessSealing
from shared.access_log.store import Access, AccessLog, Wanted
from shared.access_log.tables import ACCESSES, INDEXES
from shared.audit.wiring import sealing
from shared.messaging.database import open_database
from shared.projections.history import HistoryFilter
from tests.integration.agreements import story
from tests.integration.agreements.world import AUDITOR, FINANCE, HEAD, HR, NOW, World, person


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    home = tmp_path / "home"
    home.mkdir()
    world = World(home)
    story.joins(world)
    story.joins(world, "t2")
    yield world
    world.close()


def noted(world: World, **wanted: Any) -> list[tuple[str, str, str]]:
    found = world.runtime.stores.accesses.find(Wanted(**wanted))
    return [(each.by, each.what, each.staff_id) for _, each in found]


def test_a_read_of_anothers_record_is_noted_and_ones_own_is_not(world: World) -> None:
    agreement = story.signed(world)
    path, rule = f"/v1/agreements/{agreement}", "GET /v1/agreements/<identifier:agreement_id>"
    world.read(path, person("t1"))
    assert noted(world) == []
    world.read(path, HEAD)
    assert noted(world) == [("head", rule, "t1")]
    assert world.get(path, person("t2")).status_code == 404
    assert len(noted(world)) == 1, "who was told nothing has read nothing"


@pytest.mark.parametrize("what", ["liability", "schedule"])
def test_what_is_worked_out_of_anothers_record_is_noted_though_no_field_names_the_person(
    world: World, what: str
) -> None:
    agreement = story.signed(world)
    world.read(f"/v1/agreements/{agreement}/{what}", person("t1"))
    assert noted(world) == []
    world.read(f"/v1/agreements/{agreement}/{what}", HR)
    assert noted(world) == [("hr_platform", f"GET /v1/agreements/<identifier:agreement_id>/{what}", "t1")]


def test_a_list_is_noted_for_each_person_in_it_once(world: World) -> None:
    for staff_id in ("t1", "t1", "t2"):
        story.drafted(world, staff_id)
    world.read("/v1/agreements", FINANCE)
    assert noted(world) == [("finance", "GET /v1/agreements", each) for each in ("t1", "t2")]
    world.read("/v1/agreements?staff_id=nobody", FINANCE)
    world.read("/v1/trust/liability", FINANCE)
    assert len(noted(world)) == 2, "where nobody's record is shown there is nothing to note"


def test_who_is_given_the_proof_of_an_event_has_read_it(world: World) -> None:
    world.catch_up()
    sealing(world.settings, world.runtime.stores, world.clock).step()
    events = world.runtime.stores.history.positions(HistoryFilter(staff_id="t2"), limit=1)
    world.read(f"/v1/events/{events[0]}/proof", AUDITOR)
    assert noted(world) == [("auditor", "GET /v1/events/<digits:position>/proof", "t2")]


def test_auditors_see_who_read_and_are_seen(world: World) -> None:
    story.drafted(world)
    world.read("/v1/staff/t1/liability", HEAD)
    found = world.read("/v1/access-log?staff_id=t1", AUDITOR)
    (one,) = found["items"]
    assert (one["by"], one["role"], one["staff_id"]) == ("head", "headteacher", "t1")
    assert one["what"] == "GET /v1/staff/<identifier:staff_id>/liability"
    assert noted(world, by="auditor") == [("auditor", "GET /v1/access-log", "t1")]
    assert world.read("/v1/access-log?by=head&recorded_to=2020-01-01T00:00:00Z", AUDITOR)["items"] == []
    assert world.get("/v1/access-log", HR).status_code == 403


def test_auditors_are_told_up_to_which_access_all_is_sealed_and_by_what(world: World) -> None:
    stores = world.runtime.stores
    of_accesses = AccessSealing("agreements", stores.ledger, stores.accesses, FACTS, world.clock)
    story.drafted(world)
    world.read("/v1/staff/t1/liability", HEAD)
    world.read("/v1/staff/t2/liability", HEAD)
    shown = world.read("/v1/access-log", AUDITOR)
    assert (shown["sealed"], shown["next"]) == (None, None)
    world.clock.advance(hours=1)
    assert of_accesses.step() == 1
    world.catch_up()
    shown = world.read("/v1/access-log?limit=1", AUDITOR)
    (event,) = world.read("/v1/events?type=AccessesSealed", AUDITOR)["items"]
    assert event["data"]["last"] == 4
    assert shown["sealed"] == {
        "upto": "4",
        "sealed_at": event["recorded_at"],
        "position": event["position"],
        "checkpoint": None,
    }
    sealing(world.settings, stores, world.clock).step()
    world.clock.advance(minutes=2)
    story.drafted(world)
    sealing(world.settings, stores, world.clock).step()
    sizes = [each["size"] for each in world.read("/v1/checkpoints", AUDITOR)["items"]]
    under = world.read("/v1/access-log", AUDITOR)["sealed"]["checkpoint"]
    assert under == sizes[0] < sizes[-1]
    proof = world.read(f"/v1/events/{event['position']}/proof?size={under}", AUDITOR)
    assert proof["position"] == event["position"]


def test_no_text_about_anyone_is_in_it(world: World) -> None:
    story.drafted(world, title="Quokka title")
    world.read("/v1/agreements", HEAD)
    files = [path.read_bytes() for path in (world.home / "agreements").glob("access.sqlite*")]
    assert any(b"t1" in content for content in files)
    assert not any(b"Quokka" in content for content in files)


def test_where_it_cannot_be_noted_nothing_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = story.signed(world)

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    monkeypatch.setattr(world.runtime.stores.accesses, "note", full)
    world.app.testing = False
    answer = world.get(f"/v1/agreements/{agreement}", HEAD)
    assert answer.status_code >= 500
    assert "National" not in answer.text


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    where: Any = tmp_path / "access.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_database(where)
    yield engine
    engine.dispose()


def test_a_file_from_before_accesses_were_sealed_gives_no_number_twice_from_now_on(tmp_path: Path) -> None:
    log = AccessLog(open_database(tmp_path / "access.sqlite"), days=30)
    with log.engine.connect() as connection:
        before = str(CreateTable(ACCESSES).compile(connection)).replace(" PRIMARY KEY AUTOINCREMENT", " PRIMARY KEY")
        connection.exec_driver_sql(before)
        for index in INDEXES:
            index.create(connection)
    one = Access(at=NOW, by="a", role="finance", what="GET /v1/agreements", staff_id="t1")
    log.note([one, one])
    log.create_tables()
    log.number_beyond(0)
    assert log.find(Wanted()) == [(1, one), (2, one)]
    with log.engine.connect() as connection:
        connection.execute(delete(ACCESSES))
    log.note([one])
    assert log.find(Wanted()) == [(3, one)]


def test_it_is_found_by_person_reader_and_time(engine: Engine) -> None:
    log = AccessLog(engine, days=30)
    for _ in range(2):
        log.create_tables()
    said = {"role": "finance", "what": "GET /v1/agreements"}
    for day, (by, staff_id) in enumerate([("a", "t1"), ("a", "t2"), ("b", "t1")]):
        log.note([Access(at=NOW + timedelta(days=day), by=by, staff_id=staff_id, **said)])
    assert [each.by for _, each in log.find(Wanted(staff_id="t1"))] == ["a", "b"]
    assert [each.staff_id for _, each in log.find(Wanted(by="a"), limit=1)] == ["t1"]
    between = Wanted(from_=NOW + timedelta(days=1), to=NOW + timedelta(days=2))
    assert [each.staff_id for _, each in log.find(between)] == ["t2"]
