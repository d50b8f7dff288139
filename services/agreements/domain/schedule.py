"""What would be repayable on every day there is: the liability of someone who resigns, as spans of days."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

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
from services.agreements.domain.scale import shares_by_day
from services.agreements.domain.versions import Version, not_deductible_because, versions
from shared.dates import LAST_DAY, next_day
from shared.money import half_up

ON_THE_SCALE = ("full_period", "reduced")
Figure = tuple[date, Rule, int, bool]
"""From this day on: the rule, the pence that it makes repayable, and whether they may be deducted from pay."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From `valid_from` up to, but not on, `valid_to`: one amount under one rule."""

    valid_from: date
    valid_to: date
    amount_pence: int
    rule: Rule


class Steps(NamedTuple):
    """Rising days; from each on so many pence are repayable, and so many of them may be deducted from pay.

    Before the first day nothing is repayable.
    """

    days: list[date]
    amounts_pence: list[int]
    deductible_pence: list[int]


def schedule(agreement: Agreement, *, assume_completed_on: date | None = None) -> list[Span]:
    """The spans of all time, in order and without a gap; neighbours differ in amount or rule.

    `assume_completed_on` gives the expected scale where no end is recorded; where one is, the record stands.
    """
    begun: list[tuple[date, Rule, int]] = []
    for day, rule, amount, _ in _figures(_supposing(agreement, assume_completed_on)):
        if not begun or (rule, amount) != begun[-1][1:]:
            begun.append((day, rule, amount))
    return [
        Span(valid_from=day, valid_to=until, amount_pence=amount, rule=rule)
        for (day, rule, amount), (until, *_) in pairwise([*begun, (LAST_DAY, "served", 0)])
    ]


def steps(agreement: Agreement) -> Steps:
    """The same amounts without their rules, with what of them is deductible: what totals are made of."""
    found = Steps([], [], [])
    days, amounts, deductibles = found
    standing, standing_deductible = 0, 0
    for day, _, amount, may_be_deducted in _figures(agreement):
        deductible = amount if may_be_deducted else 0
        if amount != standing or deductible != standing_deductible:
            days.append(day)
            amounts.append(amount)
            deductibles.append(deductible)
            standing, standing_deductible = amount, deductible
    return found


def grounds(agreement: Agreement) -> tuple[object, ...]:
    """All that a schedule follows from: agreements with equal grounds have equal schedules."""
    return (
        agreement.signatures,
        agreement.terms,
        agreement.funded_percent,
        agreement.begins_on,
        agreement.ended_on,
        agreement.costs if _counts_costs_paid(agreement) else None,
        agreement.refunds,
        agreement.discharges,
        agreement.training_cancelled_on,
        agreement.cancelled,
        agreement.mandatory,
        agreement.apprenticeship,
    )


def _counts_costs_paid(agreement: Agreement) -> bool:
    return any(signed.terms is not None and signed.terms.base == "paid" for signed in agreement.signatures)


def _supposing(agreement: Agreement, completed_on: date | None) -> Agreement:
    if completed_on is None or agreement.ended_on is not None:
        return agreement
    return msgspec.structs.replace(agreement, completed_on=completed_on)


def _figures(agreement: Agreement) -> list[Figure]:
    standing = versions(agreement)
    figures: list[Figure] = []
    for version, following in pairwise([*standing, None]):
        figures += _figures_of(agreement, version, LAST_DAY if following is None else following.since)
    return figures


def _figures_of(agreement: Agreement, version: Version, until: date) -> list[Figure]:
    """The figure on each day of the version's time on which another rule, fraction or base may begin."""
    terms = version.terms
    by_costs_paid = terms is not None and terms.base == "paid"
    liable = reason_is_liable(terms, "resignation")
    deductible = not_deductible_because(version, agreement.begins_on) is None
    discharge = discharged_from(agreement)
    base = 0 if version.number is None else base_pence(agreement, version, version.since)
    figures: list[Figure] = []
    for begins, ends in pairwise([*_turning_points(agreement, version, until), until]):
        if by_costs_paid:
            base = base_pence(agreement, version, begins)
        months = months_since_the_end(agreement, begins)
        discharged = discharge is not None and discharge <= begins
        rule, amount = judge(agreement, version, base, begins, months, liable=liable, discharged=discharged)
        figures.append((begins, rule, unless_below_minimum(amount, terms), deductible))
        if rule in ON_THE_SCALE and terms is not None and agreement.ended_on is not None:
            figures += [
                (day, its_rule, unless_below_minimum(half_up(base * numerator, denominator), terms), deductible)
                for day, (its_rule, numerator, denominator) in shares_by_day(terms.scale, agreement.ended_on)
                if begins < day < ends
            ]
    return figures


def _turning_points(agreement: Agreement, version: Version, until: date) -> list[date]:
    """The days of the version's time on which another rule or base may begin, and the one on which the scale does."""
    days = {version.since, *[discharge.on for discharge in agreement.discharges]}
    if version.number is not None and version.terms is not None:
        days.add(agreement.begins_on)
        if version.terms.base == "paid":
            days.update([cost.on for cost in agreement.costs])
        if agreement.ended_on is not None:
            days.add(next_day(agreement.ended_on))
    return sorted([day for day in days if version.since <= day < until])
