"""The annual review as a report: its figures frozen when it was opened, beside what earlier years' reviews said."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.reviews.domain.annual_review import AnnualReview
from services.reviews.domain.impact import ALL, Impact
from services.reviews.domain.reviewing import AnnualReviews, published_by, years_before
from services.reviews.domain.streams import stream_of_annual_reviews
from services.reviews.domain.words import BENEFITS
from services.reviews.reports.documents import AnnualReport, EarlierYear
from shared.eventstore.ledger import Ledger

EARLIER_YEARS = 3


def annual_report(ledger: Ledger, review: AnnualReview) -> AnnualReport:
    """The review, whole. What it says of earlier years was published by the instant of its figures."""
    return AnnualReport(
        id=review.id,
        version=review.number,
        status=review.status,
        school_urn=review.school_urn,
        school_name=review.school_name,
        academic_year=review.academic_year,
        log_position=str(review.log_position),
        impact=review.impact,
        ratings=[review.ratings[benefit] for benefit in BENEFITS if benefit in review.ratings],
        opened=review.opened,
        assured=review.assured,
        signed_off=review.signed_off,
        published=review.published,
        minute_ref=review.minute_ref,
        earlier=earlier_years(ledger, review.school_urn, review.academic_year, review.impact.known_at),
    )


def earlier_years(ledger: Ledger, school_urn: str, academic_year: str, known_at: datetime) -> list[EarlierYear]:
    """The newest review of each of the last years that was published by an instant, the nearest year first."""
    found = []
    for year in years_before(academic_year, EARLIER_YEARS):
        review = published_by(ledger.load(AnnualReviews, stream_of_annual_reviews(school_urn, year)), known_at)
        if review is not None:
            found.append(earlier_year(review))
    return found


def earlier_year(review: AnnualReview) -> EarlierYear:
    """What a published review said of the whole school."""
    return EarlierYear(
        academic_year=review.academic_year,
        review_id=review.id,
        ratings={benefit: review.ratings[benefit].rating for benefit in BENEFITS if benefit in review.ratings},
        figures=[figure for figure in review.impact.figures if figure.group.partition(",")[0] == ALL],
    )


def with_benefits(by_role: Impact, by_benefit: Impact) -> Impact:
    """The figures by role, and beside them the ratings of each benefit."""
    ratings = [each for each in by_benefit.figures if each.name == "benefit_rating" and each.group in BENEFITS]
    return msgspec.structs.replace(by_role, figures=[*by_role.figures, *ratings])


def positions_named(positions: Sequence[int]) -> list[str]:
    """The ids of events on the bus, of facts at positions of this log."""
    return [f"reviews/{position}" for position in positions]
