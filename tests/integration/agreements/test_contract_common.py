"""What the contract asks of every call: versions, keys, positions, problems, and the order of judgement."""

import re
from datetime import timedelta
from typing import Any

import pytest
from openapi_spec_validator import validate

from shared.web import reads
from tests.integration.agreements import story
from tests.integration.agreements.world import ADMIN, EXECUTIVE, FINANCE, HEAD, HR, OTHER_SCHOOL, SCHOOL, World, who

START = {"started_on": "2024-09-02"}
REASON = {"reason": "r"}


def resources(world: World) -> dict[str, str]:
    repayment = world.read(f"/v1/repayments/{story.required(world)}")
    return {
        "agreement": f"/v1/agreements/{repayment['agreement_id']}",
        "repayment": f"/v1/repayments/{repayment['id']}",
        "resignation": f"/v1/staff/t1/resignations/{repayment['resignation_id']}",
        "settings": f"/v1/schools/{SCHOOL}/settings",
    }


ACTS: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "agreement": (
        "POST",
        "/costs",
        {"category": "fee", "amount_pence": 1, "on": "2024-10-01", "reference": "x"},
        FINANCE,
    ),
    "repayment": ("POST", "/waiver", {"amount_pence": 1, "reason": "r"}, EXECUTIVE),
    "resignation": ("PUT", "", story.resignation(last_day="2025-08-30", correction_reason="r"), HR),
    "settings": ("PUT", "", {"name": "Ashgrove"}, ADMIN),
}


@pytest.mark.parametrize("kind", ACTS)
def test_every_resource_has_a_version_that_if_match_names(world: World, kind: str) -> None:
    path = resources(world)[kind]
    method, act, body, caller = ACTS[kind]
    send = world.post if method == "POST" else world.put
    before = world.get(path)
    position = world.position()
    assert before.headers["ETag"]
    assert send(path + act, body, caller, If_Match='"999"').status_code == 412
    assert world.position() == position
    done = send(path + act, body, caller, If_Match=before.headers["ETag"])
    assert done.status_code == 200
    after = world.get(path)
    assert after.headers["ETag"] == done.headers["ETag"] != before.headers["ETag"]
    assert after.json == done.json
    assert world.get(path, If_None_Match=after.headers["ETag"]).status_code == 304
    assert world.get(path, If_None_Match=before.headers["ETag"]).status_code == 200


def test_a_resignation_is_another_version_when_what_it_made_repayable_is(world: World) -> None:
    found = resources(world)
    tag = world.get(found["resignation"]).headers["ETag"]
    world.done(f"{found['repayment']}/waiver", {"amount_pence": 180000, "reason": "r"}, EXECUTIVE)
    answer = world.get(found["resignation"], If_None_Match=tag)
    assert answer.status_code == 200
    assert answer.json["repayments"][0]["status"] == "waived"


def test_what_is_new_has_no_version_to_match(world: World) -> None:
    assert world.post("/v1/agreements", story.draft(), HEAD, If_Match='"1"').status_code == 412


def test_the_same_key_and_body_have_one_effect_and_one_answer(world: World) -> None:
    first = world.post("/v1/agreements", story.draft(), HEAD, key="k1")
    position = world.position()
    again = world.post("/v1/agreements", story.draft(), HEAD, key="k1")
    assert (again.status_code, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert world.position() == position
    other = world.post("/v1/agreements", story.draft(title="Another"), HEAD, key="k1")
    assert (other.status_code, list(other.json["errors"])) == (422, ["Idempotency-Key"])
    assert world.post("/v1/agreements", story.draft(), HR, key="k1").json["id"] != first.json["id"]


def test_a_key_of_an_act_that_changed_nothing_is_kept_too(world: World) -> None:
    path = f"/v1/agreements/{story.signed(world)}/signature"
    assert world.post(path, story.SIGNATURE, HEAD, key="k1").status_code == 200
    assert world.post(path, story.SIGNATURE | {"signed_on": "2024-08-31"}, HEAD, key="k1").status_code == 422


@pytest.mark.parametrize("role", ["hr_platform", "payroll"])
def test_systems_must_send_a_key(world: World, role: str) -> None:
    path = f"/v1/repayments/{story.required(world)}/deductions" if role == "payroll" else "/v1/agreements"
    body = story.deduction() if role == "payroll" else story.draft()
    answer = world.post(path, body, who(role), key="")
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
    assert world.post(path, body, who(role)).status_code in (200, 201)


def test_a_command_says_at_which_position_it_is_to_be_seen(world: World) -> None:
    world.worker_runs = False
    answer = world.post("/v1/agreements", story.draft(), HEAD)
    position = answer.headers["Cpd-Position"]
    assert position == str(world.position())
    world.worker_runs = True
    seen = world.get(f"/v1/agreements/{answer.json['id']}?min_position={position}")
    assert (seen.status_code, seen.headers["Cpd-Position"]) == (200, position)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/agreements?",
        "/v1/repayments?",
        "/v1/trust/liability?",
        "/v1/staff/t1/liability?",
        "/v1/staff/t1/resignations?",
        f"/v1/schools/{SCHOOL}/settings?",
        "/v1/events?",
        "/v1/feed/cpd.agreements.v1?",
    ],
)
def test_a_read_ahead_of_the_worker_is_503_and_says_when_to_come_back(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "PATIENCE_SECONDS", 0.05)
    world.worker_runs = False
    position = world.post("/v1/agreements", story.draft(), HEAD).headers["Cpd-Position"]
    answer = world.get(f"{path}min_position={position}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    world.worker_runs = True
    assert world.get(f"{path}min_position={position}").status_code == 200


def test_known_at_is_inclusive_and_has_any_offset(world: World) -> None:
    agreement = story.drafted(world)
    path = f"/v1/agreements/{agreement}?known_at="
    assert world.get(f"{path}2025-06-02T10:00:00Z").status_code == 200
    assert world.get(f"{path}2025-06-02T11:00:00%2B01:00").status_code == 200
    assert world.get(f"{path}2025-06-02T09:59:59.999999Z").status_code == 404
    assert list(world.get(f"{path}2025-06-02T10:00:00").json["errors"]) == ["known_at"]
    assert list(world.get(f"{path}2025-06-02").json["errors"]) == ["known_at"]


def test_a_list_is_as_it_was_known(world: World) -> None:
    agreement = story.drafted(world)
    world.clock.advance(hours=1)
    world.done(f"/v1/agreements/{agreement}/signature", story.SIGNATURE, HEAD)
    then = (world.clock.now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [one["status"] for one in world.read(f"/v1/agreements?known_at={then}")["items"]] == ["drafted"]
    assert [one["status"] for one in world.read(f"/v1/agreements?known_at={then}&status=signed")["items"]] == []
    assert [one["status"] for one in world.read("/v1/agreements?status=signed")["items"]] == ["signed"]


def test_a_request_is_judged_by_token_role_body_scope_and_state_in_that_order(world: World) -> None:
    agreement = story.drafted(world)
    world.done(f"/v1/agreements/{agreement}/cancellation", REASON, HEAD)
    path = f"/v1/agreements/{agreement}/start"
    assert world.http.post(path, json={}).status_code == 401
    assert world.post(path, {}, FINANCE).status_code == 403
    assert world.post(path, {}, HEAD.at(OTHER_SCHOOL)).status_code == 422
    assert world.post(path, START, HEAD.at(OTHER_SCHOOL)).status_code == 404
    assert world.post(path, START, HEAD, If_Match='"9"').status_code == 412
    assert world.post(path, START, HEAD).status_code == 409


def test_a_refusal_is_a_problem_with_the_field_and_the_rule(world: World) -> None:
    answer = world.post("/v1/agreements", story.draft(planned_end="2024-09-01", extra=1, funded_percent=101), HEAD)
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "errors"}
    assert set(answer.json["errors"]) == {"extra", "funded_percent"}
    domain = world.post("/v1/agreements", story.draft(planned_end="2024-09-01"), HEAD)
    assert domain.json["errors"] == {"planned_end": ["must not lie before planned_start (2024-09-02)"]}
    assert set(world.get("/v1/agreements/nothing").json) == {"type", "title", "status", "detail"}


def test_the_openapi_document_is_valid_and_complete(world: World) -> None:
    document = world.http.get("/openapi.json").json
    validate(document)
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/v1/"):
            path = re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule)
            assert {method.lower() for method in (rule.methods or set()) - {"HEAD"}} <= set(document["paths"][path])


def test_readiness_names_what_is_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = world.http.get("/readyz")
    assert (answer.status_code, answer.json["checks"]) == (503, {"worker": "no worker has run yet"})
    (world.home / "agreements" / "worker.heartbeat").touch()
    assert world.http.get("/readyz").status_code == 200
    monkeypatch.setattr("shared.standing.FACTS_BEHIND", 0)
    world.worker_runs = False
    story.drafted(world)
    assert world.http.get("/readyz").json["checks"] == {"lag": "the views are more than 0 facts behind the log"}
    assert world.http.get("/livez").status_code == 200
    assert b"cpd_" in world.http.get("/metrics").data
