"""A school as this service knows it: the limits, threshold and deadline of its decisions, and who deputises."""

from datetime import date
from typing import ClassVar

import msgspec

from services.requests.domain.words import Authority
from shared.checks import LARGEST_SUM_PENCE
from shared.errors import FieldRefused
from shared.eventstore.fact import Fact
from shared.school import SchoolFacts, SchoolStream


class Delegation(msgspec.Struct, frozen=True, kw_only=True, rename={"from_day": "from", "to_day": "to"}):
    """`to_staff_id` decides as `from_role` on each day from `from` to `to`."""

    from_role: Authority
    to_staff_id: str
    from_day: date
    to_day: date


class SchoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a school may set. `headteacher_id` is whose own requests go to the trust executive."""

    name: str = ""
    assessment_threshold: int = 18
    slt_limit_pence: int = 50_000
    headteacher_limit_pence: int = 500_000
    decision_days: int = 10
    delegations: list[Delegation] = []
    headteacher_id: str | None = None


class SchoolNamed(Fact, frozen=True, kw_only=True):
    """A member of staff works here, so the school is one of this trust's."""

    TOPIC: ClassVar[str] = "requests.SchoolNamed"


class SchoolSettingsChanged(Fact, frozen=True, kw_only=True):
    """The school's settings, whole."""

    TOPIC: ClassVar[str] = "requests.SchoolSettingsChanged"
    settings: SchoolSettings


class School(SchoolStream[SchoolSettings]):
    """One school's stream."""

    SCHOOL_FACTS = SchoolFacts(SchoolNamed, SchoolSettingsChanged)
    settings = SchoolSettings()


def sound_settings(settings: SchoolSettings) -> None:
    """Limits rise, sums are sums, and a delegation ends no sooner than it begins. Raises FieldRefused."""
    if settings.headteacher_limit_pence < settings.slt_limit_pence:
        raise FieldRefused(headteacher_limit_pence="must not lie below slt_limit_pence")
    if settings.headteacher_limit_pence > LARGEST_SUM_PENCE:
        raise FieldRefused(headteacher_limit_pence="must not be more than £1,000,000")
    if any(each.to_day < each.from_day for each in settings.delegations):
        raise FieldRefused(delegations="must not end before they begin")


SCHOOL_FACTS: tuple[type[Fact], ...] = (SchoolNamed, SchoolSettingsChanged)
