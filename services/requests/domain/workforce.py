"""How many of a school's people there are in each group of a characteristic: totals from the HR platform, of nobody.

Special-category data is never taken in of a person: only how many there are, and how many of them took part.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Literal

import msgspec

from shared.checks import plausible
from shared.errors import FieldRefused
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

Characteristic = Literal[
    "age_band",
    "culture",
    "disability",
    "ethnicity",
    "gender",
    "national_origin",
    "religion",
    "sexual_orientation",
]


class GroupCount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One group of one characteristic. `participants` of its `people` took part in something, where HR says so."""

    characteristic: Characteristic
    group: str
    people: int
    participants: int | None = None


class Workforce(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The counts of one school and academic year, as on a day."""

    id: str
    school_urn: str
    academic_year: str
    on: date
    counts: list[GroupCount]
    version: int = 0
    staff_id: str = ""


class WorkforceCounted(Fact, frozen=True, kw_only=True):
    """The counts, whole, in place of those before. Never published: small groups are in them."""

    TOPIC: ClassVar[str] = "requests.WorkforceCounted"
    EFFECTIVE: ClassVar[str] = "on"
    academic_year: str
    on: date
    counts: list[GroupCount]


class WorkforceStream(Aggregate):
    """The stream of one school's counts of one year."""

    state: Workforce | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, WorkforceCounted):
            self.state = fold_workforce(self.state, fact)

    def count(self, school_urn: str, year: str, *, on: date, counts: Sequence[GroupCount]) -> Workforce:
        """Take the counts; the same again change nothing. Raises FieldRefused."""
        plausible(self.acting.today, on=on)
        _sound(counts)
        those, known = sorted(counts, key=lambda each: (each.characteristic, each.group)), self.state
        if known is None or (known.on, known.counts) != (on, those):
            whose = {"school_urn": school_urn, "academic_year": year, "reason": ""}
            self.record(WorkforceCounted, on=on, counts=those, **whose)
        assert self.state is not None  # noqa: S101  it is counted by now
        return self.state


def _sound(counts: Sequence[GroupCount]) -> None:
    """Raises FieldRefused."""
    if len({(each.characteristic, each.group) for each in counts}) < len(counts):
        raise FieldRefused(counts="must not name a group twice")
    if any(each.participants is not None and each.participants > each.people for each in counts):
        raise FieldRefused(counts="must not have more participants than people")


def workforce_id(school_urn: str, academic_year: str) -> str:
    """The id of a school's counts of one year."""
    return f"{school_urn}-{academic_year}"


def fold_workforce(state: Workforce | None, fact: WorkforceCounted) -> Workforce:
    """The counts as they now are."""
    return Workforce(
        id=workforce_id(fact.school_urn, fact.academic_year),
        school_urn=fact.school_urn,
        academic_year=fact.academic_year,
        on=fact.on,
        counts=fact.counts,
        version=1 if state is None else state.version + 1,
    )


WORKFORCE_FACTS: tuple[type[Fact], ...] = (WorkforceCounted,)
