"""Fair access, budgets and priorities as governors and heads read them: small groups hidden, and as at a day."""

import csv
import io
from typing import Any

import pytest

from tests.integration.agreements.world import AUDITOR, EXECUTIVE, FINANCE, HEAD, OTHER_SCHOOL, SCHOOL, who
from tests.integration.requests import story
from tests.integration.requests.world import GOVERNOR, RequestsWorld

ACCESS = f"/v1/statistics/access?school_urn={SCHOOL}&academic_year={story.YEAR}"
PEOPLE = {"teacher": 14, "teaching_assistant": 11, "support": 4, "governor": 10}


@pytest.fixture
def school(world: RequestsWorld) -> RequestsWorld:
    """A school of some size, of which three teachers take part in something; the month then ends."""
    people = {f"{role}-{number}": {"role_category": role} for role, count in PEOPLE.items() for number in range(count)}
    story.all_join(world, people)
    story.approved(
        world,
        staff_id="teacher-0",
        participants=["teacher-0", "teacher-1", "governor-0"],
        cost_lines=[{"category": "fee", "amount_pence": 3000}],
    )
    story.asked(world, staff_id="teacher-2")
    world.clock.advance(days=31)
    return world


def by_group(document: Any, name: str) -> dict[str, Any]:
    return {each["group"]: each for each in document["figures"] if each["name"] == name}


def test_each_group_of_ten_or_more_has_its_figures(school: RequestsWorld) -> None:
    found = school.read(ACCESS, GOVERNOR)
    assert found["cut"] == "2025-06"
    participation = by_group(found, "participation")
    # t1, whom every story has, is a teacher too.
    assert (participation["teacher"]["numerator"], participation["teacher"]["denominator"]) == (2, 15)
    assert (participation["all"]["numerator"], participation["all"]["denominator"]) == (3, 40)
    assert by_group(found, "spend_pence")["teacher"]["numerator"] == 2000
    assert by_group(found, "requests")["teacher"]["numerator"] == 2
    assert by_group(found, "approvals")["teacher"]["value"] == 1.0
    assert all(each["definition"] for each in found["figures"])


def test_a_small_group_and_the_next_smallest_are_hidden_and_listed(school: RequestsWorld) -> None:
    participation = by_group(school.read(ACCESS, HEAD), "participation")
    hidden = {group for group, each in participation.items() if each["suppressed"]}
    assert hidden == {"support", "governor"}
    assert {
        (each["numerator"], each["denominator"], each["value"])
        for group, each in participation.items()
        if group in hidden
    } == {(None, None, None)}


def test_figures_of_a_month_stay_as_they_were(school: RequestsWorld) -> None:
    before = school.read(ACCESS, HEAD)
    story.approved(school, staff_id="teacher-3", cost_lines=[{"category": "fee", "amount_pence": 100}])
    assert school.read(ACCESS, HEAD) == before
    school.clock.advance(days=31)
    assert by_group(school.read(ACCESS, HEAD), "participation")["teacher"]["numerator"] == 3
    assert school.read(f"{ACCESS}&cut=2025-06", HEAD) == before


@pytest.mark.parametrize("cut", ["2025-07", "2030-01", "2025-13", "june"])
def test_a_cut_is_a_month_that_has_ended(school: RequestsWorld, cut: str) -> None:
    answer = school.get(f"{ACCESS}&cut={cut}", HEAD)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["cut"])


def test_an_instant_between_cuts_is_the_auditors_alone(school: RequestsWorld) -> None:
    between = f"{ACCESS}&known_at=2025-06-10T00:00:00Z"
    assert school.get(between, HEAD).status_code == 403
    assert school.get(between, AUDITOR).status_code == 200


def test_the_trusts_figures_are_for_who_reaches_all_of_it(school: RequestsWorld) -> None:
    whole = f"/v1/statistics/access?academic_year={story.YEAR}"
    assert f"school {SCHOOL}" in by_group(school.read(whole, EXECUTIVE), "requests")
    answer = school.get(whole, HEAD.at(SCHOOL))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["school_urn"])
    assert school.get(ACCESS, HEAD.at(OTHER_SCHOOL)).status_code == 404


def test_who_takes_part_in_nothing_is_named_for_those_who_plan(school: RequestsWorld) -> None:
    path = f"/v1/statistics/without-participation?school_urn={SCHOOL}&academic_year={story.YEAR}"
    found = school.read(path, HEAD)["staff_ids"]
    assert ("teacher-0" in found, "governor-0" in found, "teacher-2" in found) == (False, False, True)
    assert len(found) == 40 - 3
    assert school.get(path, GOVERNOR).status_code == 403


def test_priorities_show_what_is_done_for_them_and_which_have_nothing(world: RequestsWorld) -> None:
    story.joins(world, "t2")
    one, none = story.priority(world), story.priority(world, title="=Maths")
    granted = story.approved(world, priority_id=one, participants=["t1", "t2"])
    cost = {"category": "fee", "amount_pence": 50000, "on": "2025-06-01", "reference": "INV 1"}
    world.done(f"/v1/requests/{granted}/costs", cost, FINANCE)
    story.asked(world, priority_id=one)
    rows = {row[1]: row for row in world.read(f"/v1/reports/priorities?school_urn={SCHOOL}", GOVERNOR)["rows"]}
    assert rows["Writing across the curriculum"][3:] == [2, 1, 240000, 50000, 2]
    assert rows["=Maths"][3:] == [0, 0, 0, 0, 0]
    assert none


def test_a_budget_report_is_as_at_the_end_of_a_day(world: RequestsWorld) -> None:
    story.allocated(world, 1000)
    world.clock.advance(days=1)
    story.allocated(world, 2000)
    path = f"/v1/reports/budget?school_urn={SCHOOL}"
    assert world.read(path, FINANCE)["rows"] == [[SCHOOL, story.YEAR, 2000, 0, 0, 2000]]
    assert world.read(f"{path}&on=2025-06-02", FINANCE)["rows"] == [[SCHOOL, story.YEAR, 1000, 0, 0, 1000]]
    assert world.read(f"{path}&on=2025-06-01", FINANCE)["rows"] == []


def test_a_report_is_a_file_or_a_page_as_well(world: RequestsWorld) -> None:
    story.priority(world, title="=HYPERLINK(1)")
    story.priority(world, title="<script>alert(1)</script>")
    path = f"/v1/reports/priorities?school_urn={SCHOOL}"
    answer = world.get(f"{path}&format=csv", who("slt"))
    assert answer.content_type == "text/csv; charset=utf-8"
    header, first, _ = list(csv.reader(io.StringIO(answer.text)))
    assert header[:3] == ["plan_year", "title", "status"]
    assert first[1] == "'=HYPERLINK(1)"
    page = world.get(f"{path}&format=html", who("slt"))
    assert page.content_type == "text/html; charset=utf-8"
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
    printed = world.get(f"{path}&format=pdf", who("slt"))
    assert (printed.content_type, printed.data[:5]) == ("application/pdf", b"%PDF-")
    assert printed.data == world.get(f"{path}&format=pdf", who("slt")).data
    assert world.get(f"{path}&format=docx", who("slt")).status_code == 422
