"""A school as this service knows it: its settings and its pay calendar."""

from datetime import date
from typing import ClassVar

import msgspec

from services.agreements.domain.scale import check_scale
from services.agreements.domain.terms import RepaymentTerms
from shared.errors import FieldRefused
from shared.eventstore.fact import Fact
from shared.school import SchoolFacts, SchoolStream


class PayPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """One pay run: its name, the last day on which payroll takes changes, and the day of pay."""

    pay_period: str
    closes_on: date
    pay_date: date


class SchoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a school may set. Without a pay calendar, months named `2024-11` close on the 15th, paid on the last day."""

    name: str = ""
    default_terms: RepaymentTerms = RepaymentTerms()
    agreement_threshold_pence: int = 25_000
    auto_require: bool = False
    notice_days: int = 14
    pay_element_code: str = "CPD-REPAY"
    pay_calendar: list[PayPeriod] = []


class SchoolNamed(Fact, frozen=True, kw_only=True):
    """A member of staff works here, so the school is one of this trust's."""

    TOPIC: ClassVar[str] = "agreements.SchoolNamed"


class SchoolSettingsChanged(Fact, frozen=True, kw_only=True):
    """The school's settings, whole."""

    TOPIC: ClassVar[str] = "agreements.SchoolSettingsChanged"
    settings: SchoolSettings


class School(SchoolStream[SchoolSettings]):
    """One school's stream."""

    SCHOOL_FACTS = SchoolFacts(SchoolNamed, SchoolSettingsChanged)
    settings = SchoolSettings()


def sound_settings(settings: SchoolSettings) -> None:
    """The scale keeps its rules; each pay period is named once and closes by its pay date. Raises FieldRefused."""
    check_scale(settings.default_terms.scale)
    names = [period.pay_period for period in settings.pay_calendar]
    if len(set(names)) != len(names):
        raise FieldRefused(pay_calendar="must not name a pay period twice")
    if any(period.pay_date < period.closes_on for period in settings.pay_calendar):
        raise FieldRefused(pay_calendar="a period's pay_date must not lie before its closes_on")


SCHOOL_FACTS: tuple[type[Fact], ...] = (SchoolNamed, SchoolSettingsChanged)
