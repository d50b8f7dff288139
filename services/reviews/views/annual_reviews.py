"""Annual reviews as believed."""

from collections.abc import Sequence

from services.reviews.domain.annual_review import (
    ANNUAL_REVIEW_FACTS,
    AnnualReview,
    AnnualReviewFact,
    AnnualReviewPublished,
    fold_review,
)
from shared.projections.versions import VersionsView


class AnnualReviewsView(VersionsView[AnnualReview]):
    """One row a review, with every version believed of it."""

    name = "annual_reviews"
    version = 1
    facts = ANNUAL_REVIEW_FACTS
    state_type = AnnualReview

    def resource_ids(self, fact: AnnualReviewFact) -> Sequence[str]:
        if isinstance(fact, AnnualReviewPublished) and fact.supersedes is not None:
            return (fact.review_id, fact.supersedes)
        return (fact.review_id,)

    def fold(self, state: AnnualReview | None, fact: AnnualReviewFact, position: int) -> AnnualReview | None:  # noqa: ARG002
        return fold_review(state, fact)

    def status(self, state: AnnualReview) -> str:
        return state.status

    def whose(self, state: AnnualReview) -> tuple[str, str]:
        return "", state.school_urn
