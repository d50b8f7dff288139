"""A school as this service knows it: what development is to be passed on there, and within how many days."""

from typing import ClassVar

import msgspec

from shared.eventstore.fact import Fact
from shared.school import SchoolFacts, SchoolStream
from shared.words import ActivityType

PASSED_ON: tuple[ActivityType, ...] = ("course", "school_visit", "secondment", "award_bearing", "research")
"""What brings something into the school that others there have not seen."""


class SchoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a school may set.

    Someone who completed an activity of one of `dissemination_types`, or one that cost the school
    `dissemination_from_pence` or more, owes a dissemination within `dissemination_days`. Mandatory training owes none.
    """

    name: str = ""
    dissemination_types: list[ActivityType] = msgspec.field(default_factory=lambda: list(PASSED_ON))
    dissemination_from_pence: int = 50_000
    dissemination_days: int = 42


class SchoolNamed(Fact, frozen=True, kw_only=True):
    """A member of staff works here, so the school is one of this trust's."""

    TOPIC: ClassVar[str] = "reviews.SchoolNamed"


class SchoolSettingsChanged(Fact, frozen=True, kw_only=True):
    """The school's settings, whole."""

    TOPIC: ClassVar[str] = "reviews.SchoolSettingsChanged"
    settings: SchoolSettings


class School(SchoolStream[SchoolSettings]):
    """One school's stream."""

    SCHOOL_FACTS = SchoolFacts(SchoolNamed, SchoolSettingsChanged)
    settings = SchoolSettings()


SCHOOL_FACTS: tuple[type[Fact], ...] = (SchoolNamed, SchoolSettingsChanged)
