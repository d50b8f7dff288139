"""Fair access by role, working pattern and characteristic: no small group shows, nor follows from all that is shown."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.requests.domain.workforce import GroupCount, Workforce
from services.requests.reports.access import (
    PATTERNS,
    ROLES,
    Tally,
    by_pattern,
    by_role,
    figures,
    tallied,
    together,
    where_employed,
)
from services.requests.reports.characteristics import people_by_characteristic
from shared.figures import Figure
from shared.staff import Employment, Person
from shared.suppression import LEAST_PEOPLE, TOTAL, Cell, with_totals
from tests.unit.shared.test_groupings import worked_out

SCHOOLS = ("100001", "100002", "100003")
DAY, YEAR = date(2025, 6, 30), "2024-25"
someone = st.tuples(
    st.sampled_from(SCHOOLS),
    st.sampled_from(("teacher", "support", None)),
    st.sampled_from(("full_time", "part_time", None)),
    st.sampled_from(("yes", "no", None)),
)
crowds = st.lists(st.tuples(someone, st.integers(1, 25)), min_size=1, max_size=12)
Someone = tuple[str, str | None, str | None, str | None]


def everybody(crowd: Sequence[tuple[Someone, int]]) -> list[Person]:
    found = []
    for (school, role, pattern, _), count in crowd:
        for _ in range(count):
            staff_id = f"t{len(found)}"
            job = Employment(id="e", school_urn=school, started_on=date(2020, 9, 1))
            job.role_category, job.working_pattern = role, pattern  # type: ignore[assignment]
            found.append(Person(staff_id=staff_id, employments=[job]))
    return found


def told_by_hr(crowd: Sequence[tuple[Someone, int]]) -> list[Workforce]:
    """HR counts those of whom it knows; of the others it tells nothing."""
    groups: dict[str, dict[str, int]] = {}
    for (school, _, _, group), count in crowd:
        if group is not None:
            of_school = groups.setdefault(school, {})
            of_school[group] = of_school.get(group, 0) + count
    return [
        Workforce(
            id=school,
            school_urn=school,
            academic_year=YEAR,
            on=DAY,
            counts=[GroupCount(characteristic="disability", group=name, people=n) for name, n in known.items()],
        )
        for school, known in groups.items()
    ]


def published(crowd: Sequence[tuple[Someone, int]]) -> tuple[dict[Cell, int], list[dict[Cell, int]]]:
    """Every head count that anybody is shown, of the trust and of each school; and the tables behind them."""
    places = where_employed(everybody(crowd), DAY)
    roles, patterns = (tallied(cells, [], YEAR) for cells in (by_role(places), by_pattern(places)))
    counted = told_by_hr(crowd)
    shown: dict[Cell, int] = {}
    for school in (None, *SCHOOLS):
        for each in figures(together(roles, patterns, counted), school):
            people = each.numerator if each.name == "people" else each.denominator
            if each.name in ("people", "participation") and people is not None:
                shown[_cell(each, school)] = people
    sizes = {urn: sum(t.people for (s, _), t in roles.items() if s == urn) for urn, _ in roles}
    tables = [_heads(roles), _heads(patterns), *people_by_characteristic(counted, sizes)]
    return shown, tables


def _heads(tallies: dict[Cell, Tally]) -> dict[Cell, int]:
    return {cell: tally.people for cell, tally in tallies.items()}


def _cell(figure: Figure, school: str | None) -> Cell:
    if figure.group.startswith("school "):
        return figure.group.removeprefix("school "), TOTAL
    return school or TOTAL, TOTAL if figure.group == "all" else figure.group


@settings(max_examples=250, deadline=None)
@given(crowds)
def test_no_small_group_is_shown_or_worked_out_by_adding_and_subtracting(crowd: list[tuple[Someone, int]]):
    shown, tables = published(crowd)
    sizes = {cell: count for table in tables for cell, count in with_totals(table).items() if count}
    assert shown.items() <= sizes.items()
    assert all(count >= LEAST_PEOPLE for count in shown.values())
    unknown = frozenset(cell for cell in sizes if cell not in shown)
    assert {cell for cell in worked_out(tables, unknown) if sizes[cell] < LEAST_PEOPLE} == set()


def test_groups_of_ten_are_shown_by_role_by_pattern_and_by_characteristic():
    crowd = [(("100001", role, pattern, group), 10) for role, pattern, group in ROUND]
    shown, _ = published(crowd)
    assert shown[("100001", "teacher")] == 20
    assert shown[("100001", "working_pattern part_time")] == 20
    assert shown[(TOTAL, "disability yes")] == 20
    assert set(ROLES).isdisjoint(PATTERNS)


ROUND = (
    ("teacher", "full_time", "yes"),
    ("teacher", "part_time", "no"),
    ("support", "full_time", "no"),
    ("support", "part_time", "yes"),
)


def test_what_hr_tells_of_one_group_only_does_not_tell_of_the_others():
    crowd: list[tuple[Someone, int]] = [
        (("100001", "teacher", "full_time", "yes"), 12),
        (("100001", "teacher", "full_time", None), 4),
    ]
    shown, _ = published(crowd)
    assert shown[("100001", TOTAL)] == 16
    assert ("100001", "disability yes") not in shown, "sixteen less twelve are four"
