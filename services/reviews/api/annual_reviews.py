"""`/v1/annual-reviews`: a school's year and what it benefited: figures frozen, rated, signed off, published."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from flask import Response

from services.reviews.api import schemas
from services.reviews.api.support import check_school, runtime
from services.reviews.domain.annual_review import AnnualReview, Deed, Rating, ReviewStatus
from services.reviews.domain.impact import Change, Comparison, Impact, Survival
from services.reviews.domain.reviewing import AnnualReviews
from services.reviews.papers.annual_review import annual_review
from services.reviews.reports.annual import annual_report, positions_named
from services.reviews.reports.documents import EarlierYear
from shared.documents.model import Document
from shared.figures import Figure
from shared.projections.query import Believed
from shared.web import reads
from shared.web.commands import command
from shared.web.documents import FOR_PRINT, formats, print_one
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, read_one, within_reach
from shared.web.roles import Role
from shared.web.schemas import given
from shared.web.scope import Reach

endpoints = Endpoints("annual-reviews", __name__, description="Annual reviews")

REVIEWERS = (Role.QUALITY_ASSURANCE, Role.HEADTEACHER)
READERS = (*REVIEWERS, Role.GOVERNOR, Role.SLT, Role.FINANCE, Role.TRUST_EXECUTIVE)
ONE = "/annual-reviews/<identifier:review_id>"
PATIENCE_SECONDS = 2.0


class AnnualReviewShape(msgspec.Struct, kw_only=True):
    """A review. Its figures are as known at `known_at`, by the log up to `log_position`; `number` counts those of the
    school and year. `earlier` is what the reviews of the years before said that were published by then."""

    id: str
    status: ReviewStatus
    school_urn: str
    school_name: str
    academic_year: str
    number: int
    known_at: datetime
    log_position: str
    figures: list[Figure]
    confidence: list[Change]
    survival: list[Survival]
    comparisons: list[Comparison]
    ratings: list[Rating]
    opened: Deed
    assured: Deed | None
    signed_off: Deed | None
    published: Deed | None
    minute_ref: str | None
    earlier: list[EarlierYear]


class BehindShape(msgspec.Struct, kw_only=True):
    """The ids of the events behind a figure, in the order of the log."""

    review_id: str
    figure: str
    group: str
    events: list[str]


def _told(review: AnnualReview) -> AnnualReviewShape:
    report = annual_report(runtime().stores.ledger, review)
    impact = report.impact
    return AnnualReviewShape(
        id=report.id,
        status=report.status,
        school_urn=report.school_urn,
        school_name=report.school_name,
        academic_year=report.academic_year,
        number=report.version,
        known_at=impact.known_at,
        log_position=report.log_position,
        figures=impact.figures,
        confidence=impact.confidence,
        survival=impact.survival,
        comparisons=impact.comparisons,
        ratings=report.ratings,
        opened=report.opened,
        assured=report.assured,
        signed_off=report.signed_off,
        published=report.published,
        minute_ref=report.minute_ref,
        earlier=report.earlier,
    )


def _paper(review: AnnualReview) -> Document:
    return annual_review(annual_report(runtime().stores.ledger, review))


def _reach(review: AnnualReview) -> Reach:
    return Reach(None, review.school_urn)


@endpoints.post("/annual-reviews", *REVIEWERS, body=schemas.AnnualReviewBody, answer=AnnualReviewShape, status=201)
def open_review(body: dict[str, Any]) -> Response:
    """Begin the review of a school's year: its figures are frozen. After a published one, begin the next."""
    urn, year = body["school_urn"], body["academic_year"]
    check_school("", urn)

    def freeze(known_at: datetime) -> tuple[Impact, int]:
        stores = runtime().stores
        if not stores.runner.freshness.wait_for(stores.ledger.position(), PATIENCE_SECONDS):
            raise reads.ViewBehindError("the figures are not up to date yet")
        return runtime().statistics.frozen(urn, year, known_at)

    return command(
        lambda call: runtime().commands.open_review(call, urn, year, freeze),
        render=_told,
        reach=Reach(None, urn),
        status=201,
    )


@endpoints.get("/annual-reviews", *READERS, query=schemas.AnnualReviewsQuery, answer=Page[AnnualReviewShape])
def list_reviews(query: dict[str, Any]) -> Response:
    """Reviews within reach, the first opened first."""

    def fetch(after: Any, count: int) -> list[Believed[AnnualReview]]:
        which = within_reach(query)
        rows = [] if which is None else runtime().annual_reviews.as_known(query.get("known_at"), which)
        year = query.get("academic_year")
        those = [row for row in rows if year in (None, row.state.academic_year)]
        return [row for row in those if after is None or (row.first_position, row.id) > tuple(after)][:count]

    return reads.many(query, fetch, render=lambda row: _told(row.state), key=lambda row: (row.first_position, row.id))


@endpoints.get(ONE, *READERS, query=schemas.AnnualReviewQuery, answer=AnnualReviewShape)
@endpoints.doc(responses=formats(AnnualReviewShape))
def get_review(query: dict[str, Any], review_id: str) -> Response:
    """One review."""
    if query["format"] in FOR_PRINT:
        return print_one(runtime().annual_reviews, review_id, query, _paper, _reach)
    return read_one(runtime().annual_reviews, review_id, query, _told, reach=_reach)


@endpoints.get(f"{ONE}/events", *READERS, query=schemas.BehindQuery, answer=BehindShape)
def get_behind(query: dict[str, Any], review_id: str) -> Response:
    """The events behind one of its figures, of a group that may be shown."""
    figure, group = query["figure"], query["group"]

    def told(review: AnnualReview) -> BehindShape:
        snapshot = runtime().statistics.snapshot(review.academic_year)
        positions = runtime().tracing.behind(review, snapshot, figure, group)
        return BehindShape(review_id=review.id, figure=figure, group=group, events=positions_named(positions))

    return read_one(runtime().annual_reviews, review_id, query, told, reach=_reach, version=None)


@endpoints.post(f"{ONE}/ratings", *REVIEWERS, body=schemas.RatingBody, answer=AnnualReviewShape)
def rate(body: dict[str, Any], review_id: str) -> Response:
    """Rate a benefit, and say what shows it; anew it replaces what was said."""
    return _act(review_id, lambda stream: stream.rate(review_id, **given(body)))


@endpoints.post(f"{ONE}/assurance", Role.QUALITY_ASSURANCE, body=schemas.NothingBody, answer=AnnualReviewShape)
def assure(body: dict[str, Any], review_id: str) -> Response:  # noqa: ARG001  there is nothing in it
    """Say that ratings and evidence were checked, by someone who did not rate."""
    return _act(review_id, lambda stream: stream.assure(review_id))


@endpoints.post(f"{ONE}/sign-off", Role.HEADTEACHER, body=schemas.NothingBody, answer=AnnualReviewShape)
def sign_off(body: dict[str, Any], review_id: str) -> Response:  # noqa: ARG001  there is nothing in it
    """Stand for it, once every benefit is rated."""
    return _act(review_id, lambda stream: stream.sign_off(review_id))


@endpoints.post(f"{ONE}/publication", Role.HEADTEACHER, body=schemas.PublicationBody, answer=AnnualReviewShape)
def publish(body: dict[str, Any], review_id: str) -> Response:
    """Give it to the governing body."""
    return _act(review_id, lambda stream: stream.publish(review_id, **given(body)))


def _act(review_id: str, execute: Callable[[AnnualReviews], AnnualReview]) -> Response:
    return command(lambda call: runtime().commands.on_review(call, review_id, execute), render=_told, reach=_reach)
