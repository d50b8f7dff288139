"""What internal scrutiny asks of this service's log."""

from services.reviews.domain.activity_facts import EvaluationExempted
from services.reviews.domain.annual_review import AnnualReviewAssured, BenefitRated
from services.reviews.letters import ERASURE, LETTERS, PositionRewound
from shared.scrutiny.operators import operators_overrides
from shared.scrutiny.rules import Duty, Override, Scrutiny

SCRUTINY = Scrutiny(
    duties=(Duty("rated, then assured", first=(BenefitRated,), second=(AnnualReviewAssured,), field="review_id"),),
    overrides=(
        Override("exempted from evaluation", EvaluationExempted, lambda fact: not fact.never_asked),
        *operators_overrides(LETTERS, PositionRewound, ERASURE),
    ),
)
