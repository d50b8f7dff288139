"""Impact statistics as they are published, and frozen into an annual review. A figure not to be shown has no numbers.

Money is integer pence, days are London's, instants UTC.
"""

from datetime import datetime
from typing import Literal

import msgspec

from shared.figures import Figure

ALL = "all"
"""The group that everybody is in."""
Membership = Literal["trained", "untrained"]


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Confidence (1 to 10) after less before, of the same person and activity. It says what changed, not why.

    `lower` and `upper` bound the mean with 95 % confidence (Student's t over people, each person's mean change once).
    """

    group: str
    people: int | None
    mean: float | None
    lower: float | None
    upper: float | None
    suppressed: bool


class Survival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class Comparison(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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
