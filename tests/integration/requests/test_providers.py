"""Service agreements and ratings over HTTP: bought, named by requests, drawn down, paid, rated."""

from typing import Any

import pytest

from tests.integration.agreements.world import EXECUTIVE, FINANCE, HEAD, OTHER_SCHOOL, SCHOOL, person, who
from tests.integration.requests import story
from tests.integration.requests.table import PAYMENT, PLACES
from tests.integration.requests.world import GOVERNOR, QUALITY, RequestsWorld

SERVICE_AGREEMENTS = "/v1/service-agreements"
BUDGET = f"/v1/budgets/{SCHOOL}/2024-25"
ME = person(story.TEACHER)
RATINGS = f"/v1/statistics/providers?school_urn={SCHOOL}"


@pytest.fixture
def places(world: RequestsWorld) -> dict[str, Any]:
    """Two places bought for £900.00, of a budget of £5,000.00."""
    story.allocated(world, budget=BUDGET)
    bought: dict[str, Any] = world.done(SERVICE_AGREEMENTS, PLACES | {"quantity": 2, "price_pence": 90000}, HEAD)
    return bought


def asked(world: RequestsWorld, places: dict[str, Any], **changes: Any) -> str:
    fees = [{"category": "fee", "amount_pence": 20000}]
    days = {"starts_on": "2025-06-10", "ends_on": "2025-06-10"}
    fields = {"service_agreement_id": places["id"], "cost_lines": fees} | days | changes
    return story.assessed(world, **fields)


def test_what_is_given_comes_back_in_one_and_in_lists(world: RequestsWorld, places: dict[str, Any]) -> None:
    given = PLACES | {"quantity": 2, "price_pence": 90000}
    assert {name: places[name] for name in given} == given
    assert (places["status"], places["used"], places["left"], places["authority"]) == ("open", 0, 2, "headteacher")
    assert world.read(f"{SERVICE_AGREEMENTS}/{places['id']}", ME) == places
    assert world.read(f"{SERVICE_AGREEMENTS}?school_urn={SCHOOL}&status=open", ME)["items"] == [places]
    assert world.read(f"{SERVICE_AGREEMENTS}?status=used_up", ME)["items"] == []
    assert world.read(SERVICE_AGREEMENTS, ME.at(OTHER_SCHOOL))["items"] == []


def test_a_request_draws_and_the_money_is_counted_when_it_is_bought(
    world: RequestsWorld, places: dict[str, Any]
) -> None:
    assert story.figures(world, BUDGET) == (500000, 90000, 0, 410000)
    request = asked(world, places)
    seen = world.done(f"/v1/requests/{request}/approval", story.APPROVAL, HEAD)
    assert (seen["provider"], seen["service_agreement_id"]) == ("A college", places["id"])
    assert story.figures(world, BUDGET) == (500000, 90000, 0, 410000)
    one = f"{SERVICE_AGREEMENTS}/{places['id']}"
    assert world.read(one)["left"] == 1
    world.done(f"{one}/costs", PAYMENT | {"amount_pence": 90000}, FINANCE)
    assert story.figures(world, BUDGET) == (500000, 0, 90000, 410000)
    answer = world.post(f"/v1/requests/{request}/costs", PAYMENT | {"category": "fee"}, FINANCE)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["category"])
    world.done(f"/v1/requests/{request}/withdrawal", story.REASON, ME)
    assert world.read(one)["left"] == 2


def test_used_up_is_a_conflict(world: RequestsWorld, places: dict[str, Any]) -> None:
    for staff_id in ("t2", "t3"):
        story.joins(world, staff_id)
    request = asked(world, places, participants=["t1", "t2", "t3"])
    answer = world.post(f"/v1/requests/{request}/approval", story.APPROVAL, HEAD)
    assert answer.status_code == 409
    assert answer.json["detail"] == "3 places are asked for and 2 are left"


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"price_pence": 500001}, 403, None),
        ({"price_pence": 410001}, 409, None),
        ({"valid_to": "2025-06-01"}, 422, "valid_to"),
        ({"quantity": 0}, 422, "quantity"),
        ({"quantity": 1.5}, 422, "quantity"),
        ({"unit": "days"}, 422, "unit"),
        ({"provider": " "}, 422, "provider"),
        ({"school_urn": "999999"}, 422, "school_urn"),
        ({"price_pence": -1}, 422, "price_pence"),
    ],
)
def test_what_is_not_sound_is_not_bought(
    world: RequestsWorld, places: dict[str, Any], changes: dict[str, Any], status: int, told: str | None
) -> None:
    before = world.position()
    answer = world.post(SERVICE_AGREEMENTS, PLACES | changes, HEAD)
    assert answer.status_code == status, answer.text
    assert told is None or list(answer.json["errors"]) == [told]
    assert world.position() == before


def test_the_governing_body_buys_above_the_heads_limit(world: RequestsWorld) -> None:
    story.allocated(world, 1000000, BUDGET)
    bought = world.done(SERVICE_AGREEMENTS, PLACES | {"price_pence": 500001}, GOVERNOR)
    assert bought["authority"] == "governor"


def test_participants_rate_the_provider_and_averages_are_of_ten(world: RequestsWorld) -> None:
    people = [f"t{number}" for number in range(1, 11)]
    story.all_join(world, {staff_id: {} for staff_id in people[1:]})
    days = {"starts_on": "2025-06-02", "ends_on": "2025-06-02"}
    request = story.assessed(world, participants=people, provider="A college", cost_lines=[], **days)
    story.allocated(world, budget=BUDGET)
    world.done(f"/v1/requests/{request}/approval", story.APPROVAL, HEAD)
    one = f"/v1/requests/{request}/rating"
    assert world.post(one, {"rating": 3}, ME).status_code == 409
    world.done(f"/v1/requests/{request}/completion", {"completed_on": "2025-06-02"}, HEAD)
    for staff_id in people[:9]:
        world.done(one, {"rating": 2, "note": "Her voice was low"}, person(staff_id))
    assert world.post(one, {"rating": 4}, ME).status_code == 422
    assert world.post(one, {"rating": 3}, person("stranger")).status_code == 404
    world.clock.advance(days=30)
    assert [each["value"] for each in world.read(RATINGS, GOVERNOR)["figures"]] == [None]
    world.done(one, {"rating": 1}, person("t10"))
    assert [each["value"] for each in world.read(RATINGS, GOVERNOR)["figures"]] == [None], "frozen at the month's end"
    world.clock.advance(days=31)
    assert [each["value"] for each in world.read(RATINGS, QUALITY)["figures"]] == [1.9]
    assert len(world.read("/v1/statistics/providers", EXECUTIVE)["figures"]) == 2
    (own,) = world.read("/v1/ratings", ME)["items"]
    assert (own["staff_id"], own["rating"], own["note"]) == ("t1", 2, "Her voice was low")
    assert len(world.read("/v1/ratings", QUALITY)["items"]) == 10
    history = f"/v1/events?school_urn={SCHOOL}&type=ProviderRated"
    assert {each["withheld"] for each in world.read(history, FINANCE)["items"]} == {True}
    sent = str(world.read("/v1/feed/cpd.requests.v1?limit=200", who("hr_platform")))
    assert "ProviderRated" in sent
    assert "Her voice" not in sent
