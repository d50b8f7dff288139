"""Who may do what where: the whole table of roles, endpoint by endpoint and role by role."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from shared.web.roles import Role
from tests.integration import matrix
from tests.integration.agreements import story
from tests.integration.agreements.table import TABLE, filled
from tests.integration.agreements.world import (
    AUDITOR,
    EXECUTIVE,
    HEAD,
    HR,
    OTHER_SCHOOL,
    PAYROLL,
    Who,
    World,
    person,
    who,
)
from tests.integration.matrix import Row, named, served, tabled

DECIDERS = ("headteacher", "trust_executive")
FOR_EVERYONE = ("/v1/agreements", "/v1/repayments", "/v1/events", "/v1/checkpoints", "/v1/trust/liability")
"""Reads that answer with as much as is within reach; what is beyond is left out, not refused."""
OF_A_SCHOOL = [
    row for row in TABLE if row[1] not in FOR_EVERYONE and not row[1].startswith(("/v1/inbox/", "/v1/feed/"))
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for the whole table, with somebody who has a record of every kind."""
    world = World(Path(tmp_path_factory.mktemp("house")))
    story.taken(world)
    yield world
    world.close()


@pytest.fixture(scope="module")
def ids(house: World) -> dict[str, str]:
    repayment = house.read("/v1/repayments")["items"][0]
    return {
        "repayment": repayment["id"],
        "agreement": repayment["agreement_id"],
        "resignation": repayment["resignation_id"],
    }


def status(world: World, row: Row, ids: dict[str, str], caller: Who) -> int:
    return matrix.status(world, row, filled(row[1], **ids), caller)


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(house: World) -> None:
    assert served(house) == tabled(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_without_a_token_nothing_is_answered(house: World, ids: dict[str, str], row: Row) -> None:
    method, path, *_ = row
    assert house.http.open(filled(path, **ids), method=method).status_code == 401


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_the_roles_of_the_row_are_let_in_and_no_other(house: World, ids: dict[str, str], row: Row) -> None:
    for role in Role:
        caller = person(story.TEACHER) if role is Role.STAFF else who(role)
        found = status(house, row, ids, caller)
        if role in row[2]:
            assert found not in (401, 403) or _topic_of_another(row, role), role
        else:
            assert found == 403, role


@pytest.mark.parametrize("row", OF_A_SCHOOL, ids=named)
def test_what_is_another_schools_is_not_there(house: World, ids: dict[str, str], row: Row) -> None:
    for role in sorted(row[2] - {"staff"}):
        assert status(house, row, ids, who(role).at(OTHER_SCHOOL)) == 404, role


@pytest.mark.parametrize("row", [row for row in TABLE if "staff" in row[2]], ids=named)
def test_what_is_another_persons_is_not_there_for_staff(house: World, ids: dict[str, str], row: Row) -> None:
    for caller in (person("t2"), who("staff")):
        if row[1] in FOR_EVERYONE:
            assert house.read(filled(row[1], **ids), caller)["items"] == []
        else:
            assert status(house, row, ids, caller) == 404


@pytest.mark.parametrize("path", ["/v1/agreements", "/v1/repayments", "/v1/events"])
def test_lists_leave_out_what_is_beyond_reach(house: World, path: str) -> None:
    for caller in (who("headteacher").at(OTHER_SCHOOL), who("headteacher").at()):
        assert house.read(path, caller)["items"] == []
    assert house.read(path, who("headteacher"))["items"]
    assert house.read(path, person(story.TEACHER))["items"]


def test_a_topic_is_put_in_and_taken_out_by_its_own_systems(house: World) -> None:
    deductions = [story.payroll_event("DeductionTaken", "00000000-0000-0000-0000-000000000000-a1-r1")]
    assert house.post("/v1/inbox/hr.staff.v1", [story.hr_event("StaffJoined")], PAYROLL).status_code == 403
    assert house.post("/v1/inbox/payroll.deductions.v1", deductions, HR).status_code == 403
    assert house.post("/v1/inbox/payroll.deductions.v1", deductions, PAYROLL).status_code == 202
    assert house.get("/v1/feed/cpd.agreements.v1", PAYROLL).status_code == 403
    assert house.get("/v1/feed/cpd.agreements.v1", HR).status_code == 200
    assert house.get("/v1/feed/cpd.agreements.v1", AUDITOR).status_code == 200
    assert house.get("/v1/feed/cpd.nothing.v1", HR).status_code == 404


def _topic_of_another(row: Row, role: Role) -> bool:
    return row[1].startswith("/v1/inbox/") and role is Role.PAYROLL


@pytest.mark.parametrize(
    ("act", "role"),
    [*product(("confirmation", "requirement", "waiver"), DECIDERS), ("write-off", "trust_executive")],
)
def test_a_leaver_decides_nothing_about_what_they_owe(world: World, act: str, role: str) -> None:
    repayment = story.owed(world, "leaver")
    body = {"reason": "r"} | ({"amount_pence": 1} if act in ("waiver", "write-off") else {})
    answer = world.post(f"/v1/repayments/{repayment}/{act}", body, who(role, staff_id="leaver"))
    assert answer.status_code == 409
    assert answer.json["type"] == "/problems/not-on-own-repayment"


@pytest.mark.parametrize("act", ["waiver", "write-off"])
def test_who_required_neither_waives_nor_writes_off(world: World, act: str) -> None:
    repayment = story.owed(world, "leaver")
    executive = who("trust_executive", staff_id="chief")
    world.done(f"/v1/repayments/{repayment}/requirement", {"reason": "r"}, executive)
    body = {"reason": "r", "amount_pence": 1000}
    answer = world.post(f"/v1/repayments/{repayment}/{act}", body, executive)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/required-by-the-same-person")
    assert world.post(f"/v1/repayments/{repayment}/{act}", body, EXECUTIVE).status_code == 200


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("variation", {"terms": None}),
        ("cancellation", {"reason": "r"}),
        ("start", {"started_on": "2024-09-02"}),
        ("completion", {"completed_on": "2025-01-31"}),
        ("training-withdrawal", {"withdrawn_on": "2025-01-31", "reason": "r"}),
        ("training-cancellation", {"cancelled_on": "2025-01-31", "by": "school", "reason": "r"}),
    ],
)
def test_a_headteacher_does_nothing_for_the_school_in_an_affair_of_their_own(
    world: World, act: str, body: dict[str, str]
) -> None:
    story.joins(world, "head")
    agreement = story.drafted(world, "head")
    answer = world.post(f"/v1/agreements/{agreement}/{act}", body, HEAD)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/own-affair")
    assert world.post(f"/v1/agreements/{agreement}/{act}", body, who("headteacher")).status_code == 200


def test_a_headteacher_drafts_no_agreement_of_their_own(world: World) -> None:
    story.joins(world, "head")
    assert world.post("/v1/agreements", story.draft("head"), HEAD).status_code == 409


def test_a_headteacher_signs_their_own_as_everybody_does(world: World) -> None:
    story.joins(world, "head")
    agreement = story.drafted(world, "head")
    signature = {"signed_on": "2024-09-01", "deduction_consent": True}
    answer = world.post(f"/v1/agreements/{agreement}/signature", signature, HEAD)
    assert (answer.status_code, answer.json["status"]) == (200, "signed")


def test_signing_for_a_person_names_the_document(world: World) -> None:
    agreement = story.drafted(world)
    signature = {"signed_on": "2024-09-01", "deduction_consent": True}
    for caller in (HEAD, HR):
        answer = world.post(f"/v1/agreements/{agreement}/signature", signature, caller)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["document_ref"])
    assert world.post(f"/v1/agreements/{agreement}/signature", signature, person(story.TEACHER)).status_code == 200
