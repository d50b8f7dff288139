"""Where someone worked, and since when they are employed, as HR tells of moves, managers and corrections."""

from datetime import date
from typing import Any

import pytest

from services.reviews.domain.career import change_jobs, spells
from shared.staff import EmploymentFact, Person
from tests.unit.reviews.memory import Log, hear, joins

JOINED, ROSE, LATER = date(2020, 9, 1), date(2024, 1, 8), date(2024, 4, 15)


def after(*moves: dict[str, Any]) -> tuple[Person, list[tuple[str, date]]]:
    """A teacher after messages that they moved: as the service knows them, and the roles that they had, since when."""
    log, jobs = Log(), {}
    log.do(joins)
    for said in moves:
        log.do(hear, "StaffMoved", **said)
    for fact in log.facts:
        if isinstance(fact, EmploymentFact):
            change_jobs(jobs, fact)
    person = log.desk().person("t1").person
    assert person is not None
    return person, [(each.place.role_category, each.first) for each in spells(jobs)]


def test_who_rises_is_employed_since_they_joined():
    person, roles = after({"on": ROSE, "role_category": "leadership"})
    assert (person.current.started_on, person.current.role_category) == (JOINED, "leadership")
    assert person.works_on(JOINED)
    assert roles == [("teacher", JOINED), ("leadership", ROSE)]


@pytest.mark.parametrize("said", [{"line_manager_id": "m2"}, {"working_pattern": "part_time"}], ids=str)
@pytest.mark.parametrize(
    "days", [[LATER], [LATER, date(2024, 5, 1)], [LATER, LATER]], ids=["once", "corrected", "again"]
)
def test_another_manager_or_pattern_leaves_it_as_it_was_where_someone_works_since_when(
    said: dict[str, Any], days: list[date]
):
    person, roles = after({"on": ROSE, "role_category": "leadership"}, *({"on": day} | said for day in days))
    assert person.current.started_on == JOINED
    assert all(getattr(person.current, name) == value for name, value in said.items())
    assert roles == [("teacher", JOINED), ("leadership", ROSE)]


@pytest.mark.parametrize("day", [date(2023, 11, 1), LATER], ids=["earlier", "later"])
def test_the_same_move_told_of_another_day_was_on_that_day(day: date):
    _, roles = after({"on": ROSE, "role_category": "leadership"}, {"on": day, "role_category": "leadership"})
    assert roles == [("teacher", JOINED), ("leadership", day)]


def test_who_is_told_again_to_have_joined_keeps_the_role_they_rose_to():
    log, jobs = Log(), {}
    log.do(joins)
    log.do(hear, "StaffMoved", on=ROSE, role_category="leadership")
    assert not log.do(hear, "StaffJoined", on=JOINED)
    for fact in log.facts:
        if isinstance(fact, EmploymentFact):
            change_jobs(jobs, fact)
    assert [each.first for each in spells(jobs)] == [JOINED, ROSE]
