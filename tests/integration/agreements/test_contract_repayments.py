"""The contract's calls on repayments."""

from typing import Any

import pytest

from tests.integration.agreements import story
from tests.integration.agreements.shapes import assert_within
from tests.integration.agreements.world import (
    EXECUTIVE,
    FINANCE,
    HEAD,
    OTHER_SCHOOL,
    PAYROLL,
    SCHOOL,
    World,
    person,
)


def test_repayments_are_filtered_by_person_school_and_status(world: World) -> None:
    story.joins(world, "t2", school_urn=OTHER_SCHOOL)
    story.completed(world, "t2", school_urn=OTHER_SCHOOL)
    there = story.resigned(world, "t2", school_urn=OTHER_SCHOOL)["repayments"][0]["id"]
    here = story.required(world)

    def found(query: str) -> list[str]:
        return [item["id"] for item in world.read(f"/v1/repayments?{query}")["items"]]

    assert found("") == [there, here]
    assert found("staff_id=t1") == found(f"school_urn={SCHOOL}") == found("status=sent") == [here]
    assert found("staff_id=t2") == found(f"school_urn={OTHER_SCHOOL}") == found("status=assessed") == [there]


FIGURES = (
    "amount_pence",
    "taken_total_pence",
    "refunded_pence",
    "waived_pence",
    "written_off_pence",
    "balance_pence",
    "refund_due_pence",
)
ACTS: list[tuple[str, dict[str, Any], Any, str, tuple[int, ...]]] = [
    ("dispute", {"reason": "wrong date"}, person("t1"), "held", (180000, 0, 0, 0, 0, 180000, 0)),
    ("confirmation", {"reason": "right date"}, HEAD, "confirmed", (180000, 0, 0, 0, 0, 180000, 0)),
    ("requirement", {"reason": "policy"}, HEAD, "sent", (180000, 0, 0, 0, 0, 180000, 0)),
    ("waiver", {"amount_pence": 10000, "reason": "hardship"}, EXECUTIVE, "sent", (180000, 0, 0, 10000, 0, 170000, 0)),
    (
        "invoice",
        {"reference": "INV 7", "due_on": "2025-09-30"},
        FINANCE,
        "invoiced",
        (180000, 0, 0, 10000, 0, 170000, 0),
    ),
    (
        "payments",
        {"amount_pence": 70000, "on": "2025-06-01", "reference": "BACS"},
        FINANCE,
        "sent",
        (180000, 70000, 0, 10000, 0, 100000, 0),
    ),
    (
        "deductions",
        story.deduction(revision=3, outcome="partly_taken", taken_pence=60000),
        PAYROLL,
        "partly_taken",
        (180000, 130000, 0, 10000, 0, 40000, 0),
    ),
    (
        "write-off",
        {"amount_pence": 40000, "reason": "cannot be had"},
        EXECUTIVE,
        "settled",
        (180000, 130000, 0, 10000, 40000, 0, 0),
    ),
    (
        "payments",
        {"amount_pence": 50000, "on": "2025-06-02", "reference": "BACS 2"},
        FINANCE,
        "refund_due",
        (180000, 180000, 0, 10000, 0, 0, 10000),
    ),
    (
        "refund-payments",
        {"amount_pence": 10000, "on": "2025-06-02", "reference": "BACS 3"},
        PAYROLL,
        "settled",
        (180000, 180000, 10000, 10000, 0, 0, 0),
    ),
]
KEPT_IN = {
    "waiver": "waivers",
    "write-off": "write_offs",
    "invoice": "invoices",
    "payments": "payments",
    "refund-payments": "refund_payments",
    "deductions": "deductions",
}


def test_every_act_on_a_repayment_moves_its_ledger_and_comes_back(world: World) -> None:
    repayment = story.owed(world)
    for act, body, caller, _, figures in ACTS:
        answer = world.post(f"/v1/repayments/{repayment}/{act}", body, caller)
        assert answer.status_code == 200, (act, answer.json)
        found = answer.json
        assert tuple(found[name] for name in FIGURES) == figures, act
        if act in KEPT_IN:
            assert_within({k: v for k, v in body.items() if k != "reason"}, found[KEPT_IN[act]][-1])
        if "reason" in body:
            assert body["reason"] in [line["reason"] for line in found["history"]]
        assert world.read(f"/v1/repayments/{repayment}") == found
        assert world.read("/v1/repayments")["items"] == [found]


def test_the_status_says_how_far_a_repayment_has_come(world: World) -> None:
    repayment = story.owed(world)
    for act, body, caller, status, _ in ACTS:
        assert world.done(f"/v1/repayments/{repayment}/{act}", body, caller)["status"] == status, act


def test_a_repayment_shows_its_computation_and_its_history(world: World) -> None:
    found = world.read(f"/v1/repayments/{story.required(world)}")
    assert found["revision"] == 1
    assert_within({"trigger_on": "2025-05-31", "ended_on": "2025-01-31", "months_completed": 3}, found["computation"])
    assert_within({"base_pence": 240000, "amount_pence": 180000, "rule": "reduced"}, found["computation"])
    kinds = [line["event"] for line in found["history"]]
    assert kinds == ["RepaymentAssessed", "RepaymentRequired", "RepaymentSent"]


@pytest.mark.parametrize(
    ("act", "body", "caller"),
    [
        ("waiver", {"amount_pence": 180001, "reason": "r"}, EXECUTIVE),
        ("write-off", {"amount_pence": 180001, "reason": "r"}, EXECUTIVE),
        ("confirmation", {"reason": "r"}, HEAD),
        ("requirement", {"reason": "r"}, HEAD),
        ("refund-payments", {"amount_pence": 1, "on": "2025-06-01", "reference": "x"}, PAYROLL),
    ],
)
def test_what_the_state_forbids_is_409(world: World, act: str, body: dict[str, Any], caller: Any) -> None:
    repayment = story.required(world)
    assert world.post(f"/v1/repayments/{repayment}/{act}", body, caller).status_code == 409


def test_only_what_was_required_is_written_off_or_invoiced(world: World) -> None:
    repayment = story.owed(world)
    writing_off = world.post(f"/v1/repayments/{repayment}/write-off", {"amount_pence": 1, "reason": "r"}, EXECUTIVE)
    invoice = world.post(f"/v1/repayments/{repayment}/invoice", {"reference": "x", "due_on": "2025-07-01"}, FINANCE)
    assert (writing_off.status_code, invoice.status_code) == (409, 409)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"taken_pence": 1}, "taken_pence"),
        ({"outcome": "partly_taken"}, "taken_pence"),
        ({"outcome": "rejected"}, "taken_pence"),
        ({"outcome": "accepted", "taken_pence": 1}, "taken_pence"),
        ({"revision": 2}, "revision"),
        ({"pay_period": "week 7"}, "pay_period"),
    ],
)
def test_an_outcome_that_does_not_fit_the_figure_is_422(world: World, changes: dict[str, Any], field: str) -> None:
    repayment = story.required(world)
    answer = world.post(f"/v1/repayments/{repayment}/deductions", story.deduction(**changes), PAYROLL)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_deduction_is_reported_once_and_accepted_is_progress(world: World) -> None:
    path = f"/v1/repayments/{story.required(world)}/deductions"
    assert world.done(path, story.deduction(outcome="accepted", taken_pence=0), PAYROLL)["status"] == "accepted"
    taken = world.done(path, story.deduction(), PAYROLL)
    assert taken["status"] == "settled"
    assert world.done(path, story.deduction(), PAYROLL) == taken
    assert world.post(path, story.deduction(outcome="partly_taken", taken_pence=5), PAYROLL).status_code == 409


def test_a_deduction_is_reversed(world: World) -> None:
    path = f"/v1/repayments/{story.taken(world)}/deductions"
    found = world.done(f"{path}/d1/reversal", {"reason": "wrong person"}, PAYROLL)
    assert (found["taken_total_pence"], found["balance_pence"]) == (0, 180000)
    assert [deduction["reversed"] for deduction in found["deductions"]] == [True]
    assert world.post(f"{path}/d2/reversal", {"reason": "r"}, PAYROLL).status_code == 404


def test_a_repayment_is_read_as_it_was_known(world: World) -> None:
    repayment = story.owed(world)
    before = world.clock.now
    world.clock.advance(hours=1)
    world.done(f"/v1/repayments/{repayment}/requirement", {"reason": "r"}, HEAD)
    at = before.isoformat().replace("+00:00", "Z")
    assert world.read(f"/v1/repayments/{repayment}?known_at={at}")["status"] == "assessed"
    assert world.read(f"/v1/repayments/{repayment}")["status"] == "sent"
    assert world.get(f"/v1/repayments/{repayment}?known_at=2025-06-02T09:59:59Z").status_code == 404
