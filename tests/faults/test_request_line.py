"""From submission to a drafted agreement, or its withdrawal, broken off at every step: one request, one agreement."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from services.agreements.service import SERVICE as AGREEMENTS
from services.requests.service import SERVICE as REQUESTS
from tests.faults.houses import Fuse, Houses, Killed, standing
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import ADMIN, FINANCE, HEAD, HR, SCHOOL, person
from tests.integration.requests import story
from tests.integration.requests.world import Trust
from tests.processes import eventually

PROCESSES = ("web requests", "worker requests", "worker agreements", "web agreements")
STEPS = ("request", "assessment", "approval", "back")


def line(trust: Trust, priority_id: str) -> None:
    """The whole line, as callers who send again what was not answered: the same keys, the same effect."""
    requests, me = trust.requests, person(story.TEACHER)
    body = story.body(priority_id)
    asked = requests.post("/v1/requests", body, me, key="ask")
    assert asked.status_code == 201, asked.text
    one = f"/v1/requests/{asked.json['id']}"
    assert requests.post(f"{one}/assessment", story.scores(), HEAD, key="assess").status_code == 200
    assert requests.post(f"{one}/approval", story.APPROVAL, HEAD, key="approve").status_code == 200
    trust.catch_up()


def line_and_withdrawal(trust: Trust, priority_id: str) -> None:
    """Likewise, and the request is withdrawn before anybody has followed its approval."""
    requests, me = trust.requests, person(story.TEACHER)
    asked = requests.post("/v1/requests", story.body(priority_id), me, key="ask").json
    one = f"/v1/requests/{asked['id']}"
    requests.post(f"{one}/assessment", story.scores(), HEAD, key="assess")
    requests.post(f"{one}/approval", story.APPROVAL, HEAD, key="approve")
    assert requests.post(f"{one}/withdrawal", story.REASON, me, key="withdraw").status_code == 200
    trust.catch_up()


def broken_off(folder: Path, line: Callable[[Trust, str], None]) -> Iterator[Trust]:
    """The house after a line that was broken off at each write in turn, and begun again."""
    with closing(Trust(begun := folder / "begun")) as trust:
        story.joins(trust.requests)
        priority_id = story.priority(trust.requests)
        story.allocated(trust.requests)
        trust.catch_up()
    breaks = 0
    for length in range(1, 200):
        trust = Trust(home := copytree(begun, folder / str(length)))
        fuse = Fuse(length)
        fuse.lay(trust.requests)
        fuse.lay(trust.agreements)
        try:
            line(trust, priority_id)
        except Killed:
            breaks += 1
            trust.close()
            trust = Trust(home)
            line(trust, priority_id)
        yield trust
        trust.close()
        if fuse.left > 0:
            break
    assert fuse.left > 0, "the line is longer than was tried"
    assert breaks > 20


@pytest.mark.slow
def test_broken_off_at_each_write_in_turn_the_line_ends_in_one_agreement(tmp_path: Path) -> None:
    for trust in broken_off(tmp_path, line):
        (agreement,) = trust.agreements.read("/v1/agreements", HR)["items"]
        (request,) = trust.requests.read("/v1/requests")["items"]
        assert (agreement["request_id"], request["status"]) == (request["id"], "approved")
        assert [held["agreement_id"] for held in request["agreements"]] == [agreement["id"]]
        assert story.figures(trust.requests) == (500000, 240000, 0, 260000)


@pytest.mark.slow
def test_broken_off_at_each_write_in_turn_a_withdrawal_leaves_nothing_to_sign(tmp_path: Path) -> None:
    for trust in broken_off(tmp_path, line_and_withdrawal):
        found = trust.agreements.read("/v1/agreements", HR)["items"]
        assert [agreement["status"] for agreement in found] == ["cancelled"]
        (request,) = trust.requests.read("/v1/requests")["items"]
        assert (request["status"], [held["status"] for held in request["agreements"]]) == ("withdrawn", ["cancelled"])
        assert story.figures(trust.requests) == (500000, 0, 0, 500000)


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    with standing(tmp_path_factory.mktemp("home"), (REQUESTS, AGREEMENTS)) as houses:
        yield houses


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_with_each_process_killed_at_each_step_there_is_one_agreement(houses: Houses) -> None:
    houses.call(1, "PUT", f"/v1/schools/{SCHOOL}/settings", ADMIN, {"name": "Ashgrove"})
    year = "2030-31"
    houses.call(1, "PUT", f"/v1/budgets/{SCHOOL}/{year}", FINANCE, {"allocated_pence": 50_000_000})
    plan = {"school_urn": SCHOOL, "plan_year": year, "title": "Writing"}
    priority_id = houses.call(1, "POST", "/v1/priorities", HEAD, plan, key="priority")["id"]
    expected = {}
    for number, (process, step) in enumerate((process, step) for process in PROCESSES for step in STEPS):
        staff_id = f"killed-{number}"
        joined = hr_event("StaffJoined", staff_id)
        houses.call(1, "POST", "/v1/inbox/hr.staff.v1", HR, [joined], key=f"join-{number}")
        me = person(staff_id)
        eventually(lambda me=me: houses.call(1, "GET", "/v1/events?type=EmploymentStated", me)["items"])
        days = {"starts_on": "2030-10-01", "ends_on": "2030-12-01"}
        body = story.body(priority_id, staff_id, **days)
        expected[staff_id] = asked = ""
        acts = (("request", me, body), ("assessment", HEAD, story.scores()), ("approval", HEAD, story.APPROVAL))
        for name, by, said in acts:
            path = f"/v1/requests/{asked}/{name}" if asked else "/v1/requests"
            if name == step:
                houses.kill(process)
            answer = houses.call(1, "POST", path, by, said, key=f"{name}-{number}")
            expected[staff_id] = asked = answer["id"]
            if name == step:
                houses.kill(process)
        if step == "back":
            houses.kill(process)

    def all_are_told_of() -> bool:
        found = houses.call(1, "GET", "/v1/requests?limit=200", HEAD)["items"]
        return len(found) == len(expected) and all(len(each["agreements"]) == 1 for each in found)

    eventually(all_are_told_of)

    def agreed() -> list[tuple[str, str]]:
        found = houses.call(2, "GET", "/v1/agreements?limit=200", HR)["items"]
        return sorted((each["staff_id"], each["request_id"]) for each in found)

    def committed_pence() -> int:
        return int(houses.call(1, "GET", f"/v1/budgets/{SCHOOL}/{year}", FINANCE)["committed_pence"])

    eventually(lambda: agreed() == sorted(expected.items()))
    eventually(lambda: committed_pence() == 240_000 * len(expected))
