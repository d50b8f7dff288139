"""Who may do what where: the whole table of roles, endpoint by endpoint and role by role."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.web.roles import Role
from tests.integration import matrix
from tests.integration.agreements.world import HEAD, HR, OTHER_SCHOOL, SCHOOL, Who, person, who
from tests.integration.matrix import Row, named, served, tabled
from tests.integration.requests import story
from tests.integration.requests.table import MINUTE, NEED, PLACES, PROGRAMME, TABLE, WORKFORCE, filled
from tests.integration.requests.world import GOVERNOR, RequestsWorld

FOR_EVERYONE = (
    "/v1/requests",
    "/v1/priorities",
    "/v1/needs",
    "/v1/minutes",
    "/v1/programmes",
    "/v1/service-agreements",
    "/v1/ratings",
    "/v1/events",
    "/v1/checkpoints",
)
"""Lists answer with as much as is within reach; what is beyond is left out, not refused."""
OPEN_TO_STAFF = ("/v1/priorities", "/v1/programmes", "/v1/service-agreements")
"""What is about nobody is for all of a school's staff to read."""
OF_A_SCHOOL = [
    row
    for row in TABLE
    if not (row[0] == "GET" and row[1] in FOR_EVERYONE)
    and not row[1].startswith(("/v1/inbox/", "/v1/feed/"))
    and not row[1].endswith("/arrangements")
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RequestsWorld]:
    """One world for the whole table, with somebody who has a record of every kind."""
    world = RequestsWorld(Path(tmp_path_factory.mktemp("house")))
    story.joins(world)
    yield world
    world.close()


@pytest.fixture(scope="module")
def ids(house: RequestsWorld) -> dict[str, str]:
    """A request over the governing body's limit, so that the governing body reads it too."""
    dear = [{"category": "fee", "amount_pence": 600000}]
    story.allocated(house, budget=f"/v1/budgets/{SCHOOL}/2024-25")
    assert house.put(f"/v1/programmes/{SCHOOL}/{story.YEAR}", PROGRAMME, HEAD).status_code == 200
    assert house.put(f"/v1/schools/{SCHOOL}/workforce/{story.YEAR}", WORKFORCE, HR).status_code == 200
    return {
        "minute": house.done("/v1/minutes", MINUTE, HEAD)["id"],
        "service_agreement": house.done("/v1/service-agreements", PLACES, HEAD)["id"],
        "request": story.asked(house, cost_lines=dear),
        "priority": story.priority(house),
        "need": house.done("/v1/needs", NEED, person(story.TEACHER))["id"],
    }


def status(world: RequestsWorld, row: Row, ids: dict[str, str], caller: Who) -> int:
    return matrix.status(world, row, filled(row[1], **ids), caller)


def a(role: Role | str) -> Who:
    """A caller of one role; the line manager is the teacher's."""
    return {"staff": person(story.TEACHER), "line_manager": who("line_manager", staff_id="manager")}.get(
        str(role), who(str(role))
    )


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(house: RequestsWorld) -> None:
    assert served(house) == tabled(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_without_a_token_nothing_is_answered(house: RequestsWorld, ids: dict[str, str], row: Row) -> None:
    method, path, *_ = row
    assert house.http.open(filled(path, **ids), method=method).status_code == 401


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_the_roles_of_the_row_are_let_in_and_no_other(house: RequestsWorld, ids: dict[str, str], row: Row) -> None:
    for role in Role:
        caller = a(role) if role is not Role.LINE_MANAGER or "line_manager" in row[2] else who("line_manager")
        found = status(house, row, ids, caller)
        if role in row[2]:
            assert found != 401, role
            assert found != 403 or row[1].endswith(("/approval", "/decline", "/deferral")), role
        else:
            assert found == 403, role


@pytest.mark.parametrize("row", OF_A_SCHOOL, ids=named)
def test_what_is_another_schools_is_not_there(house: RequestsWorld, ids: dict[str, str], row: Row) -> None:
    for role in sorted(row[2] - {"staff", "line_manager"}):
        assert status(house, row, ids, who(role).at(OTHER_SCHOOL)) == 404, role


@pytest.mark.parametrize(
    "row",
    [row for row in OF_A_SCHOOL if "staff" in row[2] and not row[1].startswith(OPEN_TO_STAFF)],
    ids=named,
)
def test_what_is_another_persons_is_not_there_for_staff(house: RequestsWorld, ids: dict[str, str], row: Row) -> None:
    for caller in (person("t2"), who("staff")):
        assert status(house, row, ids, caller) == 404


@pytest.mark.parametrize("path", ["/v1/requests", "/v1/needs", "/v1/events"])
def test_lists_leave_out_what_is_beyond_reach(house: RequestsWorld, ids: dict[str, str], path: str) -> None:
    for caller in (who("headteacher").at(OTHER_SCHOOL), who("headteacher").at(), person("t2")):
        assert house.get(path, caller).status_code in (200, 403)
        assert house.get(path, caller).json.get("items", []) == []
    assert house.read(path, person(story.TEACHER))["items"]


def test_a_line_manager_reads_the_requests_of_their_reports_and_no_other(
    house: RequestsWorld, ids: dict[str, str]
) -> None:
    manager, other = who("line_manager", staff_id="manager"), who("line_manager", staff_id="other")
    assert ids["request"] in [each["id"] for each in house.read("/v1/requests", manager)["items"]]
    assert house.read("/v1/requests", other)["items"] == []
    assert house.get(f"/v1/requests/{ids['request']}", other).status_code == 404


def test_every_member_of_staff_reads_what_is_about_nobody_at_their_school(
    house: RequestsWorld, ids: dict[str, str]
) -> None:
    priority, bought = f"/v1/priorities/{ids['priority']}", f"/v1/service-agreements/{ids['service_agreement']}"
    for path in (priority, bought, f"/v1/programmes/{SCHOOL}/{story.YEAR}"):
        assert house.get(path, person("t2").at(SCHOOL)).status_code == 200
        assert house.get(path, person("t2").at(OTHER_SCHOOL)).status_code == 404
        assert house.get(path, who("staff")).status_code == 404, "a member of staff is a person"


def test_the_governing_body_reads_what_it_has_to_decide(house: RequestsWorld) -> None:
    small, dear = (story.asked(house, cost_lines=[{"category": "fee", "amount_pence": p}]) for p in (500000, 500001))
    found = [each["id"] for each in house.read("/v1/requests?limit=200", GOVERNOR)["items"]]
    assert (dear in found, small in found) == (True, False)
    assert house.get(f"/v1/requests/{small}", GOVERNOR).status_code == 404
    assert house.get(f"/v1/requests/{dear}", GOVERNOR.at(SCHOOL)).status_code == 200


def test_pages_of_those_who_see_a_part_follow_one_another(house: RequestsWorld, ids: dict[str, str]) -> None:
    me = person(story.TEACHER)
    every = [each["id"] for each in house.read("/v1/requests?limit=200", me)["items"]]
    seen, cursor = [], ""
    while cursor is not None:
        page = house.read(f"/v1/requests?limit=1{cursor and f'&cursor={cursor}'}", me)
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert seen == every
