"""Every GET takes `known_at`, or is about the present by its nature; whatever instant it is given."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest

from tests.integration.agreements.story import draft
from tests.integration.agreements.world import AUDITOR, EXECUTIVE, HEAD, HR, NOW, SCHOOL, World
from tests.integration.known.reads import ABOUT_THE_PRESENT, ASKED_WITH, reads_of, world_of
from tests.integration.requests import story
from tests.integration.reviews.world import Trust

SERVICES = ("requests", "agreements", "reviews")
PUBLISHED = ("/v1/statistics/", "/v1/reports/")


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trust]:
    """Someone joined a minute after the beginning, and agreed to train a minute later."""
    trust = Trust(Path(tmp_path_factory.mktemp("known")))
    trust.clock.advance(minutes=1)
    story.joins(trust.requests)
    trust.catch_up()
    trust.clock.advance(minutes=1)
    trust.agreements.done("/v1/agreements", draft(), HR)
    trust.clock.advance(days=40)
    trust.catch_up()
    yield trust
    trust.close()


@pytest.mark.parametrize("service", SERVICES)
def test_every_read_takes_it_or_says_why_not(service: str, trust: Trust) -> None:
    reads = reads_of(world_of(trust, service))
    assert {path for path, names in reads.items() if "known_at" not in names} == {
        path for path in ABOUT_THE_PRESENT if path in reads
    }


def test_no_reason_is_given_for_what_is_no_read(trust: Trust) -> None:
    served = {path for service in SERVICES for path in reads_of(world_of(trust, service))}
    assert set(ABOUT_THE_PRESENT) <= served
    assert set(ASKED_WITH) <= served


@pytest.mark.parametrize("service", SERVICES)
def test_of_published_figures_it_is_the_auditors_alone(service: str, trust: Trust) -> None:
    world = world_of(trust, service)
    for path in (path for path in reads_of(world) if path.startswith(PUBLISHED)):
        asked = f"{path}?school_urn={SCHOOL}&known_at={quote(NOW.isoformat())}"
        refused = world.get(asked, who_reads(world, path))
        assert (refused.status_code, "known_at" in refused.json["detail"]) == (403, True), path
        assert world.get(asked, AUDITOR).status_code == 200, path


def who_reads(world: World, path: str) -> Any:
    return next(each for each in (HEAD, EXECUTIVE) if world.get(f"{path}?school_urn={SCHOOL}", each).status_code == 200)


def liability(trust: Trust, known_at: str) -> Any:
    return trust.agreements.get(f"/v1/staff/t1/liability?on=2025-06-02&known_at={known_at}", HR)


def test_an_instant_may_be_told_with_any_offset_and_to_the_microsecond(trust: Trust) -> None:
    """Inclusive: at the very instant of a fact it is known, and a microsecond before it is not."""
    agreed = NOW + timedelta(minutes=2)
    for written in ("2025-06-02T10:02:00Z", "2025-06-02t15:47:00.000000%2B05:45", "2025-06-01T23:02:00.000-11:00"):
        answer = liability(trust, written).json
        assert (answer["known_at"], len(answer["agreements"])) == ("2025-06-02T10:02:00Z", 1), written
    just_before = liability(trust, quote((agreed - timedelta(microseconds=1)).isoformat())).json
    assert (just_before["known_at"], just_before["agreements"]) == ("2025-06-02T10:01:59.999999Z", [])
    assert [liability(trust, wrong).status_code for wrong in ("2025-06-02T10:02:00", "2025-06-02", "now")] == [422] * 3


def test_nobody_knows_yet_what_will_be_known(trust: Trust) -> None:
    """The answer says as when it is known: now."""
    now = trust.clock.now.isoformat().replace("+00:00", "Z")
    for ahead in ("2099-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59"):
        answer = liability(trust, ahead)
        assert answer.status_code in (200, 422)
        assert answer.status_code == 422 or answer.json["known_at"] == now
    assert liability(trust, "2099-01-01T00:00:00Z").json == liability(trust, quote(now)).json


def test_what_a_process_with_a_faster_clock_recorded_is_known_at_its_instant(trust: Trust) -> None:
    agreed = trust.agreements.read("/v1/events?type=AgreementDrafted")["items"][0]["recorded_at"]
    slow = datetime.fromisoformat(agreed) - timedelta(seconds=2)
    with patch.object(trust.clock, "now", slow):
        assert len(liability(trust, quote(agreed)).json["agreements"]) == 1


@pytest.mark.parametrize("instant", ["2025-06-02T10:00:00Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_before_the_first_fact_there_is_nothing_and_nobody(instant: str, trust: Trust) -> None:
    for path in ("/v1/agreements", "/v1/staff/t1/liability", f"/v1/schools/{SCHOOL}/settings"):
        answer = trust.agreements.get(f"{path}?known_at={instant}")
        assert (answer.status_code, answer.json.get("items")) in ((200, []), (404, None)), path
    assert trust.agreements.read(f"/v1/trust/liability?known_at={instant}")["staff"] == 0
    assert trust.requests.get(f"/v1/budgets/{SCHOOL}/2024-25?known_at={instant}").status_code == 404
    assert trust.requests.read(f"/v1/statistics/access?known_at={instant}")["figures"] == []
    assert trust.reviews.read(f"/v1/reports/governing-body?school_urn={SCHOOL}&known_at={instant}")["reviews"] == []
    for page in ("csv", "html", "pdf"):
        report = f"/v1/reports/governing-body?school_urn={SCHOOL}&known_at={instant}&format={page}"
        assert trust.reviews.get(report).status_code == 200, page


def test_it_is_asked_together_with_how_far_the_views_must_be(trust: Trust) -> None:
    world, then = trust.agreements, quote(NOW.isoformat())
    world.worker_runs = False
    assert world.get(f"/v1/agreements?known_at={then}&min_position={world.position()}").status_code == 200
    assert world.get(f"/v1/agreements?known_at={then}&min_position={world.position() + 1}").status_code == 503
    world.worker_runs = True
