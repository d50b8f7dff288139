"""The contract's calls on a school's settings."""

from typing import Any

import pytest

from tests.integration.agreements import story
from tests.integration.agreements.shapes import assert_within
from tests.integration.agreements.world import ADMIN, HEAD, HR, OTHER_SCHOOL, SCHOOL, World

PATH = f"/v1/schools/{SCHOOL}/settings"
WHOLE = {
    "name": "Ashgrove Primary",
    "default_terms": {"scale": {"kind": "linear", "months": 24, "full_months": 2}, "trigger": "last_day"},
    "agreement_threshold_pence": 50000,
    "auto_require": True,
    "notice_days": 7,
    "pay_element_code": "CPD-9",
    "pay_calendar": [{"pay_period": "2025-P5", "closes_on": "2025-08-10", "pay_date": "2025-08-28"}],
}


def test_settings_nobody_put_are_the_defaults(world: World) -> None:
    found = world.read(PATH, ADMIN)
    assert (found["agreement_threshold_pence"], found["auto_require"], found["notice_days"]) == (25000, False, 14)
    assert (found["pay_calendar"], found["default_terms"]["scale"]["months"]) == ([], 12)


def test_settings_come_back_as_put_and_whole(world: World) -> None:
    answer = world.put(PATH, WHOLE, ADMIN)
    assert answer.status_code == 200
    assert_within(WHOLE, answer.json)
    assert world.read(PATH, ADMIN) == answer.json
    assert world.put(PATH, {"name": "Ashgrove"}, ADMIN).json["notice_days"] == 14


def test_the_same_settings_again_change_nothing(world: World) -> None:
    world.put(PATH, WHOLE, ADMIN)
    position = world.position()
    assert world.put(PATH, WHOLE, ADMIN).status_code == 200
    assert world.position() == position


def test_a_school_is_known_once_its_settings_were_put(world: World) -> None:
    path = f"/v1/schools/{OTHER_SCHOOL}/settings"
    assert world.get(path, ADMIN).status_code == 404
    refused = world.post("/v1/agreements", story.draft(school_urn=OTHER_SCHOOL), HEAD)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["school_urn"])
    assert world.put(path, {"name": "Brackenhurst"}, ADMIN).status_code == 200
    assert world.get(path, ADMIN).status_code == 200
    assert world.post("/v1/agreements", story.draft(school_urn=OTHER_SCHOOL), HEAD).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"notice_days": -1}, "notice_days"),
        ({"notice_days": None}, "notice_days"),
        ({"agreement_threshold_pence": 1.5}, "agreement_threshold_pence"),
        ({"auto_require": "yes"}, "auto_require"),
        ({"pay_calendar": WHOLE["pay_calendar"] * 2}, "pay_calendar"),  # type: ignore[operator]
        ({"pay_calendar": [{"pay_period": "P", "closes_on": "2025-08-29", "pay_date": "2025-08-28"}]}, "pay_calendar"),
        ({"default_terms": {"scale": {"kind": "steps", "steps": []}}}, "default_terms.scale.steps"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_settings_that_cannot_hold_are_422(world: World, changes: dict[str, Any], field: str) -> None:
    answer = world.put(PATH, WHOLE | changes, ADMIN)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_payroll_is_told_in_the_schools_own_periods(world: World) -> None:
    world.put(PATH, {k: v for k, v in WHOLE.items() if k not in ("auto_require", "default_terms")}, ADMIN)
    story.completed(world)
    repayment = story.resigned(world, last_day="2025-08-20")["repayments"][0]["id"]
    world.done(f"/v1/repayments/{repayment}/requirement", {"reason": "r"}, HEAD)
    (message,) = world.read("/v1/feed/cpd.repayments.v1", HR)["items"]
    assert (message["data"]["pay_element_code"], message["data"]["pay_period"]) == ("CPD-9", "2025-P5")
