"""The contract's calls on agreements: what they take comes back, and what they answer is right."""

from typing import Any

import pytest

from tests.integration.agreements import story
from tests.integration.agreements.shapes import assert_within
from tests.integration.agreements.world import ADMIN, FINANCE, HEAD, HR, OTHER_SCHOOL, SCHOOL, World, person

WHOLE = story.draft(
    employment_id="e-t1",
    activity_type="award_bearing",
    cost_lines=[{"category": "fee", "amount_pence": 20001}, {"category": "travel", "amount_pence": 5000}],
    funded_percent=50,
    request_id="request-1",
    mandatory=False,
    apprenticeship=False,
    terms={
        "scale": {
            "kind": "steps",
            "steps": [{"until_months": 12, "percent": 100}, {"until_months": 24, "percent": 50}],
        },
        "trigger": "last_day",
        "liable_reasons": ["resignation", "retirement"],
        "base": "paid",
        "minimum_pence": 500,
        "cost_categories": ["fee", "exam"],
        "transfer_within_trust_is_leaving": True,
    },
)
TERMS = {
    "scale": {"kind": "linear", "months": 12, "full_months": 1},
    "trigger": "notified_on",
    "liable_reasons": ["resignation"],
    "base": "agreed",
    "minimum_pence": 0,
    "cost_categories": ["fee", "exam", "materials"],
    "transfer_within_trust_is_leaving": False,
}


def listed(world: World, agreement: str) -> Any:
    return next(item for item in world.read("/v1/agreements")["items"] if item["id"] == agreement)


def test_a_draft_comes_back_whole_also_in_lists(world: World) -> None:
    answer = world.post("/v1/agreements", WHOLE, HR)
    assert (answer.status_code, answer.json["status"]) == (201, "drafted")
    assert_within(WHOLE, answer.json)
    agreement = answer.json["id"]
    assert world.read(f"/v1/agreements/{agreement}") == answer.json == listed(world, agreement)


@pytest.mark.parametrize(
    ("changes", "base"),
    [
        ({}, 240000),
        ({"funded_percent": 50, "cost_lines": [{"category": "fee", "amount_pence": 20001}]}, 10001),
        ({"cost_lines": [{"category": "travel", "amount_pence": 5000}]}, 0),
        ({"cost_lines": []}, 0),
    ],
)
def test_the_base_is_the_funded_share_of_the_repayable_lines(world: World, changes: dict[str, Any], base: int) -> None:
    assert world.done("/v1/agreements", story.draft(**changes), HEAD)["base_pence"] == base


def test_terms_left_out_are_the_schools_default_and_null_means_none(world: World) -> None:
    assert_within(TERMS, world.done("/v1/agreements", story.draft(), HEAD)["terms"])
    world.put(f"/v1/schools/{SCHOOL}/settings", {"default_terms": {"trigger": "last_day", "minimum_pence": 1}}, ADMIN)
    assert_within(
        TERMS | {"trigger": "last_day", "minimum_pence": 1},
        world.done("/v1/agreements", story.draft(), HEAD)["terms"],
    )
    assert world.done("/v1/agreements", story.draft(terms=None), HEAD)["terms"] is None


@pytest.mark.parametrize("kind", ["mandatory", "apprenticeship"])
def test_mandatory_training_and_apprenticeships_have_no_terms(world: World, kind: str) -> None:
    answered = world.done("/v1/agreements", story.draft(**{kind: True}), HEAD)
    assert (answered["terms"], answered[kind]) == (None, True)


def test_lists_are_filtered_by_person_school_and_status(world: World) -> None:
    story.joins(world, "t2", school_urn=OTHER_SCHOOL)
    first = story.drafted(world)
    second = story.signed(world, "t2", school_urn=OTHER_SCHOOL)

    def found(query: str) -> list[str]:
        return [item["id"] for item in world.read(f"/v1/agreements?{query}")["items"]]

    assert found("") == [first, second]
    assert found("staff_id=t1") == found(f"school_urn={SCHOOL}") == found("status=drafted") == [first]
    assert found("staff_id=t2") == found(f"school_urn={OTHER_SCHOOL}") == found("status=signed") == [second]
    assert found(f"staff_id=t1&school_urn={OTHER_SCHOOL}") == found("status=cancelled") == found("staff_id=x") == []


def test_pages_give_every_agreement_once_in_order(world: World) -> None:
    drafted = [story.drafted(world) for _ in range(5)]
    seen: list[str] = []
    query = ""
    while query is not None:
        page = world.read(f"/v1/agreements?limit=2{query}")
        seen += [item["id"] for item in page["items"]]
        query = f"&cursor={page['next']}" if page["next"] else None
    assert seen == drafted


ACTS: list[tuple[str, dict[str, Any], Any, str]] = [
    ("signature", story.SIGNATURE, HEAD, "signed"),
    ("start", {"started_on": "2024-09-03", "reason": "a day late"}, HEAD, "in_training"),
    (
        "costs",
        {"category": "fee", "amount_pence": 100, "on": "2024-10-01", "reference": "INV 1"},
        FINANCE,
        "in_training",
    ),
    (
        "refunds",
        {"category": "exam", "amount_pence": 50, "on": "2024-10-02", "reference": "CN 1"},
        FINANCE,
        "in_training",
    ),
    ("completion", {"completed_on": "2025-01-30"}, HEAD, "completed"),
    ("completion", {"completed_on": "2025-01-31", "reason": "the certificate says so"}, HEAD, "completed"),
    ("variation", {"cost_lines": [{"category": "exam", "amount_pence": 1}], "reason": "cheaper"}, HR, "varied"),
    ("signature", {"signed_on": "2025-02-01", "deduction_consent": False}, person("t1"), "completed"),
    ("cancellation", {"reason": "a mistake"}, HEAD, "cancelled"),
]


def test_every_act_answers_200_with_what_was_given_and_a_read_says_the_same(world: World) -> None:
    agreement = story.drafted(world)
    for act, body, caller, status in ACTS:
        answer = world.post(f"/v1/agreements/{agreement}/{act}", body, caller)
        assert (answer.status_code, answer.json["status"]) == (200, status), act
        if act in ("costs", "refunds"):
            assert answer.json[act] == [body]
        else:
            assert_within(body, answer.json)
        assert world.read(f"/v1/agreements/{agreement}") == answer.json == listed(world, agreement)


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("refusal", {"reason": "too long a tie"}, "refused"),
        ("training-withdrawal", {"withdrawn_on": "2024-12-01", "reason": "ill"}, "withdrawn"),
        ("training-cancellation", {"cancelled_on": "2024-12-01", "by": "provider", "reason": "gone"}, "cancelled"),
    ],
)
def test_what_ends_an_agreement_otherwise_comes_back_too(
    world: World, act: str, body: dict[str, str], status: str
) -> None:
    caller = person("t1") if act == "refusal" else HEAD
    agreement = story.drafted(world) if act == "refusal" else story.signed(world)
    answered = world.done(f"/v1/agreements/{agreement}/{act}", body, caller)
    assert answered["status"] == status
    assert_within(body, answered)


def test_another_completion_date_is_a_correction_and_needs_a_reason(world: World) -> None:
    agreement = story.completed(world)
    answer = world.post(f"/v1/agreements/{agreement}/completion", {"completed_on": "2025-01-30"}, HEAD)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])


def test_a_variation_is_in_force_when_signed_again(world: World) -> None:
    agreement = story.completed(world)
    world.done(f"/v1/agreements/{agreement}/variation", {"terms": None}, HEAD)
    liability = f"/v1/agreements/{agreement}/liability?on=2025-02-01"
    assert world.read(liability)["amount_pence"] == 240000
    signature = {"signed_on": "2025-02-01", "deduction_consent": True, "document_ref": "scan 2"}
    world.done(f"/v1/agreements/{agreement}/signature", signature, HEAD)
    assert (world.read(liability)["amount_pence"], world.read(liability)["rule"]) == (0, "no_terms")
