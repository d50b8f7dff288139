"""What would be repayable on every day there is: the liability of someone who resigns, as spans of days."""

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import (
    Rule,
    base_pence,
    discharged_from,
    judge,
    months_since_the_end,
    reason_is_liable,
    unless_below_minimum,
)
from services.agreements.domain.scale import scale_boundaries
from services.agreements.domain.versions import Version, not_deductible_because, versions
from shared.dates import LAST_DAY

T = TypeVar("T")
Figure = tuple[tuple[int, Rule], int]
"""The amount and its rule, and how much of the amount may be deducted from pay."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From `valid_from` up to, but not on, `valid_to`: one amount under one rule."""

    valid_from: date
    valid_to: date
    amount_pence: int
    rule: Rule


class DeductibleSpan(Span, frozen=True, kw_only=True):
    """A span throughout which as much may be deducted from pay: the whole amount, or nothing."""

    deductible_pence: int


def schedule(agreement: Agreement, *, assume_completed_on: date | None = None) -> list[Span]:
    """The spans of all time, in order and without a gap; neighbours differ in amount or rule.

    `assume_completed_on` gives the expected scale where no end is recorded; where one is, the record stands.
    """
    figures = [(day, figure) for day, (figure, _) in _figures(_supposing(agreement, assume_completed_on))]
    return [
        Span(valid_from=day, valid_to=until, amount_pence=amount, rule=rule)
        for day, until, (amount, rule) in _merged(figures)
    ]


def deductible_schedule(agreement: Agreement) -> list[DeductibleSpan]:
    """The same spans, cut also where the amount begins or ceases to be deductible from pay; what totals are made of."""
    return [
        DeductibleSpan(valid_from=day, valid_to=until, amount_pence=amount, rule=rule, deductible_pence=deductible)
        for day, until, ((amount, rule), deductible) in _merged(_figures(agreement))
    ]


def _supposing(agreement: Agreement, completed_on: date | None) -> Agreement:
    if completed_on is None or agreement.ended_on is not None:
        return agreement
    return msgspec.structs.replace(agreement, completed_on=completed_on)


def _merged(figures: list[tuple[date, T]]) -> Iterator[tuple[date, date, T]]:
    """Each figure that differs from the one before it, from its day until the next such day."""
    begins, standing = figures[0]
    for day, figure in figures:
        if figure != standing:
            yield begins, day, standing
            begins, standing = day, figure
    yield begins, LAST_DAY, standing


def _figures(agreement: Agreement) -> list[tuple[date, Figure]]:
    standing = versions(agreement)
    ends = [*(version.since for version in standing[1:]), LAST_DAY]
    return [
        dated for version, until in zip(standing, ends, strict=True) for dated in _figures_of(agreement, version, until)
    ]


def _figures_of(agreement: Agreement, version: Version, until: date) -> Iterator[tuple[date, Figure]]:
    """The figure on each day of the version's time on which another rule, fraction or base may begin."""
    terms = version.terms
    by_costs_paid = terms is not None and terms.base == "paid"
    liable = reason_is_liable(terms, "resignation")
    deductible = not_deductible_because(version, agreement.begins_on) is None
    discharge = discharged_from(agreement)
    base = 0 if version.number is None else base_pence(agreement, version, version.since)
    points = _turning_points(agreement, version)
    for day in sorted(points):
        if not version.since <= day < until:
            continue
        if by_costs_paid:
            base = base_pence(agreement, version, day)
        discharged = discharge is not None and discharge <= day
        rule, amount = judge(agreement, version, base, day, points[day], liable=liable, discharged=discharged)
        repayable = unless_below_minimum(amount, terms)
        yield day, ((repayable, rule), repayable if deductible else 0)


def _turning_points(agreement: Agreement, version: Version) -> dict[date, int | None]:
    """The days on which another rule, fraction or base may begin, each with the months completed by then."""
    days = [version.since, *[discharge.on for discharge in agreement.discharges]]
    terms = version.terms
    if version.number is None or terms is None:
        return dict.fromkeys(days)
    days.append(agreement.begins_on)
    if terms.base == "paid":
        days += [cost.on for cost in agreement.costs]
    points = {day: months_since_the_end(agreement, day) for day in days}
    if agreement.ended_on is not None:
        points.update(scale_boundaries(terms.scale, agreement.ended_on))
    return points
