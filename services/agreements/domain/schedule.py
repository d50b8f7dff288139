"""What would be repayable on every day there is: the liability of someone who resigns, as spans of days."""

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import (
    Rule,
    Share,
    base_pence,
    discharged_from,
    reason_is_liable,
    shares,
    unless_below_minimum,
)
from services.agreements.domain.versions import Version, not_deductible_because, versions
from shared.dates import LAST_DAY
from shared.money import half_up

ON_THE_SCALE = ("full_period", "reduced")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From `valid_from` up to, but not on, `valid_to`: one amount under one rule."""

    valid_from: date
    valid_to: date
    amount_pence: int
    rule: Rule


class Steps(NamedTuple):
    """Rising days; from each on so many pence are repayable, and so many of them may be deducted from pay.

    Before the first day, that of the first signature, nothing is repayable.
    """

    days: list[date]
    amounts_pence: list[int]
    deductible_pence: list[int]


def schedule(agreement: Agreement, *, assume_completed_on: date | None = None) -> list[Span]:
    """The spans of all time, in order and without a gap; neighbours differ in amount or rule.

    `assume_completed_on` gives the expected scale where no end is recorded; where one is, the record stands.
    """
    supposed = _supposing(agreement, assume_completed_on)
    begun: list[tuple[date, Rule, int]] = []
    for version, until in _with_ends(versions(supposed)):
        days, shares_of_it, amounts = _figures(supposed, version, until)
        for day, (rule, _, _), amount in zip(days, shares_of_it, amounts, strict=True):
            if not begun or (rule, amount) != begun[-1][1:]:
                begun.append((day, rule, amount))
    return [
        Span(valid_from=day, valid_to=until, amount_pence=amount, rule=rule)
        for (day, rule, amount), (until, *_) in pairwise([*begun, (LAST_DAY, "served", 0)])
    ]


def steps(agreement: Agreement) -> Steps:
    """The same amounts without their rules, with what of them is deductible: what totals are made of."""
    found = Steps([], [], [])
    for version, until in _with_ends([version for version in versions(agreement) if version.number is not None]):
        days, _, amounts = _figures(agreement, version, until)
        deductible = not_deductible_because(version, agreement.begins_on) is None
        found.days.extend(days)
        found.amounts_pence.extend(amounts)
        found.deductible_pence.extend(amounts if deductible else [0] * len(amounts))
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


def _with_ends(standing: list[Version]) -> list[tuple[Version, date]]:
    """Each version with the day on which the next one takes its place."""
    return list(zip(standing, [version.since for version in standing[1:]] + [LAST_DAY], strict=False))


def _figures(agreement: Agreement, version: Version, until: date) -> tuple[list[date], list[Share], list[int]]:
    """In the version's time: rising days, and the share and the amount that hold from each on.

    The base stays as it is, unless it is made of what was paid by then.
    """
    terms = version.terms
    liable = reason_is_liable(terms, "resignation")
    found = shares(agreement, version, liable=liable, discharged_on=discharged_from(agreement))
    if terms is not None and terms.base == "paid":
        found.cut_on([cost.on for cost in agreement.costs])
        bases = _bases_paid(agreement, version, found.days)
    else:
        bases = [base_pence(agreement, version, version.since)] * len(found.days)
    amounts = [half_up(base * part, whole) for base, (_, part, whole) in zip(bases, found.shares, strict=True)]
    if terms is not None and terms.minimum_pence:
        amounts = [unless_below_minimum(amount, terms) for amount in amounts]
    within = bisect_left(found.days, until)
    return found.days[:within], found.shares[:within], amounts[:within]


def _bases_paid(agreement: Agreement, version: Version, days: list[date]) -> list[int]:
    """The base on each of the rising `days`; added up anew only where a cost was paid since the one before."""
    paid_on = sorted([cost.on for cost in agreement.costs])
    bases = [base_pence(agreement, version, day) for day in (version.since, *paid_on)]
    return [bases[bisect_right(paid_on, day)] for day in days]
