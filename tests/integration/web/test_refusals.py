"""Everything that is refused is an RFC 9457 problem, and nothing that is sent breaks the server."""

from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from shared.eventstore.ledger import OvertakenError
from tests.integration.web.conftest import SCHOOL, World

GOOD = {"staff_id": "s1", "school_urn": SCHOOL, "pence": 100, "lent_on": "2026-08-01"}
JSON = {"Content-Type": "application/json"}


def lend(world: World, body: Any) -> Any:
    return world.client.post("/v1/loans", json=body, headers=world.bearer("headteacher"))


def send(world: World, body: bytes, **headers: str) -> Any:
    return world.client.post("/v1/loans", data=body, headers=world.bearer("headteacher") | JSON | headers)


def test_a_problem_has_type_title_status_and_detail(world: World) -> None:
    loan = world.lend().json["loan_id"]
    pay = {"path": f"/v1/loans/{loan}/payment", "json": {"reason": "r"}, "headers": world.bearer("headteacher")}
    world.client.post(**pay)
    answer = world.client.post(**pay)
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "/problems/loan-is-paid",
        "title": "Loan is paid",
        "status": 409,
        "detail": "this loan was paid before",
    }


def test_broken_fields_are_all_named_by_their_path(world: World) -> None:
    answer = lend(world, {"staff_id": "s 1", "pence": "5", "lines": [{"label": "a"}, {"label": ""}], "colour": "red"})
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"staff_id", "school_urn", "pence", "lent_on", "lines.1.label", "colour"}
    assert all(isinstance(text, str) for texts in answer.json["errors"].values() for text in texts)


def test_a_field_may_have_any_name(world: World) -> None:
    answer = lend(world, GOOD | {"self": 1, "_schema": 1})
    assert answer.status_code == 422
    assert "self" in answer.json["errors"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"1", b'"x"', b'{"a":1,"a":2}', b'{"pence": NaN}', b"\xff"]
)
def test_a_malformed_body_is_400(world: World, body: bytes) -> None:
    assert send(world, body).status_code == 400


def test_a_body_that_is_deep_or_has_numbers_beyond_64_bits_is_400(world: World) -> None:
    assert send(world, b'{"a":' * 100_000).status_code == 400
    assert send(world, b'{"pence": 1%s}' % (b"0" * 40)).status_code == 400


def test_nul_and_lone_surrogates_are_422_by_field(world: World) -> None:
    assert send(world, b'{"note": "a\\u0000"}').json["errors"].keys() == {"note"}
    assert send(world, b'{"\\ud800": "a"}').json["errors"].keys() == {"\\ud800"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_415(world: World, content_type: str) -> None:
    assert send(world, b"{}", **{"Content-Type": content_type}).status_code == 415


def test_a_body_beyond_a_mebibyte_is_413(world: World) -> None:
    answer = send(world, b'{"note": "' + b"x" * 1024 * 1024 + b'"}')
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/v1/nothing", "/v1/loans/%00", "/v1/loans/a%0Ab", "/v1/loans/%ED%A0%80", "/v1/loans/%FF", "/v1//loans",
     "/v1/loans/", "/v1/loans/" + "a" * 5000, "/%00", "/docs/%00", "/docs/../app.py",
     "/v1/loans/%F0%9F%98%80", "/v1/loans/a%2Fb"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_404(world: World, path: str) -> None:
    answer = world.client.get(path, headers=world.bearer("headteacher"))
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    ["x=1", "limit=0", "limit=201", "limit=a", "limit=1&limit=2", "cursor=%00", "cursor=abc", "staff_id=%00", "%00=1",
     "min_position=-1", "min_position=99999999999999999999", "staff_id=%ED%A0%80", "staff_id=a%20b", "cursor="],
)  # fmt: skip
def test_a_query_that_is_not_understood_is_422(world: World, query: str) -> None:
    answer = world.client.get(f"/v1/loans?{query}", headers=world.bearer("headteacher"))
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_an_endpoint_that_takes_no_query_refuses_one(world: World) -> None:
    answer = world.client.post("/v1/loans?x=1", json=GOOD, headers=world.bearer("headteacher"))
    assert answer.json["errors"] == {"x": ["Unknown field."]}
    assert world.client.get("/livez?x=1").status_code == 422


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_served_is_405_and_says_which_are(world: World, method: str) -> None:
    answer = world.client.open("/v1/loans", method=method, headers=world.bearer("headteacher"))
    assert answer.status_code == 405
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["Allow"].split(",")}
    assert answer.mimetype == "application/problem+json"


def test_an_unforeseen_error_is_a_500_that_tells_nothing(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    app = world.new_app()
    app.testing = False
    answer = app.test_client().get("/v1/failure", headers=world.bearer("trust_admin"))
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert b"personal" not in answer.data
    logged = capfd.readouterr()
    assert "personal" not in logged.err + logged.out
    assert "ValueError" in logged.err


@pytest.mark.parametrize(("error", "status"), [(OvertakenError("x"), 409), (OperationalError("locked"), 503)])
def test_a_busy_log_says_to_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(world.ledger, "execute", fails)
    answer = lend(world, GOOD)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
