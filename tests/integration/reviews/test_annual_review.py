"""An annual review by HTTP: figures frozen and traceable, rated, signed off, published, reopened as the next one."""

import html
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from services.reviews.domain.annual_review import AnnualReview
from services.reviews.domain.words import BENEFITS
from services.reviews.reports.annual import annual_report
from shared.sample.plan import SCALES
from tests.integration.agreements.world import AUDITOR, Who, who
from tests.integration.requests.story import joins
from tests.integration.reviews.story import THEM, activity
from tests.integration.reviews.world import ReviewsWorld
from tests.sample import a_trust, tell_reviews

URN, YEAR, REVIEWS = "800001", "2024-25", "/v1/annual-reviews"
HEAD, QUALITY, GOVERNOR = who("headteacher", staff_id="h1"), who("quality_assurance", staff_id="q1"), who("governor")
OPENED = {"school_urn": URN, "academic_year": YEAR}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small trust whose year ends on the world's today."""
    world = ReviewsWorld(Path(tmp_path_factory.mktemp("year")))
    tell_reviews(world.runtime.stores.ledger, a_trust(SCALES["small"], ends_on=date(2025, 6, 2)))
    joins(world, school_urn=URN)
    world.catch_up()
    yield world
    world.close()


def opened(world: ReviewsWorld, **changes: Any) -> Any:
    world.catch_up()
    return world.done(REVIEWS, OPENED | changes, QUALITY)


def rated(world: ReviewsWorld, review_id: str, by: Who = QUALITY) -> None:
    for benefit in BENEFITS:
        world.done(f"{REVIEWS}/{review_id}/ratings", {"benefit": benefit, "rating": 2, "evidence": "Book scrutiny"}, by)


def published(world: ReviewsWorld, **changes: Any) -> Any:
    review_id = opened(world, **changes)["id"]
    rated(world, review_id)
    world.done(f"{REVIEWS}/{review_id}/sign-off", {}, HEAD)
    return world.done(f"{REVIEWS}/{review_id}/publication", {"minute_ref": "FGB 12/25, 4"}, HEAD)


def test_a_review_goes_from_its_figures_to_the_governors(world: ReviewsWorld):
    review = published(world, academic_year="2023-24")
    assert (review["status"], review["minute_ref"], review["number"]) == ("published", "FGB 12/25, 4", 1)
    assert [each["benefit"] for each in review["ratings"]] == list(BENEFITS)
    assert world.read(f"{REVIEWS}/{review['id']}") == review
    later = opened(world, academic_year="2024-25")
    assert [each["academic_year"] for each in later["earlier"]] == ["2023-24"]
    assert later["earlier"][0]["ratings"] == dict.fromkeys(BENEFITS, 2)


def test_its_figures_stay_whatever_is_corrected_later_and_a_replay_makes_the_same_bytes(world: ReviewsWorld):
    review = opened(world, academic_year="2022-23")
    before = world.get(f"{REVIEWS}/{review['id']}").data
    now = world.read(f"/v1/statistics/impact?school_urn={URN}&academic_year=2022-23", AUDITOR)
    world.clock.advance(hours=1)
    for on in ("2023-03-01", "2023-04-01"):
        world.done("/v1/activities", activity(school_urn=URN, on=on), THEM)
    after = world.read(f"/v1/statistics/impact?school_urn={URN}&academic_year=2022-23", AUDITOR)
    assert after["figures"] != now["figures"]
    assert world.get(f"{REVIEWS}/{review['id']}").data == before
    assert made_again(world, review["id"]) == made_again(world, review["id"]) == frozen(world, review["id"])


def test_what_is_published_of_an_earlier_year_after_it_was_opened_is_not_in_it(world: ReviewsWorld):
    first = published(world, academic_year="2017-18")
    review = opened(world, academic_year="2018-19")
    path = f"{REVIEWS}/{review['id']}"
    before = [world.get(f"{path}?format={kind}").data for kind in ("json", "pdf")]
    world.clock.advance(hours=1)
    again = published(world, academic_year="2017-18")
    published(world, academic_year="2016-17")
    assert [world.get(f"{path}?format={kind}").data for kind in ("json", "pdf")] == before
    assert [each["review_id"] for each in review["earlier"]] == [first["id"]] != [again["id"]]


def test_it_is_printed_the_same_each_time_with_all_that_it_says(world: ReviewsWorld):
    review = published(world, academic_year="2021-22")
    path = f"{REVIEWS}/{review['id']}"
    page, pdf, again = (world.get(f"{path}?format={kind}", GOVERNOR.at(URN)) for kind in ("html", "pdf", "pdf"))
    assert (page.content_type, pdf.content_type) == ("text/html; charset=utf-8", "application/pdf")
    assert pdf.data == again.data
    printed = " ".join(text for each in PdfReader(io.BytesIO(pdf.data)).pages for text in each.extract_text().split())
    for text in ("Annual review of professional development 2021-22", "FGB 12/25, 4", "Book scrutiny", review["id"]):
        assert text in page.text
        assert text in printed
    assert all(figure["definition"] in html.unescape(page.text) for figure in review["figures"])
    assert world.get(f"{path}?format=pdf", who("governor").at("999999")).status_code == 404
    assert world.get(f"{REVIEWS}/nothing?format=pdf", GOVERNOR.at(URN)).status_code == 404


def frozen(world: ReviewsWorld, review_id: str) -> bytes:
    """The report as the log has it."""
    return msgspec.json.encode(annual_report(world.runtime.stores.ledger, _state(world, review_id)))


def made_again(world: ReviewsWorld, review_id: str) -> bytes:
    """The report with figures counted anew as at the instant at which they were frozen."""
    state = _state(world, review_id)
    impact, _ = world.runtime.statistics.frozen(state.school_urn, state.academic_year, state.impact.known_at)
    return msgspec.json.encode(
        annual_report(world.runtime.stores.ledger, msgspec.structs.replace(state, impact=impact))
    )


def _state(world: ReviewsWorld, review_id: str) -> AnnualReview:
    world.catch_up()
    row = world.runtime.annual_reviews.one(review_id)
    assert row is not None
    found: AnnualReview = row.state
    return found


def test_each_figure_is_traced_to_the_events_behind_it(world: ReviewsWorld):
    review = _of_the_year(world)
    for figure, of in (("requests", "RequestNoted"), ("completions", "EvaluationRequested")):
        shown = next(each for each in review["figures"] if (each["name"], each["group"]) == (figure, "all"))
        behind = world.read(f"{REVIEWS}/{review['id']}/events?figure={figure}&group=all")["events"]
        positions = [int(each.removeprefix("reviews/")) for each in behind]
        assert positions == sorted(set(positions))
        assert max(positions) <= int(review["log_position"])
        ledger = world.runtime.stores.ledger
        topics = [topic for _, topic, _ in ledger.recorder.rows_at(positions)]
        assert topics.count(f"reviews.{of}") == shown["numerator"] > 0


def _of_the_year(world: ReviewsWorld) -> Any:
    found = world.read(f"{REVIEWS}?school_urn={URN}&academic_year={YEAR}")["items"]
    return found[0] if found else opened(world)


def test_what_is_hidden_is_not_traced(world: ReviewsWorld):
    review = _of_the_year(world)
    hidden = next(each for each in review["figures"] if each["suppressed"])
    answer = world.get(f"{REVIEWS}/{review['id']}/events?figure={hidden['name']}&group={hidden['group']}")
    assert answer.status_code == 422


def test_while_one_is_under_way_no_other_begins_and_a_published_one_is_reopened_as_the_next(world: ReviewsWorld):
    first = published(world, academic_year="2020-21")
    second = opened(world, academic_year="2020-21")
    assert (second["number"], second["status"], second["ratings"]) == (2, "opened", [])
    assert world.post(REVIEWS, OPENED | {"academic_year": "2020-21"}, QUALITY).status_code == 409
    assert world.post(f"{REVIEWS}/{first['id']}/ratings", _rating(), HEAD).status_code == 409
    rated(world, second["id"])
    world.done(f"{REVIEWS}/{second['id']}/sign-off", {}, HEAD)
    world.done(f"{REVIEWS}/{second['id']}/publication", {}, HEAD)
    assert world.read(f"{REVIEWS}/{first['id']}")["status"] == "superseded"


def _rating(**changes: Any) -> dict[str, Any]:
    return {"benefit": "staff_confidence", "rating": 1, "evidence": "Interviews"} | changes


def test_it_is_signed_off_once_all_is_rated_published_once_signed_off_and_assured_by_another(world: ReviewsWorld):
    review_id = opened(world, academic_year="2019-20")["id"]
    path = f"{REVIEWS}/{review_id}"
    assert world.post(f"{path}/sign-off", {}, HEAD).status_code == 409
    assert world.post(f"{path}/publication", {}, HEAD).status_code == 409
    rated(world, review_id, by=HEAD)
    assured = world.done(f"{path}/assurance", {}, QUALITY)
    assert (assured["status"], assured["assured"]["role"]) == ("assured", "quality_assurance")
    rerated = world.done(f"{path}/ratings", _rating(), QUALITY)
    assert (rerated["status"], rerated["ratings"][3]["rating"]) == ("opened", 1)
    assert world.post(f"{path}/assurance", {}, QUALITY).status_code == 409
    assert world.done(f"{path}/sign-off", {}, HEAD)["status"] == "signed_off"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (OPENED | {"academic_year": "2031-32"}, "academic_year"),
        (OPENED | {"academic_year": "2024-26"}, "academic_year"),
        (OPENED | {"school_urn": "999999"}, "school_urn"),
        ({"school_urn": URN}, "academic_year"),
    ],
)
def test_a_review_of_no_school_or_year_is_refused_by_name(world: ReviewsWorld, body: Any, field: str):
    answer = world.post(REVIEWS, body, HEAD)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_statistics_at_an_instant_are_the_auditors_alone(world: ReviewsWorld):
    path = f"/v1/statistics/impact?school_urn={URN}&academic_year={YEAR}"
    instant = datetime(2025, 1, 15, 12, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    assert world.get(f"{path}&known_at={instant}", who("governor")).status_code == 403
    then = world.read(f"{path}&known_at={instant}", AUDITOR)
    cut = world.read(f"{path}&cut=2025-01", who("governor"))
    now = world.read(path, who("governor"))
    requests = [_shown(each, "requests") for each in (then, cut, now)]
    assert requests == sorted(requests)
    assert requests[0] < requests[2]
    assert (cut["cut"], cut["known_at"], now["cut"]) == ("2025-01", "2025-01-31T23:59:59.999999Z", None)


def _shown(impact: Any, name: str) -> int:
    found: int = next(each["numerator"] for each in impact["figures"] if (each["name"], each["group"]) == (name, "all"))
    return found


def test_the_trust_is_for_those_who_reach_all_of_it(world: ReviewsWorld):
    assert world.get("/v1/statistics/impact", who("governor").at(URN)).status_code == 422
    assert world.read("/v1/statistics/impact?by=school", who("trust_executive"))["school_urn"] is None
    assert world.get(f"/v1/statistics/impact?school_urn={URN}&cut=2025-06", who("finance")).status_code == 422
