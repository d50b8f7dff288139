"""Working patterns from HR's messages, and groups by characteristic in totals only: taken in, shown, kept apart."""

from typing import Any

import pytest

from tests.integration.agreements.world import AUDITOR, HEAD, HR, SCHOOL
from tests.integration.requests import story
from tests.integration.requests.table import WORKFORCE
from tests.integration.requests.world import GOVERNOR, RequestsWorld

COUNTS = f"/v1/schools/{SCHOOL}/workforce/{story.YEAR}"
ACCESS = f"/v1/statistics/access?school_urn={SCHOOL}&academic_year={story.YEAR}"


def group(name: str, people: int, participants: int | None = None, of: str = "disability") -> dict[str, Any]:
    told = {"characteristic": of, "group": name, "people": people}
    return told if participants is None else told | {"participants": participants}


def by_group(world: RequestsWorld, name: str) -> dict[str, Any]:
    return {each["group"]: each for each in world.read(ACCESS, GOVERNOR)["figures"] if each["name"] == name}


def put(world: RequestsWorld, *counts: dict[str, Any]) -> Any:
    return world.put(COUNTS, {"on": "2025-06-01", "counts": list(counts)}, HR)


@pytest.fixture
def school(world: RequestsWorld) -> RequestsWorld:
    """The teacher of every story, of whom HR does not say how they work, and twenty-nine others."""
    patterns = {f"t{number}": "part_time" if number < 15 else "full_time" for number in range(2, 31)}
    story.all_join(world, {staff_id: {"working_pattern": pattern} for staff_id, pattern in patterns.items()})
    return world


def test_a_working_pattern_is_a_group_of_its_own_and_a_small_one_is_hidden(school: RequestsWorld) -> None:
    story.approved(school, staff_id="t2", cost_lines=[{"category": "fee", "amount_pence": 3000}])
    school.clock.advance(days=31)
    found = by_group(school, "participation")
    assert {name for name, each in found.items() if each["suppressed"]} == {
        "working_pattern unknown",
        "working_pattern part_time",
    }
    assert (found["working_pattern full_time"]["denominator"], found["all"]["denominator"]) == (16, 30)


def test_a_move_keeps_what_it_does_not_say(school: RequestsWorld) -> None:
    story.joins(school, "t1", working_pattern="full_time")
    story.joins(school, "t1", role_category="leadership")
    person = school.runtime.commands.person("t1")
    assert (person.current.role_category, person.current.working_pattern) == ("leadership", "full_time")


def test_totals_by_characteristic_come_back_and_the_same_again_change_nothing(world: RequestsWorld) -> None:
    assert world.get(COUNTS, HR).status_code == 404
    answer = world.put(COUNTS, WORKFORCE, HR)
    assert answer.status_code == 200, answer.text
    assert world.read(COUNTS, HR) == answer.json
    given = [each | {"participants": each.get("participants")} for each in WORKFORCE["counts"]]
    assert answer.json == {"school_urn": SCHOOL, "academic_year": story.YEAR, "on": "2025-06-01", "counts": given}
    before = world.position()
    assert world.put(COUNTS, WORKFORCE, HR).json == answer.json
    assert world.position() == before


def test_they_are_figures_of_frozen_cuts_with_small_groups_hidden(school: RequestsWorld) -> None:
    put(school, group("yes", 12, 3), group("no", 18, 9), group("a", 4, 4, "religion"), group("b", 26, 1, "religion"))
    school.clock.advance(days=31)
    people, participation = by_group(school, "people"), by_group(school, "participation")
    assert people["disability yes"]["value"] == 12
    assert participation["disability yes"]["value"] == 0.25
    assert people["religion a"]["suppressed"]
    assert people["religion b"]["value"] is None
    put(school, group("yes", 15), group("no", 15))
    assert by_group(school, "people")["disability yes"]["value"] == 12, "frozen at the month's end"
    school.clock.advance(days=31)
    assert by_group(school, "people")["disability yes"]["value"] == 15
    assert "disability yes" not in by_group(school, "participation"), "nobody says who took part"


def test_what_small_groups_there_are_is_told_to_the_auditor_and_to_who_counted_them(world: RequestsWorld) -> None:
    put(world, group("yes", 1, 1), group("no", 29, 3))
    history = f"/v1/events?school_urn={SCHOOL}&type=WorkforceCounted"
    assert [each["data"] for each in world.read(history, HEAD)["items"]] == [{}]
    for reader in (AUDITOR, HR):
        assert world.read(history, reader)["items"][0]["data"]["counts"][1]["people"] == 1
    assert "WorkforceCounted" not in str(world.read("/v1/feed/cpd.requests.v1?limit=200", HR))
    assert world.get(COUNTS, HEAD).status_code == 403


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        ([group("yes", 3, 4)], "counts"),
        ([group("yes", 3), group("yes", 4)], "counts"),
        ([group("yes", -1)], "counts.0.people"),
        ([group("Yes!", 1)], "counts.0.group"),
        ([group("yes", 1, of="shoe_size")], "counts.0.characteristic"),
        ([group("yes", 1) | {"staff_ids": ["t1"]}], "counts.0.staff_ids"),
    ],
)
def test_what_is_no_total_is_refused_by_field(world: RequestsWorld, counts: list[dict[str, Any]], field: str) -> None:
    before = world.position()
    answer = put(world, *counts)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.position() == before
