"""401, then 403, then the body, then scope, then state."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm

from shared.tokens import KEY_ID, ensure_local_key
from shared.web.access import admissions
from shared.web.keys import KeysFile
from shared.web.roles import Role
from tests.integration.web.conftest import OTHER_SCHOOL, SCHOOL, World

GOOD = {"staff_id": "s1", "school_urn": SCHOOL, "pence": 100, "lent_on": "2026-08-01"}


def signed(
    world: World, key: Any = None, algorithm: str = "ES256", kid: str = KEY_ID, **changed: Any
) -> dict[str, str]:
    claims = {
        "iss": "cpd-local",
        "aud": "cpd",
        "sub": "u1",
        "roles": ["headteacher"],
        "schools": ["*"],
        "exp": datetime.now(UTC) + timedelta(hours=1),
    } | changed
    kept = {name: value for name, value in claims.items() if value is not None}
    token = jwt.encode(kept, key or ensure_local_key(world.settings), algorithm=algorithm, headers={"kid": kid})
    return {"Authorization": f"Bearer {token}"}


def test_a_good_token_is_let_in(world: World) -> None:
    assert world.client.get("/v1/loans", headers=signed(world)).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "something"},
        {"aud": None},
        {"exp": None},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"sub": None},
        {"roles": ["king"]},
        {"schools": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_as_agreed_is_401_with_a_challenge(world: World, changed: dict[str, Any]) -> None:
    answer = world.client.get("/v1/loans", headers=signed(world, **changed))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.mimetype == "application/problem+json"


def test_a_token_signed_with_another_key_is_401(world: World) -> None:
    assert (
        world.client.get("/v1/loans", headers=signed(world, ec.generate_private_key(ec.SECP256R1()))).status_code == 401
    )
    assert world.client.get("/v1/loans", headers=signed(world, kid="other")).status_code == 401


def test_a_token_without_signature_or_with_a_shared_secret_is_401(world: World) -> None:
    secret = "x" * 32
    assert world.client.get("/v1/loans", headers=signed(world, secret, "HS256")).status_code == 401
    unsigned = jwt.encode({"sub": "u1"}, None, algorithm="none", headers={"kid": KEY_ID})
    assert world.client.get("/v1/loans", headers={"Authorization": f"Bearer {unsigned}"}).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer é.é.é",
        "Bearer " + "W1tb" * 3000 + ".e30.x",
    ],
    ids=lambda text: text[:14],
)
def test_what_is_no_token_is_401(world: World, header: str) -> None:
    assert world.client.get("/v1/loans", headers={"Authorization": header}).status_code == 401


def test_no_token_is_401(world: World) -> None:
    assert world.client.get("/v1/loans").status_code == 401


def test_rsa_keys_serve_too_and_a_changed_key_file_is_read_again(world: World) -> None:
    assert world.client.get("/v1/loans", headers=signed(world)).status_code == 200
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "r1", "alg": "RS256"}
    (world.settings.home / "keys" / "jwks.json").write_text(json.dumps({"keys": [public]}))
    assert world.client.get("/v1/loans", headers=signed(world, key, "RS256", "r1")).status_code == 200


def test_a_token_cannot_be_judged_without_keys(world: World) -> None:
    headers = signed(world)
    keys = KeysFile(world.settings.home / "keys" / "jwks.json")
    keys.path.write_text("{")
    answer = world.client.get("/v1/loans", headers=headers)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_role_that_is_not_admitted_is_403_before_the_body_is_looked_at(world: World) -> None:
    answer = world.client.post("/v1/loans", data=b"{", headers=world.bearer("governor"))
    assert answer.status_code == 403
    assert answer.json["type"] == "/problems/role-forbids"


def test_without_a_token_it_is_401_before_anything_else(world: World) -> None:
    assert world.client.post("/v1/loans", data=b"{").status_code == 401


def test_the_body_is_judged_before_scope(world: World) -> None:
    headers = world.bearer("headteacher", schools=[OTHER_SCHOOL])
    assert world.client.post("/v1/loans", json=GOOD | {"pence": -1}, headers=headers).status_code == 422
    assert world.client.post("/v1/loans", json=GOOD, headers=headers).status_code == 404


def test_scope_is_judged_before_state(world: World) -> None:
    loan = world.lend().json["loan_id"]
    pay = f"/v1/loans/{loan}/payment"
    assert world.client.post(pay, json={"reason": "r"}, headers=world.bearer("headteacher")).status_code == 200
    assert world.client.post(pay, json={"reason": "r"}, headers=world.bearer("headteacher")).status_code == 409
    stranger = world.bearer("headteacher", schools=[OTHER_SCHOOL])
    assert world.client.post(pay, json={"reason": "r"}, headers=stranger).status_code == 404


def test_an_auditor_may_every_get_and_nothing_else(world: World) -> None:
    auditor = world.bearer("auditor")
    loan = world.lend().json["loan_id"]
    for path in ("/v1/loans", f"/v1/loans/{loan}", "/v1/totals"):
        assert world.client.get(path, headers=auditor).status_code == 200
    assert world.client.post("/v1/loans", json=GOOD, headers=auditor).status_code == 403
    assert world.client.post(f"/v1/loans/{loan}/payment", json={"reason": "r"}, headers=auditor).status_code == 403


def test_staff_reach_their_own_records_only(world: World) -> None:
    own, other = world.lend(staff_id="s1").json["loan_id"], world.lend(staff_id="s2").json["loan_id"]
    person = world.bearer("staff", staff_id="s1")
    assert world.client.get(f"/v1/loans/{own}", headers=person).status_code == 200
    assert world.client.get(f"/v1/loans/{other}", headers=person).status_code == 404


def test_a_school_role_reaches_the_schools_of_its_token(world: World) -> None:
    loan = world.lend().json["loan_id"]
    assert (
        world.client.get(f"/v1/loans/{loan}", headers=world.bearer("headteacher", schools=[SCHOOL])).status_code == 200
    )
    there = world.client.get(f"/v1/loans/{loan}", headers=world.bearer("headteacher", schools=[OTHER_SCHOOL]))
    assert there.status_code == 404


def test_a_total_beyond_reach_is_partial(world: World) -> None:
    world.lend(school_urn=SCHOOL)
    world.lend(school_urn=OTHER_SCHOOL)
    assert world.client.get("/v1/totals", headers=world.bearer("headteacher")).json == {"pence": 200}
    part = world.client.get("/v1/totals", headers=world.bearer("headteacher", schools=[SCHOOL]))
    assert part.json == {"pence": 100, "partial": True}


@pytest.mark.parametrize(("owner", "role"), [("h1", "staff"), ("s1", "headteacher")])
def test_who_holds_several_roles_acts_in_the_one_that_is_nearest(world: World, owner: str, role: str) -> None:
    loan = world.lend(staff_id=owner).json["loan_id"]
    head = world.bearer("headteacher", staff_id="h1")
    answer = world.client.post(f"/v1/loans/{loan}/payment", json={"reason": "r"}, headers=head)
    assert answer.json["roles"] == ["headteacher", role]


def test_every_endpoint_has_its_row_in_the_table_of_roles(world: World) -> None:
    rows = {(row.method, row.rule): row.roles for row in admissions(world.app)}
    assert None not in rows.values()
    assert rows["POST", "/v1/loans"] == {Role.HEADTEACHER, Role.HR_PLATFORM}
    assert rows["GET", "/v1/loans"] == {Role.STAFF, Role.HEADTEACHER, Role.AUDITOR}
    assert len(rows) == 6


def test_an_endpoint_without_roles_shows_in_the_table(world: World) -> None:
    app = world.new_app()
    app.add_url_rule("/v1/open", "open", lambda: "")
    assert [row.rule for row in admissions(app) if row.roles is None] == ["/v1/open"]
