"""Who may do what where: the whole table of roles, endpoint by endpoint and role by role."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.web.roles import Role
from tests.integration import matrix
from tests.integration.agreements.world import OTHER_SCHOOL, SCHOOL, Who, person, who
from tests.integration.matrix import Row, named, served, tabled
from tests.integration.requests.story import joins
from tests.integration.reviews import story
from tests.integration.reviews.table import ENTRY, PLAN, TABLE, A, D, E, P, R, filled
from tests.integration.reviews.world import ReviewsWorld

LISTS = (A, E, R, f"{E}/due", D, "/v1/owed-disseminations", "/v1/events", "/v1/checkpoints")
"""They answer with as much as is within reach; what is beyond is left out, not refused."""
BOUND = [
    row
    for row in TABLE
    if not (row[0] == "GET" and row[1] in LISTS) and not row[1].startswith(("/v1/inbox/", "/v1/feed/", "/v1/checkp"))
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewsWorld]:
    """One world for the whole table, with somebody who has a record of every kind."""
    world = ReviewsWorld(Path(tmp_path_factory.mktemp("house")))
    joins(world)
    yield world
    world.close()


@pytest.fixture(scope="module")
def ids(house: ReviewsWorld) -> dict[str, str]:
    logged = story.logged(house)
    kept = story.logged(house)["id"]
    return {
        "activity": logged["id"],
        "evaluation": logged["evaluation_id"],
        "dissemination": house.done(D, PLAN | {"activity_id": kept}, story.THEM)["id"],
        "entry": house.done(P, ENTRY, story.THEM)["id"],
        "annual_review": _review(house),
    }


def _review(house: ReviewsWorld) -> str:
    house.catch_up()
    opened = {"school_urn": SCHOOL, "academic_year": "2023-24"}
    id_: str = house.done(R, opened, who("quality_assurance", staff_id="q1"))["id"]
    return id_


def status(world: ReviewsWorld, row: Row, ids: dict[str, str], caller: Who) -> int:
    method, path, roles, body = row
    if (method, path) == ("POST", D):
        body = PLAN | {"activity_id": ids["activity"]}
    return matrix.status(world, (method, path, roles, body), filled(path, **ids), caller)


def a(role: Role | str) -> Who:
    """A caller of one role; the line manager is the teacher's."""
    people = {"staff": story.THEM, "line_manager": who("line_manager", staff_id="manager")}
    return people.get(str(role), who(str(role)))


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(house: ReviewsWorld) -> None:
    assert served(house) == tabled((method, path.replace("/t1/", "/{staff}/"), *rest) for method, path, *rest in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_without_a_token_nothing_is_answered(house: ReviewsWorld, ids: dict[str, str], row: Row) -> None:
    method, path, *_ = row
    assert house.http.open(filled(path, **ids), method=method).status_code == 401


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_the_roles_of_the_row_are_let_in_and_no_other(house: ReviewsWorld, ids: dict[str, str], row: Row) -> None:
    for role in Role:
        caller = a(role) if role is not Role.LINE_MANAGER or "line_manager" in row[2] else who("line_manager")
        found = status(house, row, ids, caller)
        assert (found == 403) is (role not in row[2]), (role, found)
        assert found != 401, role


@pytest.mark.parametrize("row", BOUND, ids=named)
def test_what_is_another_schools_is_not_there(house: ReviewsWorld, ids: dict[str, str], row: Row) -> None:
    for role in sorted(row[2] - {"staff", "line_manager"}):
        assert status(house, row, ids, who(role).at(OTHER_SCHOOL)) == 404, role


@pytest.mark.parametrize("row", [row for row in BOUND if "staff" in row[2]], ids=named)
def test_what_is_another_persons_is_not_there_for_staff(house: ReviewsWorld, ids: dict[str, str], row: Row) -> None:
    for caller in (person("t2"), who("staff")):
        assert status(house, row, ids, caller) == 404


@pytest.mark.parametrize("row", [row for row in BOUND if "line_manager" in row[2]], ids=named)
def test_what_is_of_anothers_reports_is_not_there_for_a_manager(
    house: ReviewsWorld, ids: dict[str, str], row: Row
) -> None:
    for caller in (who("line_manager", staff_id="another"), who("line_manager")):
        assert status(house, row, ids, caller) == 404


@pytest.mark.parametrize("path", [path for path in LISTS if path not in ("/v1/checkpoints", R)])
def test_lists_leave_out_what_is_beyond_reach(house: ReviewsWorld, ids: dict[str, str], path: str) -> None:
    beyond = [who("headteacher").at(OTHER_SCHOOL), who("headteacher").at(), person("t2")]
    if path != "/v1/events":
        beyond.append(who("line_manager", staff_id="another"))
    for caller in beyond:
        assert house.read(path, caller)["items"] == []
    assert house.read(path, story.THEM)["items"]


def test_reviews_of_other_schools_are_left_out_of_the_list(house: ReviewsWorld, ids: dict[str, str]) -> None:
    assert house.read(R, who("governor").at(OTHER_SCHOOL))["items"] == []
    assert house.read(R, who("governor").at(SCHOOL))["items"]
