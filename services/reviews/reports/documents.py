"""The reports as frozen structs, whole: what JSON, CSV, HTML and PDF are made of, and all that their makers know.

Money is integer pence, days are London's, instants UTC. A figure that may not be shown is there with `suppressed` and
without numbers; nothing that it could be worked out from is in the same report.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from services.reviews.domain.words import Benefit
from shared.figures import Figure

ReviewStatus = Literal["opened", "assured", "signed_off", "published", "superseded"]
Membership = Literal["trained", "untrained"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Confidence (1 to 10) after less before, of the same person and activity. It says what changed, not why.

    `lower` and `upper` bound the mean with 95 % confidence (Student's t over people, each person's mean change once).
    """

    group: str
    people: int | None
    mean: float | None
    lower: float | None
    upper: float | None
    suppressed: bool


class Survival(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a group would stay, or would not yet have moved up, by the end of the period (Kaplan-Meier).

    `event` is what is waited for. `people` were at risk at some time, `person_days` in all; `events` happened. `value`
    is the share that stays from the period's first day to its last, with 95 % bounds (Greenwood, log-log).
    """

    event: Literal["left", "moved_up"]
    group: str
    membership: Membership
    people: int | None
    person_days: int | None
    events: int | None
    value: float | None
    lower: float | None
    upper: float | None
    suppressed: bool


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Whether trained and untrained people of a group differ by more than chance (Mantel-Byar log-rank test).

    `p` is null where a side is hidden, or nothing happened. A difference is no proof of a cause.
    """

    event: Literal["left", "moved_up"]
    group: str
    statistic: float | None
    p: float | None


class Impact(msgspec.Struct, frozen=True, kw_only=True):
    """The impact statistics of one school, or of the trust (`school_urn` null), in one academic year.

    `cut` is the month at whose end they are frozen, null where they are as at `known_at`. `by` is what groups are of.
    """

    school_urn: str | None
    academic_year: str
    cut: str | None
    known_at: datetime
    by: str
    figures: list[Figure]
    confidence: list[Change]
    survival: list[Survival]
    comparisons: list[Comparison]


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
