"""What would be repayable on every day there is: the liability of someone who resigns, as spans of days."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import (
    Rule,
    bases_of,
    discharged_from,
    reason_is_liable,
    shares,
    unless_below_minimum,
)
from services.agreements.domain.versions import Version, versions, with_ends
from shared.dates import LAST_DAY
from shared.money import half_up


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From `valid_from` up to, but not on, `valid_to`: one amount under one rule."""

    valid_from: date
    valid_to: date
    amount_pence: int
    rule: Rule


def schedule(agreement: Agreement, *, assume_completed_on: date | None = None) -> list[Span]:
    """The spans of all time, in order and without a gap; neighbours differ in amount or rule.

    `assume_completed_on` gives the expected scale where no end is recorded; where one is, the record stands.
    """
    supposed = _supposing(agreement, assume_completed_on)
    begun: list[tuple[date, Rule, int]] = []
    for version, until in with_ends(versions(supposed)):
        for day, rule, amount in _amounts(supposed, version, until):
            if not begun or (rule, amount) != begun[-1][1:]:
                begun.append((day, rule, amount))
    return [
        Span(valid_from=day, valid_to=until, amount_pence=amount, rule=rule)
        for (day, rule, amount), (until, *_) in pairwise([*begun, (LAST_DAY, "served", 0)])
    ]


def _supposing(agreement: Agreement, completed_on: date | None) -> Agreement:
    if completed_on is None or agreement.ended_on is not None:
        return agreement
    return msgspec.structs.replace(agreement, completed_on=completed_on)


def _amounts(agreement: Agreement, version: Version, until: date) -> Iterator[tuple[date, Rule, int]]:
    """In the version's time: rising days, and the rule and the amount that hold from each on."""
    terms = version.terms
    liable = reason_is_liable(terms, "resignation")
    found = shares(agreement, version, liable=liable, discharged_on=discharged_from(agreement))
    bases_from, bases = bases_of(agreement, version, until)
    found.cut_on(bases_from)
    for day, (rule, part, whole) in zip(found.days, found.shares, strict=True):
        if day < until:
            base = bases[bisect_right(bases_from, day) - 1]
            yield day, rule, unless_below_minimum(half_up(base * part, whole), terms)
