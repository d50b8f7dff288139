"""The reports as frozen structs, whole: what JSON, CSV, HTML and PDF are made of, and all that their makers know.

Money is integer pence, days are London's, instants UTC. A figure that may not be shown is there with `suppressed` and
without numbers; nothing that it could be worked out from is in the same report.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from services.reviews.domain.annual_review import Deed, Rating, ReviewStatus
from services.reviews.domain.impact import Change, Comparison, Impact, Membership, Survival
from services.reviews.domain.words import Benefit
from shared.figures import Figure

__all__ = [
    "AnnualReport",
    "Budget",
    "Change",
    "Comparison",
    "Deed",
    "EarlierYear",
    "GoverningBodyReport",
    "Impact",
    "Membership",
    "PriorityRow",
    "Rating",
    "ReviewStatus",
    "Survival",
]


class EarlierYear(msgspec.Struct, frozen=True, kw_only=True):
    """What the newest published review of an earlier year said: its ratings, and its figures of the whole school."""

    academic_year: str
    review_id: str
    ratings: dict[Benefit, int]
    figures: list[Figure]


class AnnualReport(msgspec.Struct, frozen=True, kw_only=True):
    """An annual review, whole. Made twice as at the same version it is the same to the byte.

    `impact` is frozen as at `impact.known_at`; `log_position` is the last position of this service's log that it rests
    on. `version` counts the reviews of the school and year: a review that was published is reopened as the next one.
    """

    id: str
    version: int
    status: ReviewStatus
    school_urn: str
    school_name: str
    academic_year: str
    log_position: str
    impact: Impact
    ratings: list[Rating]
    opened: Deed
    assured: Deed | None
    signed_off: Deed | None
    published: Deed | None
    minute_ref: str | None
    earlier: list[EarlierYear]


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """A school's money for development of one year: allocated = committed + actual + available."""

    academic_year: str
    allocated_pence: int
    committed_pence: int
    actual_pence: int
    available_pence: int


class PriorityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One priority of the improvement plan, and what was done for it. A request that names two counts for each."""

    priority_id: str
    plan_year: str
    title: str
    status: Literal["live", "retired"]
    requests: int | None
    approved: int | None
    completions: int | None
    spend_pence: int | None
    suppressed: bool


class GoverningBodyReport(msgspec.Struct, frozen=True, kw_only=True):
    """Development against the plan, money and impact, of one school, on a day, as known at an instant."""

    school_urn: str
    school_name: str
    on: date
    known_at: datetime
    academic_year: str
    budget: Budget
    priorities: list[PriorityRow]
    impact: Impact
    reviews: list[EarlierYear]
