"""Decisions: by whom, up to which cost, on what grounds, within which budget; and what may be done about them."""

from typing import Any

import pytest

from tests.integration.agreements.world import (
    ADMIN,
    AUDITOR,
    EXECUTIVE,
    FINANCE,
    HEAD,
    HR,
    OTHER_SCHOOL,
    SCHOOL,
    Who,
    person,
    who,
)
from tests.integration.requests import story
from tests.integration.requests.story import APPROVAL, REASON
from tests.integration.requests.world import GOVERNOR, LEADER, QUALITY, SLT, RequestsWorld


def fee(pence: int) -> list[dict[str, Any]]:
    return [{"category": "fee", "amount_pence": pence}]


def decide(world: RequestsWorld, request: str, by: Who, act: str = "approval", **changes: Any) -> Any:
    body = (APPROVAL if act == "approval" else REASON) | changes
    return world.post(f"/v1/requests/{request}/{act}", body, by)


def settings(world: RequestsWorld, **changes: Any) -> None:
    assert world.put(f"/v1/schools/{SCHOOL}/settings", changes, ADMIN).status_code == 200


@pytest.mark.parametrize(
    ("pence", "least"),
    [(50000, "slt"), (50001, "headteacher"), (500000, "headteacher"), (500001, "governor")],
)
def test_each_limit_includes_its_own_sum(world: RequestsWorld, pence: int, least: str) -> None:
    request = story.assessed(world, cost_lines=fee(pence))
    story.allocated(world, 1_000_000)
    order = ["slt", "headteacher", "governor"]
    for role in order[: order.index(least)]:
        assert decide(world, request, who(role)).status_code == 403
    assert decide(world, request, who(least)).json["status"] == "approved"


def test_a_part_funded_request_is_decided_at_the_schools_share(world: RequestsWorld) -> None:
    request = story.assessed(world, cost_lines=fee(100000))
    story.allocated(world)
    assert decide(world, request, SLT).status_code == 403
    answer = decide(world, request, SLT, funding="part", funded_percent=50)
    assert (answer.status_code, answer.json["funded_percent"]) == (200, 50)
    assert story.figures(world) == (500000, 50000, 0, 450000)


@pytest.mark.parametrize(
    ("funding", "percent"), [("part", None), ("part", 0), ("part", 100), ("full", 50), ("none", 1)]
)
def test_funding_and_percentage_fit_each_other(world: RequestsWorld, funding: str, percent: int | None) -> None:
    request = story.assessed(world)
    story.allocated(world)
    answer = decide(world, request, HEAD, funding=funding, funded_percent=percent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["funded_percent"])


def test_there_is_no_commitment_to_fund(world: RequestsWorld) -> None:
    request = story.assessed(world)
    answer = decide(world, request, SLT, funding="none")
    assert (answer.json["status"], answer.json["funded_percent"]) == ("approved", 0)
    assert story.figures(world) == (0, 0, 0, 0)


def test_an_unscored_criterion_blocks_approval(world: RequestsWorld) -> None:
    request = story.asked(world)
    story.allocated(world)
    assert decide(world, request, HEAD).json["type"] == "/problems/not-assessed"
    scores = story.scores()["scores"]
    del scores["value_for_money"]
    world.done(f"/v1/requests/{request}/assessment", {"scores": scores}, HEAD)
    answer = decide(world, request, HEAD)
    assert (answer.status_code, "value_for_money" in answer.json["detail"]) == (409, True)


def test_below_the_threshold_an_approval_says_so(world: RequestsWorld) -> None:
    settings(world, assessment_threshold=25)
    request = story.assessed(world)
    story.allocated(world)
    assert decide(world, request, HEAD, reason=" ").status_code == 422
    found = decide(world, request, HEAD).json
    assert (found["total"], found["assessment"]["threshold"]) == (24, 25)
    assert found["decisions"][0]["below_threshold"] is True


def test_no_one_decides_on_a_request_of_their_own_or_in_which_they_take_part(world: RequestsWorld) -> None:
    story.joins(world, "t2")
    story.allocated(world)
    request = story.assessed(world, participants=["t1", "t2"])
    for staff_id in ("t1", "t2"):
        for act in ("approval", "decline", "deferral"):
            answer = decide(world, request, who("headteacher", staff_id=staff_id), act)
            assert (answer.status_code, answer.json["type"]) == (409, "/problems/own-request")
    assert decide(world, request, who("headteacher", staff_id="t3")).status_code == 200


def test_a_headteachers_own_request_goes_to_the_trust_executive(world: RequestsWorld) -> None:
    story.joins(world, "head")
    story.allocated(world)
    request = story.asked(world, HEAD, "head", cost_lines=fee(100))
    world.done(f"/v1/requests/{request}/assessment", story.scores(), LEADER)
    for by in (SLT, GOVERNOR, who("headteacher", staff_id="another")):
        assert decide(world, request, by).status_code == 403
    assert decide(world, request, EXECUTIVE).json["decisions"][0]["authority"] == "trust_executive"


def test_a_request_for_whom_the_settings_name_as_head_goes_there_too(world: RequestsWorld) -> None:
    settings(world, headteacher_id=story.TEACHER)
    request = story.assessed(world, cost_lines=fee(100))
    assert decide(world, request, GOVERNOR, "decline").status_code == 403
    assert decide(world, request, EXECUTIVE, "decline").status_code == 200


def test_who_is_deputed_decides_on_the_days_of_the_delegation_and_on_no_other(world: RequestsWorld) -> None:
    deputy = who("slt", staff_id="deputy")
    days = {"from": "2025-06-02", "to": "2025-06-03"}
    settings(world, delegations=[{"from_role": "headteacher", "to_staff_id": "deputy"} | days])
    story.allocated(world, 1_000_000)
    first, second = (story.assessed(world, cost_lines=fee(400000)) for _ in range(2))
    assert decide(world, first, SLT).status_code == 403
    assert decide(world, first, deputy).json["decisions"][0]["authority"] == "headteacher"
    world.clock.advance(days=2)
    assert decide(world, second, deputy).status_code == 403


def test_who_recommended_does_not_decide(world: RequestsWorld) -> None:
    request, both = story.assessed(world), who("headteacher", "line_manager", staff_id="manager")
    story.allocated(world)
    answer = world.done(f"/v1/requests/{request}/recommendation", REASON, both)
    assert answer["status"] == "recommended"
    assert decide(world, request, both).json["type"] == "/problems/recommended-by-the-same-person"
    assert decide(world, request, HEAD).status_code == 200


def test_an_approval_that_would_overspend_is_refused_and_changes_nothing(world: RequestsWorld) -> None:
    story.allocated(world, 239999)
    request = story.assessed(world)
    answer = decide(world, request, HEAD)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/budget-exceeded")
    assert world.read(f"/v1/requests/{request}")["status"] == "assessed"
    story.allocated(world, 240000)
    assert decide(world, request, HEAD).status_code == 200
    assert story.figures(world) == (240000, 240000, 0, 0)


def test_a_budget_is_that_of_the_academic_year_in_which_it_begins(world: RequestsWorld) -> None:
    story.allocated(world, 500000, f"/v1/budgets/{SCHOOL}/2024-25")
    request = story.assessed(world, starts_on="2025-08-31", cost_lines=fee(100))
    assert decide(world, request, HEAD).status_code == 200
    assert story.figures(world, f"/v1/budgets/{SCHOOL}/2024-25") == (500000, 100, 0, 499900)
    later = story.assessed(world, starts_on="2025-09-01", cost_lines=fee(100))
    assert decide(world, later, HEAD).status_code == 409


def test_an_allocation_below_what_is_held_is_refused(world: RequestsWorld) -> None:
    story.approved(world)
    answer = world.put(story.BUDGET, {"allocated_pence": 239999}, FINANCE)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/allocation-below-commitments")
    assert world.put(story.BUDGET, {"allocated_pence": 240000}, FINANCE).status_code == 200


def test_withdrawing_gives_back_what_was_held(world: RequestsWorld) -> None:
    request = story.approved(world)
    found = world.done(f"/v1/requests/{request}/withdrawal", REASON, person(story.TEACHER))
    assert found["status"] == "withdrawn"
    assert story.figures(world) == (500000, 0, 0, 500000)
    assert decide(world, request, HEAD).json["type"] == "/problems/already-decided"


def test_costs_without_an_agreement_are_recorded_on_the_request(world: RequestsWorld) -> None:
    request = story.approved(world, cost_lines=fee(10001))
    cost = {"category": "fee", "amount_pence": 5001, "on": "2025-06-01", "reference": "INV"}
    world.done(f"/v1/requests/{request}/costs", cost, FINANCE)
    assert story.figures(world) == (500000, 5000, 5001, 489999)
    world.done(f"/v1/requests/{request}/costs", cost | {"amount_pence": 6000}, FINANCE)
    assert story.figures(world) == (500000, 0, 11001, 488999)
    world.done(f"/v1/requests/{request}/refunds", cost | {"amount_pence": 1001}, FINANCE)
    assert story.figures(world) == (500000, 0, 10000, 490000)


def test_a_part_of_the_costs_counts_by_the_schools_share_rounded_once(world: RequestsWorld) -> None:
    request = story.assessed(world, cost_lines=fee(10001))
    story.allocated(world)
    decide(world, request, HEAD, funding="part", funded_percent=50)
    assert story.figures(world) == (500000, 5001, 0, 494999)
    cost = {"category": "fee", "amount_pence": 3, "on": "2025-06-01", "reference": "INV"}
    for _ in range(2):
        world.done(f"/v1/requests/{request}/costs", cost, FINANCE)
    assert story.figures(world) == (500000, 4998, 3, 494999)


def test_a_declined_request_is_appealed_once_to_the_next_authority(world: RequestsWorld) -> None:
    story.allocated(world)
    request, me = story.assessed(world, cost_lines=fee(100)), person(story.TEACHER)
    assert world.post(f"/v1/requests/{request}/appeal", REASON, me).status_code == 409
    assert decide(world, request, SLT, "decline").json["status"] == "declined"
    assert world.done(f"/v1/requests/{request}/appeal", REASON, me)["status"] == "appealed"
    assert decide(world, request, who("slt", staff_id="other")).status_code == 403
    assert decide(world, request, HEAD, "decline").json["decisions"][1]["on_appeal"] is True
    answer = world.post(f"/v1/requests/{request}/appeal", REASON, me)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/no-appeal")


def test_an_appeal_is_decided_by_someone_else(world: RequestsWorld) -> None:
    both = who("slt", "headteacher", staff_id="both")
    request = story.assessed(world, cost_lines=fee(100))
    decide(world, request, both, "decline")
    world.done(f"/v1/requests/{request}/appeal", REASON, person(story.TEACHER))
    answer = decide(world, request, who("governor", staff_id="both"), "decline")
    assert answer.json["type"] == "/problems/decided-by-the-same-person"


def test_what_was_deferred_is_asked_for_again_and_the_clock_runs_anew(world: RequestsWorld) -> None:
    request, me = story.assessed(world), person(story.TEACHER)
    world.clock.advance(days=12)
    standing = world.read(f"/v1/requests/{request}/standing")
    assert (standing["days_open"], standing["overdue"], standing["decide_by"]) == (12, True, "2025-06-12")
    assert standing["decides"] == "headteacher"
    deferred = decide(world, request, HEAD, "deferral").json
    assert (deferred["decisions"][0]["days_open"], deferred["decisions"][0]["overdue"]) == (12, True)
    assert world.done(f"/v1/requests/{request}/resubmission", REASON, me)["status"] == "assessed"
    standing = world.read(f"/v1/requests/{request}/standing?on=2025-06-15")
    assert (standing["days_open"], standing["overdue"]) == (1, False)


def test_a_change_before_the_decision_is_assessed_anew(world: RequestsWorld) -> None:
    request = story.assessed(world)
    document = story.body(world.read(f"/v1/requests/{request}")["priority_ids"][0], cost_lines=fee(1))
    whole = {name: value for name, value in document.items() if name not in ("staff_id", "school_urn")}
    changed = world.put(f"/v1/requests/{request}", whole, person(story.TEACHER)).json
    assert (changed["status"], changed["asked_pence"], changed["assessment"]) == ("submitted", 1, None)
    world.done(f"/v1/requests/{request}/assessment", story.scores(), HEAD)
    story.allocated(world)
    decide(world, request, HEAD)
    assert world.put(f"/v1/requests/{request}", whole, person(story.TEACHER)).status_code == 409


def test_a_draft_is_submitted_once(world: RequestsWorld) -> None:
    document = story.body(story.priority(world), draft=True)
    draft = world.done("/v1/requests", document, person(story.TEACHER))
    assert (draft["status"], draft["submitted_on"]) == ("drafted", None)
    assert decide(world, draft["id"], HEAD).status_code == 409
    submitted = world.done(f"/v1/requests/{draft['id']}/submission", {}, person(story.TEACHER))
    assert (submitted["status"], submitted["submitted_on"]) == ("submitted", "2025-06-02")
    again = world.post(f"/v1/requests/{draft['id']}/submission", {}, person(story.TEACHER))
    assert again.json["type"] == "/problems/not-drafted"


def test_a_draft_is_read_by_who_may_submit_it_and_counts_for_nothing(world: RequestsWorld) -> None:
    document = story.body(story.priority(world), draft=True)
    draft = world.done("/v1/requests", document, person(story.TEACHER))["id"]
    whole = {name: value for name, value in document.items() if name not in ("staff_id", "school_urn", "draft")}
    assert world.put(f"/v1/requests/{draft}", whole | {"title": "Another"}, person(story.TEACHER)).status_code == 200
    asked = story.asked(world)
    manager = who("line_manager", staff_id="manager")
    for given_up in (False, True):
        for reader in (person(story.TEACHER), HEAD, HR, AUDITOR):
            assert world.get(f"/v1/requests/{draft}", reader).status_code == 200
            assert [each["id"] for each in world.read("/v1/requests?limit=1", reader)["items"]] == [draft]
        for reader in (manager, SLT, LEADER, QUALITY, EXECUTIVE):
            assert world.get(f"/v1/requests/{draft}", reader).status_code == 404
            assert [each["id"] for each in world.read("/v1/requests?limit=1", reader)["items"]] == [asked]
        if not given_up:
            world.done(f"/v1/requests/{draft}/withdrawal", story.REASON, person(story.TEACHER))
    sent = str(world.read("/v1/feed/cpd.requests.v1?limit=200", HR))
    assert "RequestChanged" not in sent, "a draft that is changed is a draft still"
    report = world.read("/v1/reports/priorities", HEAD)
    assert sorted(row[report["columns"].index("requests")] for row in report["rows"]) == [0, 1]


def test_money_moves_between_schools_and_years_with_a_reason(world: RequestsWorld) -> None:
    story.joins(world, "t9", school_urn=OTHER_SCHOOL)
    story.approved(world)
    move = {"to_urn": OTHER_SCHOOL, "amount_pence": 60000, "reason": "More new teachers there"}
    assert world.done(f"{story.BUDGET}/virement", move, EXECUTIVE)["available_pence"] == 200000
    there = f"/v1/budgets/{OTHER_SCHOOL}/{story.YEAR}"
    assert story.figures(world, there) == (60000, 0, 0, 60000)
    answer = world.post(f"{story.BUDGET}/virement", move | {"amount_pence": 200001}, EXECUTIVE)
    assert answer.json["type"] == "/problems/budget-exceeded"
    carry = {"amount_pence": 200000, "reason": "Year end"}
    assert world.done(f"{story.BUDGET}/carry-over", carry, FINANCE)["available_pence"] == 0
    assert story.figures(world, f"/v1/budgets/{SCHOOL}/2026-27") == (200000, 0, 0, 200000)
    assert world.post(f"{story.BUDGET}/virement", move | {"to_urn": SCHOOL}, EXECUTIVE).status_code in (409, 422)
