"""The contract of requests, priorities, needs and schools: what is given comes back, what is bad is named."""

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.integration.agreements.shapes import assert_within
from tests.integration.agreements.world import ADMIN, FINANCE, FOREIGN_SCHOOL, HEAD, HR, SCHOOL, Who, person, who
from tests.integration.requests import story
from tests.integration.requests.world import LEADER, RequestsWorld

ME = person(story.TEACHER)
WHOLE = {
    "participants": ["t1", "t2"],
    "sub_type": "conference",
    "hours": 6.5,
    "cost_lines": [
        {"category": "fee", "amount_pence": 1000},
        {"category": "supply_cover", "amount_pence": 500, "hours": 6.5},
    ],
    "mandatory": True,
    "apprenticeship": False,
    "provider": "A college",
    "standards": ["teachers_standards"],
}


def test_the_openapi_document_is_valid_and_complete(world: RequestsWorld) -> None:
    document = world.http.get("/openapi.json").json
    validate(document)
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/v1/"):
            path = re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule)
            assert {method.lower() for method in (rule.methods or set()) - {"HEAD"}} <= set(document["paths"][path])


def test_every_field_given_comes_back_in_one_and_in_lists(world: RequestsWorld) -> None:
    story.joins(world, "t2")
    given = story.body(story.priority(world), **WHOLE)
    answer = world.post("/v1/requests", given, ME)
    assert answer.status_code == 201
    assert answer.json["status"] == "submitted"
    assert_within(given, answer.json)
    one = world.get(f"/v1/requests/{answer.json['id']}", ME)
    assert one.json == answer.json
    assert one.headers["ETag"] == answer.headers["ETag"]
    assert world.read("/v1/requests", ME)["items"] == [answer.json]


def test_what_a_type_needs_and_was_not_said_is_named(world: RequestsWorld) -> None:
    request = story.asked(world, activity_type="secondment", details={"host": "An examination board"})
    assert world.read(f"/v1/requests/{request}")["missing"] == []
    request = story.asked(world, activity_type="award_bearing", provider="A university")
    assert world.read(f"/v1/requests/{request}")["missing"] == ["award", "staffing_plan"]


def test_personal_text_is_sealed_on_the_bus_and_readable_for_those_who_may(world: RequestsWorld) -> None:
    request = story.assessed(world, details={}, priority_exception="She asked for it")
    body = {"scores": story.scores()["scores"], "notes": {"good_practice": "Seen in her lessons"}}
    world.done(f"/v1/requests/{request}/assessment", body, HEAD)
    assert world.read(f"/v1/requests/{request}", ME)["notes"] == body["notes"]
    sent = str(world.read("/v1/feed/cpd.requests.v1?limit=200", HR))
    for text in ("She asked for it", "Seen in her lessons", "National Professional", "Better writing"):
        assert text not in sent


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2025-08-31"}, "ends_on"),
        ({"starts_on": "1989-01-01"}, "starts_on"),
        ({"activity_type": "holiday"}, "activity_type"),
        ({"origin": "asked"}, "origin"),
        ({"purposes": ["fun"]}, "purposes.0"),
        ({"purposes": ["teaching_quality"] * 2}, "purposes"),
        ({"need_source": "whim"}, "need_source"),
        ({"need_id": "n1"}, "need_id"),
        ({"priority_ids": []}, "priority_ids"),
        ({"priority_ids": ["nothing"]}, "priority_ids"),
        ({"participants": ["stranger"]}, "participants"),
        ({"participants": ["t1", "t1"]}, "participants"),
        ({"school_urn": FOREIGN_SCHOOL}, "school_urn"),
        ({"staff_id": "stranger"}, "staff_id"),
        ({"cost_lines": [{"category": "fee", "amount_pence": -1}]}, "cost_lines.0.amount_pence"),
        ({"cost_lines": [{"category": "fee", "amount_pence": 1.5}]}, "cost_lines.0.amount_pence"),
        ({"cost_lines": [{"category": "fee", "amount_pence": 1, "hours": 2}]}, "cost_lines"),
        ({"hours": True}, "hours"),
        ({"details": {"host": "x"}}, "details.host"),
        ({"sub_type": "inset"}, "sub_type"),
        ({"benefit": " "}, "benefit"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_request_is_refused_by_field(world: RequestsWorld, changes: dict[str, Any], field: str) -> None:
    body = story.body(story.priority(world), **changes)
    before = world.position()
    answer = world.post("/v1/requests", body, HR)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.position() == before


@pytest.mark.parametrize(
    ("path", "body", "by", "field"),
    [
        ("assessment", {"scores": {"value_for_money": 4}}, HEAD, "scores.value_for_money.value"),
        ("assessment", {"scores": {"charm": 1}}, HEAD, "scores.charm.key"),
        ("assessment", {"scores": {}}, HEAD, "scores"),
        ("approval", {"reason": "r", "funding": "half"}, HEAD, "funding"),
        ("approval", {"funding": "full"}, HEAD, "reason"),
        ("decline", {"reason": ""}, HEAD, "reason"),
    ],
)
def test_a_bad_judgement_is_refused_by_field(
    world: RequestsWorld, path: str, body: dict[str, Any], by: Who, field: str
) -> None:
    answer = world.post(f"/v1/requests/{story.asked(world)}/{path}", body, by)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_facts_lie_not_ahead(world: RequestsWorld) -> None:
    one = f"/v1/requests/{story.approved(world, starts_on='2025-06-01', cost_lines=[])}"
    ahead = world.post(f"{one}/completion", {"completed_on": "2025-06-03"}, HEAD)
    assert list(ahead.json["errors"]) == ["completed_on"]
    early = world.post(f"{one}/completion", {"completed_on": "2025-05-31"}, HEAD)
    assert list(early.json["errors"]) == ["completed_on"]
    assert world.done(f"{one}/completion", {"completed_on": "2025-06-02"}, HEAD)["status"] == "completed"
    again = world.post(f"{one}/completion", {"completed_on": "2025-06-01"}, HEAD)
    assert again.json["type"] == "/problems/already-completed"


def test_a_completion_may_name_some_of_the_participants(world: RequestsWorld) -> None:
    story.joins(world, "t2")
    request = story.approved(world, participants=["t1", "t2"], starts_on="2025-06-01", cost_lines=[])
    one = f"/v1/requests/{request}/completion"
    assert world.done(one, {"completed_on": "2025-06-01", "participants": ["t1"]}, HEAD)["status"] == "approved"
    assert world.done(one, {"completed_on": "2025-06-02"}, HEAD)["status"] == "completed"


def test_a_retired_priority_takes_no_further_request(world: RequestsWorld) -> None:
    id_ = story.priority(world)
    retired = world.done(f"/v1/priorities/{id_}/retirement", {}, LEADER)
    assert retired["status"] == "retired"
    answer = world.post("/v1/requests", story.body(id_), ME)
    assert list(answer.json["errors"]) == ["priority_ids"]
    assert world.put(f"/v1/priorities/{id_}", {"title": "Anew"}, HEAD).status_code == 409


def test_a_need_is_taken_up_and_met(world: RequestsWorld) -> None:
    body = {"school_urn": SCHOOL, "staff_id": story.TEACHER, "title": "Phonics", "source": "appraisal", "rank": 1}
    need = world.done("/v1/needs", body, ME)
    assert_within(body, need)
    assert need["status"] == "open"
    request = story.approved(world, need_id=need["id"], starts_on="2025-06-01", cost_lines=[])
    assert world.read(f"/v1/needs/{need['id']}")["request_ids"] == [request]
    assert world.read(f"/v1/requests/{request}")["emergent"] is False
    world.done(f"/v1/requests/{request}/completion", {"completed_on": "2025-06-02"}, HEAD)
    assert world.read(f"/v1/needs/{need['id']}")["status"] == "met"
    assert world.read("/v1/needs?status=open", HEAD)["items"] == []


def test_settings_are_put_whole_and_arrangements_tell_them_to_all(world: RequestsWorld) -> None:
    given = {
        "name": "Ashgrove",
        "assessment_threshold": 20,
        "slt_limit_pence": 1,
        "headteacher_limit_pence": 2,
        "decision_days": 5,
        "delegations": [
            {"from_role": "slt", "to_staff_id": "t2", "from": "2025-06-01", "to": "2025-06-02"},
            {"from_role": "slt", "to_staff_id": "t3", "from": "2025-05-01", "to": "2025-06-01"},
        ],
    }
    path = f"/v1/schools/{SCHOOL}/settings"
    assert_within(given, world.put(path, given, ADMIN).json)
    assert_within(given, world.read(path, ADMIN))
    story.priority(world)
    told = world.read(f"/v1/schools/{SCHOOL}/arrangements", ME)
    assert (told["assessment_threshold"], told["decision_days"], len(told["criteria"])) == (20, 5, 12)
    assert [each["title"] for each in told["priorities"]] == ["Writing across the curriculum"]
    assert [each["to_staff_id"] for each in told["delegations"]] == ["t2"], "t3 deputises no more"
    answer = world.put(path, {"slt_limit_pence": 3, "headteacher_limit_pence": 2}, ADMIN)
    assert list(answer.json["errors"]) == ["headteacher_limit_pence"]


def test_another_version_than_the_logs_is_412(world: RequestsWorld) -> None:
    request = story.assessed(world)
    story.allocated(world)
    path = f"/v1/requests/{request}/approval"
    assert world.post(path, story.APPROVAL, HEAD, If_Match='"1"').status_code == 412
    assert world.post(path, story.APPROVAL, HEAD, If_Match='"2"').status_code == 200
    assert world.put(story.BUDGET, {"allocated_pence": 1000000}, FINANCE, If_Match='"7"').status_code == 412


def test_an_approval_sent_twice_has_one_effect_and_one_answer(world: RequestsWorld) -> None:
    request = story.assessed(world)
    story.allocated(world)
    first, again = (
        world.post(f"/v1/requests/{request}/approval", story.APPROVAL, who("headteacher"), key="k1") for _ in range(2)
    )
    assert (first.status_code, again.status_code, first.json) == (200, 200, again.json)
    assert story.figures(world) == (500000, 240000, 0, 260000)
