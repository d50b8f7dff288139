"""Idempotency keys, versions, and what a command leaves in the log."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.eventstore.sealing import MARK
from tests.integration.web.conftest import OTHER_SCHOOL, SCHOOL, World

GOOD = {"staff_id": "s1", "school_urn": SCHOOL, "pence": 100, "lent_on": "2026-08-01", "note": "a private matter"}


def post(world: World, body: Any = None, *, role: str = "headteacher", path: str = "/v1/loans", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.client.post(path, json=body or GOOD, headers=world.bearer(role) | named)


def rows(world: World, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(world.path) as connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def test_the_same_key_and_body_has_one_effect_and_the_same_answer(world: World) -> None:
    first, again = post(world, Idempotency_Key="k1"), post(world, Idempotency_Key="k1")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert world.ledger.position() == 1


def test_the_same_key_with_another_body_or_path_is_422(world: World) -> None:
    loan = post(world, Idempotency_Key="k1").json["loan_id"]
    other = post(world, GOOD | {"pence": 5}, Idempotency_Key="k1")
    assert other.status_code == 422
    assert list(other.json["errors"]) == ["Idempotency-Key"]
    assert post(world, {"reason": "r"}, path=f"/v1/loans/{loan}/payment", Idempotency_Key="k1").status_code == 422


def test_a_key_is_its_callers_own(world: World) -> None:
    first = post(world, Idempotency_Key="k1")
    other = post(world, role="hr_platform", Idempotency_Key="k1")
    assert other.json["loan_id"] != first.json["loan_id"]


def test_a_refused_command_leaves_no_receipt(world: World) -> None:
    loan = post(world).json["loan_id"]
    pay = f"/v1/loans/{loan}/payment"
    stale = post(world, {"reason": "r"}, path=pay, Idempotency_Key="k1", If_Match='"7"')
    assert stale.status_code == 412
    assert post(world, {"reason": "r"}, path=pay, Idempotency_Key="k1").status_code == 200


def test_machines_must_send_a_key_with_every_post(world: World) -> None:
    answer = post(world, role="hr_platform")
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
    assert post(world, role="hr_platform", Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "\x7f"])
def test_a_key_is_1_to_255_visible_ascii_characters(world: World, key: str) -> None:
    assert post(world, Idempotency_Key=key).status_code == 422
    assert post(world, Idempotency_Key="x" * 255).status_code == 201


def test_of_many_at_once_with_one_key_one_takes_effect_and_all_get_its_answer(world: World) -> None:
    headers = world.bearer("headteacher") | {"Idempotency-Key": "k1"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: world.app.test_client().post("/v1/loans", json=GOOD, headers=headers), range(16))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert world.ledger.position() == 1


def test_a_stored_answer_is_sealed_for_the_person_it_is_about(world: World) -> None:
    post(world, Idempotency_Key="k1")
    ((answer,),) = rows(world, "SELECT answer FROM receipts")
    assert answer.startswith(f"{MARK}s1~")
    assert "private" not in answer


def test_once_the_person_is_erased_the_answer_is_gone_and_the_effect_is_not_repeated(world: World) -> None:
    post(world, Idempotency_Key="k1")
    world.sealer.keys.destroy("s1")
    answer = post(world, Idempotency_Key="k1")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/answer-erased")
    assert world.ledger.position() == 1


def test_an_answer_is_not_repeated_to_whom_the_record_is_out_of_reach(world: World) -> None:
    post(world, Idempotency_Key="k1")
    elsewhere = world.bearer("headteacher", schools=[OTHER_SCHOOL]) | {"Idempotency-Key": "k1"}
    assert world.client.post("/v1/loans", json=GOOD, headers=elsewhere).status_code == 404


def test_a_command_without_a_key_leaves_no_receipt(world: World) -> None:
    post(world)
    assert rows(world, "SELECT * FROM receipts") == []


def test_if_match_lets_the_version_it_names_pass_and_no_other(world: World) -> None:
    first = post(world)
    pay = f"/v1/loans/{first.json['loan_id']}/payment"
    assert post(world, {"reason": "r"}, path=pay, If_Match='"2"').status_code == 412
    assert post(world, {"reason": "r"}, path=pay, If_Match='W/"1"').status_code == 412
    assert post(world, {"reason": "r"}, path=pay, If_Match="").status_code == 412
    paid = post(world, {"reason": "r"}, path=pay, If_Match=first.headers["ETag"])
    assert (paid.status_code, paid.headers["ETag"]) == (200, '"2"')


def test_if_match_with_a_star_lets_any_version_pass_but_not_what_is_not_there_yet(world: World) -> None:
    pay = f"/v1/loans/{post(world).json['loan_id']}/payment"
    assert post(world, {"reason": "r"}, path=pay, If_Match="*").status_code == 200
    assert post(world, If_Match="*").status_code == 412


def test_a_stranger_learns_nothing_of_a_version(world: World) -> None:
    pay = f"/v1/loans/{post(world).json['loan_id']}/payment"
    stranger = world.bearer("headteacher", schools=[OTHER_SCHOOL]) | {"If-Match": '"9"'}
    assert world.client.post(pay, json={"reason": "r"}, headers=stranger).status_code == 404


def test_a_command_answers_with_version_position_and_place(world: World) -> None:
    answer = post(world)
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cpd-Position"] == "1"
    assert answer.headers["Location"] == f"/v1/loans/{answer.json['loan_id']}"


def test_the_log_says_who_did_it_in_which_role_why_and_in_what_connection(world: World) -> None:
    loan = post(world, X_Correlation_Id="case-7").json["loan_id"]
    head = world.bearer("headteacher", staff_id="h1")
    world.client.post(f"/v1/loans/{loan}/payment", json={"reason": "it was due"}, headers=head)
    lent, paid = world.ledger.events.get(world.ledger.recorder.select_notifications(1, 1)[0].originator_id)
    assert (lent.actor, lent.role, lent.correlation_id) == ("headteacher", "headteacher", "case-7")
    assert (paid.actor, paid.role, paid.reason) == ("h1", "headteacher", "it was due")


def test_a_correlation_id_that_is_none_is_replaced(world: World) -> None:
    assert post(world, X_Correlation_Id="case-7").headers["X-Correlation-Id"] == "case-7"
    assert len(post(world, X_Correlation_Id="no id").headers["X-Correlation-Id"]) == 36
