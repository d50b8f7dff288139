"""An annual review of a school's year (policy section 7): figures frozen, benefits rated, signed off, published.

A review that was published is never changed: it is reopened as the next one of its school and year.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

import msgspec

from services.reviews.domain.impact import Impact
from services.reviews.domain.words import BENEFITS, Benefit
from shared.dates import london_day
from shared.eventstore.fact import Fact

ReviewStatus = Literal["opened", "assured", "signed_off", "published", "superseded"]


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """How much the year's development benefited one thing, from 0 (not at all) to 3 (clearly), and what shows it."""

    benefit: Benefit
    rating: int
    evidence: str
    rated_on: date


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """That something was done to the review: on which day, in which role."""

    on: date
    role: str


class AnnualReview(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One review. `number` counts those of the school and year, `version` its facts.

    `impact` was frozen as known at `impact.known_at`, from the log up to `log_position`.
    """

    id: str
    school_urn: str
    school_name: str
    academic_year: str
    number: int
    log_position: int
    impact: Impact
    opened: Deed
    ratings: dict[Benefit, Rating] = {}
    assured: Deed | None = None
    signed_off: Deed | None = None
    published: Deed | None = None
    published_at: datetime | None = None
    minute_ref: str | None = None
    superseded: bool = False
    version: int = 0
    staff_id: str = ""

    @property
    def status(self) -> ReviewStatus:
        if self.superseded:
            return "superseded"
        if self.published is not None:
            return "published"
        if self.signed_off is not None:
            return "signed_off"
        return "opened" if self.assured is None else "assured"

    @property
    def unrated(self) -> list[Benefit]:
        """The benefits that nobody has rated yet."""
        return [benefit for benefit in BENEFITS if benefit not in self.ratings]


class AnnualReviewFact(Fact, frozen=True, kw_only=True):
    """A fact about one review. `change` applies it to the state and cannot fail."""

    review_id: str
    academic_year: str

    @property
    def deed(self) -> Deed:
        return Deed(on=london_day(self.recorded_at), role=self.role)

    def change(self, review: AnnualReview) -> None:
        raise NotImplementedError


class AnnualReviewOpened(AnnualReviewFact, frozen=True, kw_only=True):
    """A review was begun: from now on its figures are these."""

    TOPIC: ClassVar[str] = "reviews.AnnualReviewOpened"
    number: int
    school_name: str
    log_position: int
    impact: Impact

    def begin(self) -> AnnualReview:
        return AnnualReview(
            id=self.review_id,
            school_urn=self.school_urn,
            school_name=self.school_name,
            academic_year=self.academic_year,
            number=self.number,
            log_position=self.log_position,
            impact=self.impact,
            opened=self.deed,
        )

    def change(self, review: AnnualReview) -> None:
        """Nothing: opening begins the state."""


class BenefitRated(AnnualReviewFact, frozen=True, kw_only=True):
    """A benefit was rated, or rated anew; `shown_by` is the evidence, about the school and nobody in it."""

    TOPIC: ClassVar[str] = "reviews.BenefitRated"
    benefit: Benefit
    rating: int
    shown_by: str

    def change(self, review: AnnualReview) -> None:
        rated = Rating(benefit=self.benefit, rating=self.rating, evidence=self.shown_by, rated_on=self.deed.on)
        review.ratings = review.ratings | {self.benefit: rated}
        review.assured = None


class AnnualReviewAssured(AnnualReviewFact, frozen=True, kw_only=True):
    """Someone who did not rate it has checked ratings against evidence. Rating anew takes this back."""

    TOPIC: ClassVar[str] = "reviews.AnnualReviewAssured"

    def change(self, review: AnnualReview) -> None:
        review.assured = self.deed


class AnnualReviewSignedOff(AnnualReviewFact, frozen=True, kw_only=True):
    """The head stands for it: it is not rated any more."""

    TOPIC: ClassVar[str] = "reviews.AnnualReviewSignedOff"

    def change(self, review: AnnualReview) -> None:
        review.signed_off = self.deed


class AnnualReviewPublished(AnnualReviewFact, frozen=True, kw_only=True):
    """It was given to the governing body, in place of the review that it `supersedes`."""

    TOPIC: ClassVar[str] = "reviews.AnnualReviewPublished"
    minute_ref: str | None = None
    supersedes: str | None = None

    def change(self, review: AnnualReview) -> None:
        if review.id == self.supersedes:
            review.superseded = True
            return
        review.published, review.published_at = self.deed, self.recorded_at
        review.minute_ref = self.minute_ref


def fold_review(state: AnnualReview | None, fact: AnnualReviewFact) -> AnnualReview | None:
    """The review with `fact`; None where none was opened. Changes `state` in place."""
    if isinstance(fact, AnnualReviewOpened):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.version += 1
    return state


ANNUAL_REVIEW_FACTS: tuple[type[AnnualReviewFact], ...] = (
    AnnualReviewOpened,
    BenefitRated,
    AnnualReviewAssured,
    AnnualReviewSignedOff,
    AnnualReviewPublished,
)
