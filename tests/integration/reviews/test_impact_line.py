"""From what the other services tell, by their own messages, to the figures: nothing is asked of anybody."""

import pytest

from services.reviews.reports.statistics import Question
from shared.dates import london_day
from tests.integration.agreements import story as agreements
from tests.integration.agreements.world import FINANCE, HEAD, HR, SCHOOL, person, who
from tests.integration.requests import story as requests
from tests.integration.reviews import story
from tests.integration.reviews.world import Trust

PEOPLE = [f"t{number}" for number in range(1, 13)]
IMPACT = f"/v1/statistics/impact?school_urn={SCHOOL}&academic_year=2025-26"
COST = {"category": "fee", "amount_pence": 230000, "on": "2025-06-01", "reference": "INV 1"}
FEE = [{"category": "fee", "amount_pence": 9000}]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    """Twelve teachers ask for a day each; eleven are approved, ten complete it and nine say what it gave them."""
    trust = Trust(tmp_path_factory.mktemp("trust"))
    requests.all_join(trust.requests, {staff_id: {} for staff_id in PEOPLE})
    requests.allocated(trust.requests)
    priority = requests.priority(trust.requests)
    ids = [
        requests.assessed(trust.requests, priority_id=priority, staff_id=staff_id, cost_lines=FEE, provider="A college")
        for staff_id in PEOPLE
    ]
    for id_ in ids[1:]:
        trust.requests.done(f"/v1/requests/{id_}/approval", requests.APPROVAL, HEAD)
    trust.requests.done(f"/v1/requests/{ids[0]}/decline", {"reason": "Next year"}, HEAD)
    trust.clock.advance(days=130)
    for id_ in ids[2:]:
        cost = {"category": "fee", "amount_pence": 8000, "on": "2025-09-03", "reference": "x"}
        trust.requests.done(f"/v1/requests/{id_}/costs", cost, FINANCE)
        trust.requests.done(f"/v1/requests/{id_}/completion", {"completed_on": "2025-09-02"}, HEAD)
    trust.catch_up()
    for staff_id in PEOPLE[3:]:
        (evaluation,) = trust.reviews.read("/v1/evaluations", person(staff_id))["items"]
        trust.reviews.done(f"/v1/evaluations/{evaluation['id']}/submission", story.answer(), person(staff_id))
    trust.catch_up()
    return trust


def figures(trust: Trust, by: str = "role_category", group: str = "all") -> dict:
    made = trust.reviews.read(f"{IMPACT}&by={by}", who("governor"))
    return {
        each["name"]: (each["numerator"], each["denominator"]) for each in made["figures"] if each["group"] == group
    }


def test_every_figure_follows_from_what_was_told(told: Trust) -> None:
    found = figures(told)
    assert found["requests"] == (12, None)
    assert found["approvals"] == (11, 12)
    assert found["spend_pence"] == (80000, None)
    assert found["participants"] == (11, 12)
    assert found["without_participation"] == (1, 12)
    assert found["completions"] == (10, None)
    assert found["evaluation_rate"] == (9, 10)
    assert found["cost_per_participant_pence"] == (80000, 11)


def test_the_spend_is_what_the_budget_has(told: Trust) -> None:
    assert figures(told)["spend_pence"][0] == requests.figures(told.requests)[2]


def test_they_are_of_the_provider_and_the_type_that_was_asked_for(told: Trust) -> None:
    assert figures(told, "provider", "A college")["completions"] == (10, None)
    assert figures(told, "activity_type", "course")["approvals"] == (11, 12)


def test_confidence_of_nine_people_is_not_told(told: Trust) -> None:
    (changed,) = [each for each in told.reviews.read(IMPACT, who("governor"))["confidence"] if each["group"] == "all"]
    assert (changed["suppressed"], changed["mean"]) == (True, None)  # nine did


def test_what_an_agreement_tells_counts_once_for_the_request_that_it_is_of(trust: Trust) -> None:
    requests.approved(trust.requests)
    trust.catch_up()
    (agreement,) = trust.agreements.read("/v1/agreements", HR)["items"]
    one = f"/v1/agreements/{agreement['id']}"
    trust.agreements.done(f"{one}/costs", COST, FINANCE)
    trust.agreements.done(f"{one}/refunds", COST | {"amount_pence": 30000}, FINANCE)
    trust.clock.advance(days=250)
    trust.agreements.done(f"{one}/start", {"started_on": "2025-09-01"}, HEAD)
    trust.agreements.done(f"{one}/completion", {"completed_on": "2026-01-31"}, HEAD)
    trust.catch_up()
    assert unhidden(trust) == {
        "requests": 1,
        "approvals": 1,
        "spend_pence": 200000,
        "participants": 1,
        "completions": 1,
    }


def test_an_agreement_without_a_request_counts_too_and_one_called_off_does_not(trust: Trust) -> None:
    agreement = agreements.completed(trust.agreements)
    trust.agreements.done(f"/v1/agreements/{agreement}/costs", COST | {"amount_pence": 5000}, FINANCE)
    off = agreements.signed(trust.agreements, title="Another")
    called_off = {"cancelled_on": "2025-06-01", "by": "provider", "reason": "r"}
    trust.agreements.done(f"/v1/agreements/{off}/training-cancellation", called_off, HEAD)
    trust.catch_up()
    counted = {"requests": 0, "approvals": 0, "spend_pence": 5000, "participants": 1, "completions": 1}
    assert unhidden(trust, "2024-25") == counted


def unhidden(trust: Trust, year: str = "2025-26") -> dict[str, int]:
    """What is counted of everybody, hidden or not."""
    asked = Question(school_urn=None, year=year, by="school", on=london_day(trust.clock()))
    measures = trust.reviews.runtime.statistics.year(asked).tallies[year].measures
    wanted = ("requests", "approvals", "spend_pence", "participants", "completions")
    return {each.name: int(each.numerator[-1, -1]) for each in measures if each.name in wanted}
