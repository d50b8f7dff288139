"""Commands on the annual reviews of a school and year: opened, rated, assured, signed off, published, reopened."""

from datetime import datetime
from uuid import UUID

from services.reviews.domain.annual_review import (
    AnnualReview,
    AnnualReviewAssured,
    AnnualReviewFact,
    AnnualReviewOpened,
    AnnualReviewPublished,
    AnnualReviewSignedOff,
    BenefitRated,
    fold_review,
)
from services.reviews.domain.impact import Impact
from services.reviews.domain.words import Benefit
from shared.dates import first_of_year
from shared.errors import FieldRefused, NotThere, StateForbids
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact


class ReviewUnderWay(StateForbids):
    """The last review of the school and year is not published yet."""


class ReviewIsSignedOff(StateForbids):
    """What was signed off stays as it is; once published it can be reopened as a new review."""


class NotAllRated(StateForbids):
    """A benefit is not rated yet."""


class NotSignedOff(StateForbids):
    """The head has not signed it off."""


class OwnRating(StateForbids):
    """Nobody assures what they rated themselves."""


class AnnualReviews(Aggregate):
    """The reviews of one school and year, one after the other: one stream."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.reviews: dict[str, AnnualReview] = {}
        self.raters: dict[str, set[str]] = {}

    def evolve(self, fact: Fact) -> None:
        if not isinstance(fact, AnnualReviewFact):
            return
        about = [fact.review_id, fact.supersedes] if isinstance(fact, AnnualReviewPublished) else [fact.review_id]
        for review_id in about:
            state = fold_review(self.reviews.get(review_id or ""), fact)
            if state is not None:
                self.reviews[state.id] = state
        if isinstance(fact, BenefitRated):
            self.raters.setdefault(fact.review_id, set()).add(fact.actor)

    @property
    def last(self) -> AnnualReview | None:
        """The newest review."""
        return max(self.reviews.values(), key=lambda review: review.number, default=None)

    def review(self, review_id: str) -> AnnualReview:
        """Raises NotThere."""
        try:
            return self.reviews[review_id]
        except KeyError:
            raise NotThere(f"there is no review {review_id}") from None

    def check_may_open(self, academic_year: str) -> None:
        """Raises FieldRefused of a year that has not begun, ReviewUnderWay."""
        if first_of_year(academic_year) > self.acting.today:
            raise FieldRefused(academic_year="has not begun yet")
        last = self.last
        if last is not None and last.published is None:
            raise ReviewUnderWay(f"review {last.id} of this year is not published yet")

    def open(self, school_urn: str, school_name: str, impact: Impact, log_position: int) -> AnnualReview:
        """Begin a review with these figures: the first one, or after a published one the next.

        Raises FieldRefused, ReviewUnderWay.
        """
        self.check_may_open(impact.academic_year)
        number = len(self.reviews) + 1
        review_id = f"{self.id}-v{number}"
        self.record(
            AnnualReviewOpened,
            review_id=review_id,
            academic_year=impact.academic_year,
            school_urn=school_urn,
            reason="",
            number=number,
            school_name=school_name,
            log_position=log_position,
            impact=impact,
        )
        return self.reviews[review_id]

    def rate(self, review_id: str, *, benefit: Benefit, rating: int, evidence: str) -> AnnualReview:
        """Rate a benefit; anew replaces what was said. Raises NotThere, ReviewIsSignedOff."""
        review = self._open(review_id)
        before = review.ratings.get(benefit)
        if before is None or (before.rating, before.evidence) != (rating, evidence):
            self._record(review, BenefitRated, benefit=benefit, rating=rating, shown_by=evidence)
        return review

    def assure(self, review_id: str) -> AnnualReview:
        """Check ratings against evidence. Raises NotThere, ReviewIsSignedOff, NotAllRated, OwnRating."""
        review = self._open(review_id)
        self._all_rated(review)
        if self.acting.actor in self.raters.get(review_id, set()):
            raise OwnRating("nobody assures what they rated themselves")
        if review.assured is None:
            self._record(review, AnnualReviewAssured)
        return review

    def sign_off(self, review_id: str) -> AnnualReview:
        """Stand for it; again it changes nothing. Raises NotThere, NotAllRated."""
        review = self.review(review_id)
        self._all_rated(review)
        if review.signed_off is None:
            self._record(review, AnnualReviewSignedOff)
        return review

    def publish(self, review_id: str, *, minute_ref: str | None = None) -> AnnualReview:
        """Give it to the governing body; again it changes nothing. Raises NotThere, NotSignedOff."""
        review = self.review(review_id)
        if review.signed_off is None:
            raise NotSignedOff("the head has not signed it off")
        if review.published is None:
            before = [each for each in self.reviews.values() if each.status == "published"]
            supersedes = before[-1].id if before else None
            self._record(review, AnnualReviewPublished, minute_ref=minute_ref, supersedes=supersedes)
        return review

    def _open(self, review_id: str) -> AnnualReview:
        review = self.review(review_id)
        if review.signed_off is not None:
            raise ReviewIsSignedOff("it was signed off, and stays as it is")
        return review

    def _all_rated(self, review: AnnualReview) -> None:
        if review.unrated:
            raise NotAllRated(f"not rated yet: {', '.join(review.unrated)}")

    def _record(self, review: AnnualReview, fact: type[AnnualReviewFact], **fields: object) -> None:
        about = {"review_id": review.id, "academic_year": review.academic_year, "school_urn": review.school_urn}
        self.record(fact, **about, reason="", **fields)


def published_by(reviews: AnnualReviews, instant: datetime) -> AnnualReview | None:
    """The newest review that was published by an instant."""
    those = [each for each in reviews.reviews.values() if each.published_at and each.published_at <= instant]
    return max(those, key=lambda review: review.number, default=None)


def years_before(academic_year: str, number: int) -> list[str]:
    """So many academic years before one, the nearest first."""
    first = first_of_year(academic_year).year
    return [f"{year}-{(year + 1) % 100:02d}" for year in range(first - 1, first - 1 - number, -1)]
