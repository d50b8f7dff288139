"""The sliding scale: which share of the base is repayable after so many months, and from which day."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from services.agreements.domain.terms import Linear, Step, Steps
from shared.dates import LAST_DAY, add_months, next_day
from shared.errors import FieldRefused
from shared.money import half_up

ScaleRule = Literal["full_period", "reduced", "served"]
LONGEST_MONTHS = 120
MOST_STEPS = 20

Share = tuple[ScaleRule, int, int]
"""The rule that holds, and the fraction of the base it makes repayable: numerator and denominator."""


class ScaleInDays(NamedTuple):
    """Rising days, and the share that each begins."""

    days: list[date]
    shares: list[Share]


ALL: Share = ("full_period", 1, 1)
NOTHING: Share = ("served", 0, 1)


def share_on_scale(scale: Linear | Steps, months: int) -> Share:
    """What is repayable once `months` (≥ 0) whole months have been completed since the training's end."""
    return _linear_share(scale, months) if isinstance(scale, Linear) else _step_share(scale, months)


def amount_on_scale(scale: Linear | Steps, base_pence: int, months: int) -> int:
    """The pence repayable after `months`: computed once from the base and rounded once, half a penny up."""
    _, numerator, denominator = share_on_scale(scale, months)
    return half_up(base_pence * numerator, denominator)


def month_counts(scale: Linear | Steps) -> range | tuple[int, ...]:
    """The counts of completed months at which the scale says something else than before, rising."""
    if isinstance(scale, Linear):
        return range(scale.full_months, scale.months + 1)
    return tuple([step.until_months for step in scale.steps])


def scale_boundaries(scale: Linear | Steps, ended_on: date) -> tuple[tuple[date, int], ...]:
    """The days, rising, on which the scale begins to say something else, each with the months completed by then.

    They are the day after the training ended and, for each count of months that the scale names, the first day on which
    so many are completed: the day after the corresponding one.
    """
    counts = month_counts(scale)
    from_the_end = counts if counts[0] == 0 else (0, *counts)
    return tuple([(next_day(add_months(ended_on, months)), months) for months in from_the_end])


def scale_in_days(scale: Linear | Steps, ended_on: date) -> ScaleInDays:
    """The scale of a training that ended on a day: what is repayable from each of its boundaries on."""
    return _in_days(scale if isinstance(scale, Linear) else tuple(scale.steps), ended_on)


def last_day_on_scale(scale: Linear | Steps, ended_on: date) -> date:
    """The day after which a scale, of a training that ended on a day, asks for nothing more."""
    return add_months(ended_on, month_counts(scale)[-1])


def check_scale(scale: Linear | Steps) -> None:
    """The scale can be read in one way only, and ends within ten years. Raises FieldRefused with every rule broken."""
    broken = list(_broken_linear_rules(scale) if isinstance(scale, Linear) else _broken_step_rules(scale.steps))
    if broken:
        raise FieldRefused(scale=broken)


@lru_cache(maxsize=8_192)
def _in_days(known: Linear | tuple[Step, ...], ended_on: date) -> ScaleInDays:
    """By what can be looked up: agreements share their scale, and trainings end on the same days."""
    scale = known if isinstance(known, Linear) else Steps(steps=list(known))
    reached = [
        (day, months) for day, months in scale_boundaries(scale, ended_on) if add_months(ended_on, months) < LAST_DAY
    ]
    return ScaleInDays([day for day, _ in reached], [share_on_scale(scale, months) for _, months in reached])


def _linear_share(scale: Linear, months: int) -> Share:
    if months >= scale.months:
        return NOTHING
    if months < scale.full_months:
        return ALL
    return "reduced", scale.months - months, scale.months


def _step_share(scale: Steps, months: int) -> Share:
    for step in scale.steps:
        if months < step.until_months:
            return ALL if step.percent == 100 else ("reduced", step.percent, 100)
    return NOTHING


def _broken_linear_rules(scale: Linear) -> Iterator[str]:
    if not 1 <= scale.months <= LONGEST_MONTHS:
        yield f"months must lie between 1 and {LONGEST_MONTHS}"
    if not 0 <= scale.full_months <= scale.months:
        yield "full_months must lie between 0 and months"


def _broken_step_rules(steps: list[Step]) -> Iterator[str]:
    if not 1 <= len(steps) <= MOST_STEPS:
        yield f"steps must number between 1 and {MOST_STEPS}"
    if any(not 1 <= step.until_months <= LONGEST_MONTHS for step in steps):
        yield f"until_months of each step must lie between 1 and {LONGEST_MONTHS}"
    if any(not 0 <= step.percent <= 100 for step in steps):
        yield "percent of each step must lie between 0 and 100"
    if any(later.until_months <= earlier.until_months for earlier, later in pairwise(steps)):
        yield "until_months must rise from each step to the next"
    if any(later.percent >= earlier.percent for earlier, later in pairwise(steps)):
        yield "percent must fall from each step to the next"
