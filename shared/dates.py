"""Days in Europe/London, instants in UTC, and calendar arithmetic that never drifts."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

LONDON = ZoneInfo("Europe/London")
FIRST_DAY = date.min
LAST_DAY = date.max


def london_day(instant: datetime) -> date:
    """The day in Europe/London on which `instant` (aware) falls."""
    return instant.astimezone(LONDON).date()


def in_words(day: date) -> str:
    """31 January 2025"""
    return f"{day.day} {day:%B} {day.year}"


def start_of_london_day(day: date) -> datetime:
    """The UTC instant at which `day` begins in Europe/London."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def next_day(day: date) -> date:
    """The day after `day`; the calendar's last day has none and answers itself."""
    return day if day == LAST_DAY else day + timedelta(days=1)


@lru_cache(maxsize=1_024)
def _months(count: int) -> relativedelta:
    return relativedelta(months=count)


@lru_cache(maxsize=65_536)
def add_months(day: date, months: int) -> date:
    """The same-numbered day `months` later, or that month's last day where there is none. Always from `day` itself.

    Beyond the calendar's end the answer is its last day.
    """
    beyond = day.year * 12 + day.month - 1 + months >= (LAST_DAY.year + 1) * 12
    return LAST_DAY if beyond else day + _months(months)


def months_completed(ended_on: date, on: date) -> int:
    """Whole months from `ended_on` to `on`, by the corresponding-date rule (Dodds v Walker [1981] 1 WLR 1027).

    The day of the event is excluded: on the same-numbered day the month is not yet complete.
    """
    months = (on.year - ended_on.year) * 12 + on.month - ended_on.month
    if months > 0 and on <= add_months(ended_on, months):
        months -= 1
    return max(0, months)


def academic_year(day: date) -> str:
    """The academic year that holds `day`: 1 September to 31 August, named `2024-25`. The calendar has no year 0."""
    first = day.year if day.month >= 9 else max(1, day.year - 1)
    return f"{first:04d}-{(first + 1) % 100:02d}"


def first_of_year(year: str) -> date:
    """1 September of the academic year named like `2024-25`."""
    return date(int(year[:4]), 9, 1)
