"""A person's portfolio as frozen structs, whole: what JSON, CSV, HTML and PDF are made of, and all that makers know."""

from datetime import date
from typing import Literal

import msgspec

from services.reviews.domain.activity import Source
from services.reviews.domain.words import Benefit, EvaluationStatus, Stage
from shared.words import ActivityType, RoleCategory

ItemKind = Literal["activity", "entry", "learned", "dissemination"]
"""Completed; entered by the person; learned from a colleague; passed on to colleagues."""


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """An employment: where, as what, from when until when (None where it has not ended)."""

    school_urn: str
    role_category: RoleCategory | None
    started_on: date
    last_day: date | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the person said of an activity at one stage. `reflection` is None where there is none for the reader.

    Scores are 0 to 3, confidence 1 to 10; None where nothing was said.
    """

    stage: Stage
    submitted_on: date
    reaction: int | None
    learning: int | None
    organisation_support: int | None
    use: int | None
    pupil_outcomes: int | None
    confidence_before: int | None
    confidence_after: int | None
    benefits: dict[Benefit, int]
    reflection: str | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a portfolio, dated `on`. `evaluation_status` and `said` are those of an activity.

    `shared`: the person lets their line manager read what is personal in it. `reflection` and `evidence` are an
    entry's, None where there are none, or not for the reader. `source` says who told of an activity. `colleague_id` is
    from whom something was learned. `audience`, `reached` and `resources` are a dissemination's.
    """

    id: str
    kind: ItemKind
    on: date
    academic_year: str
    school_urn: str
    title: str
    activity_type: ActivityType | None
    hours: float | None
    shared: bool
    source: Source | None = None
    reflection: str | None = None
    evidence: str | None = None
    evaluation_status: EvaluationStatus | None = None
    said: list[Said] = []
    colleague_id: str | None = None
    audience: str | None = None
    reached: int | None = None
    resources: str | None = None


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Of one academic year and type of activity: how many, for how long together, and of how many nobody said."""

    academic_year: str
    activity_type: ActivityType
    activities: int
    hours: float
    without_hours: int


class Portfolio(msgspec.Struct, frozen=True, kw_only=True):
    """A person's portfolio on a day, the newest first. `left_on` is the last day of someone who works here no more.

    `complete` is false for a reader who is not the person: what they do not share is left out of it. `name` is empty
    where HR told of none.
    """

    staff_id: str
    name: str
    on: date
    complete: bool
    left_on: date | None
    posts: list[Post]
    hours: list[Hours]
    total_hours: float
    items: list[Item]
