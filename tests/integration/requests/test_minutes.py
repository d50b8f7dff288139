"""References to the governing body's minutes: recorded, corrected with a reason, listed by what was reported."""

from typing import Any

import pytest

from tests.integration.agreements.world import HEAD, OTHER_SCHOOL, SCHOOL
from tests.integration.requests.table import MINUTE, SAID
from tests.integration.requests.world import GOVERNOR, RequestsWorld

MINUTES = "/v1/minutes"


def test_what_was_reported_is_recorded_and_listed(world: RequestsWorld) -> None:
    whole = MINUTE | {"academic_year": "2024-25", "as_at": "2025-04-30"}
    recorded = world.done(MINUTES, whole, GOVERNOR)
    assert {name: recorded[name] for name in whole} == whole
    other = world.done(MINUTES, MINUTE | {"reported": ["priorities"]}, HEAD)
    assert world.read(MINUTES, GOVERNOR)["items"] == [recorded, other]
    assert world.read(f"{MINUTES}?reported=access", GOVERNOR)["items"] == [recorded]
    assert world.read(f"{MINUTES}?academic_year=2024-25&school_urn={SCHOOL}", GOVERNOR)["items"] == [recorded]
    assert world.read(MINUTES, GOVERNOR.at(OTHER_SCHOOL))["items"] == []


def test_a_reference_is_corrected_with_a_reason_and_what_it_was_stays_known(world: RequestsWorld) -> None:
    one = f"{MINUTES}/{world.done(MINUTES, MINUTE, HEAD)['id']}"
    before = world.clock.now.isoformat()
    world.clock.advance(days=1)
    said = SAID | {"minute_ref": "FGB 20 May 2025, item 8"}
    assert world.put(one, said, HEAD).status_code == 422, "a correction says why"
    corrected = world.put(one, said | {"reason": "Numbered anew"}, HEAD).json
    assert (corrected["minute_ref"], corrected["reason"]) == (said["minute_ref"], "Numbered anew")
    position = world.position()
    assert world.put(one, said | {"reason": "Again"}, HEAD).json == corrected
    assert world.position() == position
    then = world.read(f"{one}?known_at={before.replace('+', '%2B')}", GOVERNOR)
    assert then["minute_ref"] == MINUTE["minute_ref"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"met_on": "2025-06-03"}, "met_on"),
        ({"as_at": "2025-05-21"}, "as_at"),
        ({"reported": []}, "reported"),
        ({"reported": ["weather"]}, "reported.0"),
        ({"reported": ["budget", "budget"]}, "reported"),
        ({"minute_ref": " "}, "minute_ref"),
        ({"academic_year": "2025"}, "academic_year"),
        ({"school_urn": "999999"}, "school_urn"),
    ],
)
def test_a_bad_reference_is_refused_by_field(world: RequestsWorld, changes: dict[str, Any], field: str) -> None:
    before = world.position()
    answer = world.post(MINUTES, MINUTE | changes, HEAD)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.position() == before
