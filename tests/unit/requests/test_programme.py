"""The annual programme: planned, adopted, revised, closed; a request takes up an item, or is marked as emergent."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.requests.domain import asking, delivering, judging, planning
from services.requests.domain.need import NeedStream
from services.requests.domain.planning import ItemIsTakenUp, NothingPlanned, Planned, ProgrammeIsClosed
from services.requests.domain.programme import Programme
from services.requests.domain.request import Request
from shared.errors import FieldRefused, NotThere
from tests.unit.requests.memory import IDS, SCORES, TODAY, URN, YEAR, Log, allocate, asking_for, joins, request_id

NEED = str(uuid5(IDS, "need"))


def item(title: str, **changes: Any) -> Planned:
    return Planned(**{"title": title, "starts_on": TODAY, "ends_on": TODAY, "estimated_pence": 500} | changes)


PHONICS, INSET = item("Phonics", need_id=NEED), item("INSET: behaviour")


def registers(desk: Any) -> None:
    need = desk._work.load(NeedStream, UUID(NEED))
    need.identify(school_urn=URN, title="Phonics", source="monitoring", rank=1)


def house(*items: Planned) -> Log:
    """A school with a need and an adopted programme, where there are items."""
    log = Log()
    for staff_id in ("t1", "t2"):
        log.do(joins, staff_id)
    log.do(allocate, 100_000)
    log.do(registers)
    if items:
        log.do(planning.plan, URN, YEAR, items=items)
        log.do(planning.adopt, URN, YEAR)
    return log


def programme(log: Log) -> Programme:
    state = log.desk().programme(URN, YEAR).state
    assert state is not None
    return state


def id_of(log: Log, title: str) -> str:
    return next(each.id for each in programme(log).items if each.title == title)


def status(log: Log, title: str) -> str:
    return next(programme(log).item_status(each) for each in programme(log).items if each.title == title)


def asked(log: Log, number: int = 1, **changes: Any) -> Request:
    log.do(asking.ask, request_id(number), staff_id="t1", **asking_for(500, **changes), role="staff")
    return log.desk().request(request_id(number))


def approve(log: Log, number: int = 1) -> None:
    log.do(judging.assess, request_id(number), scores=SCORES)
    log.do(judging.approve, request_id(number), funding="full")


def test_a_request_that_takes_up_an_item_is_planned_and_one_off_it_is_emergent():
    log = house(PHONICS, INSET)
    planned = asked(log, 1, programme_item_id=id_of(log, "INSET: behaviour"))
    assert (planned.emergent, status(log, "INSET: behaviour")) == (False, "requested")
    assert asked(log, 2).emergent


def test_a_request_for_a_need_takes_up_the_item_planned_for_it_and_one_for_the_item_its_need():
    log = house(PHONICS, INSET)
    by_need = asked(log, 1, need_id=NEED)
    assert (by_need.programme_item_id, by_need.emergent) == (id_of(log, "Phonics"), False)
    by_item = asked(log, 2, programme_item_id=id_of(log, "Phonics"))
    assert by_item.need_id == NEED
    assert programme(log).requests == {id_of(log, "Phonics"): [request_id(1), request_id(2)]}


def test_a_need_that_the_programme_leaves_out_is_emergent_and_without_a_programme_it_is_what_is_planned():
    assert asked(house(INSET), 1, need_id=NEED).emergent
    assert not asked(house(), 1, need_id=NEED).emergent
    assert asked(house(), 1).emergent


def test_whether_it_was_emergent_stays_as_it_was_when_it_was_asked_for():
    log = house()
    asked(log, 1, need_id=NEED)
    log.do(planning.plan, URN, YEAR, items=[INSET])
    log.do(planning.adopt, URN, YEAR)
    assert not log.desk().request(request_id(1)).emergent
    whole = {name: value for name, value in asking_for(500, need_id=NEED).items() if name != "school_urn"}
    assert log.do(asking.change, request_id(1), **whole) == [], "the same again changes nothing"


@pytest.mark.parametrize("ends", ["withdrawn", "declined"])
def test_what_came_to_nothing_is_planned_again(ends: str):
    log = house(PHONICS)
    asked(log, 1, need_id=NEED)
    log.do(asking.withdraw if ends == "withdrawn" else judging.decline, request_id(1))
    assert status(log, "Phonics") == "planned"


def test_what_was_planned_and_not_done_is_listed_when_the_year_is_closed():
    log = house(PHONICS, INSET)
    asked(log, 1, need_id=NEED)
    approve(log)
    log.do(delivering.complete, request_id(1), completed_on=TODAY)
    asked(log, 2, programme_item_id=id_of(log, "INSET: behaviour"))
    (closed,) = log.do(planning.close, URN, YEAR, because="The year is over")
    assert closed.not_done == [id_of(log, "INSET: behaviour")]
    assert (status(log, "Phonics"), status(log, "INSET: behaviour")) == ("done", "not_done")
    assert log.do(planning.close, URN, YEAR) == []
    with pytest.raises(FieldRefused):
        asked(log, 3, programme_item_id=id_of(log, "INSET: behaviour"))
    with pytest.raises(ProgrammeIsClosed):
        log.do(planning.plan, URN, YEAR, items=[INSET])


def test_a_revision_gives_its_reason_keeps_items_by_title_or_id_and_what_is_taken_up():
    log = house(PHONICS, INSET)
    phonics, inset = id_of(log, "Phonics"), id_of(log, "INSET: behaviour")
    assert log.do(planning.plan, URN, YEAR, items=[PHONICS, INSET]) == []
    renamed = item("INSET: calm corridors", id=inset)
    with pytest.raises(FieldRefused) as refused:
        log.do(planning.plan, URN, YEAR, items=[PHONICS, renamed])
    assert list(refused.value.errors) == ["reason"]
    log.do(planning.plan, URN, YEAR, items=[PHONICS, renamed], because="The inspector came")
    assert [each.id for each in programme(log).items] == [phonics, inset]
    asked(log, 1, programme_item_id=inset)
    with pytest.raises(ItemIsTakenUp):
        log.do(planning.plan, URN, YEAR, items=[PHONICS], because="Too dear")
    log.do(planning.plan, URN, YEAR, items=[renamed], because="Too dear")
    assert programme(log).planned_pence == 500


def test_nothing_is_adopted_that_was_not_planned():
    log = house()
    with pytest.raises(NotThere):
        log.do(planning.adopt, URN, YEAR)
    log.do(planning.plan, URN, YEAR, items=[])
    with pytest.raises(NothingPlanned):
        log.do(planning.adopt, URN, YEAR)


@pytest.mark.parametrize(
    "items",
    [
        [item("A", starts_on=date(2025, 9, 1), ends_on=date(2025, 9, 1))],
        [item("A", need_id="x")],
        [item("A", priority_id=NEED)],
        [item("A", id="x")],
        [item("A"), item("A")],
        [item("A", need_id=NEED), item("B", need_id=NEED)],
    ],
    ids=["another year", "no need", "no priority", "no item", "twice", "one need twice"],
)
def test_an_item_that_is_not_sound_is_refused(items: list[Planned]):
    log = house()
    with pytest.raises(FieldRefused) as refused:
        log.do(planning.plan, URN, YEAR, items=items)
    assert list(refused.value.errors) == ["items"]
    with pytest.raises(FieldRefused):
        log.do(planning.plan, URN, YEAR, items=[item("A", ends_on=date(2025, 6, 1))])


def test_a_change_of_year_leaves_the_item_behind():
    log = house(INSET)
    inset = id_of(log, "INSET: behaviour")
    asked(log, 1, programme_item_id=inset)
    next_year = {"starts_on": date(2025, 9, 8), "ends_on": date(2025, 9, 8)}
    whole = {name: value for name, value in asking_for(500, **next_year).items() if name != "school_urn"}
    log.do(asking.change, request_id(1), **whole)
    assert status(log, "INSET: behaviour") == "planned"
