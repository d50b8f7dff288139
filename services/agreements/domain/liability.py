"""What is repayable under an agreement on a day (policy section 4): one rule engine, asked of a leaver or of anyone."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from services.agreements.domain.agreement import Agreement, CostLine, DatedCost
from services.agreements.domain.scale import ScaleRule, share_on_scale
from services.agreements.domain.terms import CostCategory, LeaverReason, RepaymentTerms
from services.agreements.domain.versions import NotDeductible, Version, not_deductible_because, version_on
from shared.dates import months_completed
from shared.money import half_up

Rule = Literal[
    "cancelled",
    "no_terms",
    "discharged",
    "unsigned",
    "reason_not_liable",
    "before_start",
    "during_training",
    ScaleRule,
]


class Liability(msgspec.Struct, frozen=True, kw_only=True):
    """What is repayable, under which rule, and how it came about.

    `months_completed` is None until the training has ended. `indicative_pence` is what an unsigned agreement would ask
    for if it were signed as drafted; None under any other rule. `below_minimum`: an amount under the terms' minimum
    became 0.
    """

    amount_pence: int
    rule: Rule
    base_pence: int
    months_completed: int | None = None
    indicative_pence: int | None = None
    below_minimum: bool = False
    deductible: bool = False
    not_deductible_because: NotDeductible | None = None


def liability_if_leaving(agreement: Agreement, on: date, *, reason: LeaverReason | None = "resignation") -> Liability:
    """What would be repayable if the person left, the trigger date being `on`.

    Without a `reason` the person leaves for one that the terms make liable.
    """
    version = version_on(agreement, on)
    liable = reason is None or reason_is_liable(version.terms, reason)
    first = discharged_from(agreement)
    return _liability(agreement, version, on, liable=liable, discharged=first is not None and first <= on)


def assess(agreement: Agreement, trigger_on: date, *, reason_liable: bool, ending_id: str) -> Liability:
    """What is repayable now that the employment has ended by `ending_id`, whose own discharge does not count."""
    discharged = _discharged_before(agreement, trigger_on, ending_id)
    return _liability(
        agreement, version_on(agreement, trigger_on), trigger_on, liable=reason_liable, discharged=discharged
    )


def reason_is_liable(terms: RepaymentTerms | None, reason: str) -> bool:
    """Whether leaving for `reason` makes the costs repayable under these terms."""
    return terms is not None and reason in terms.liable_reasons


def discharged_from(agreement: Agreement) -> date | None:
    """The day from which nothing is contingent any more, since an employment ended; None where none has."""
    return min([discharge.on for discharge in agreement.discharges]) if agreement.discharges else None


def base_pence(agreement: Agreement, version: Version, on: date) -> int:
    """What the scale is applied to, in pence: the school's share of the repayable costs, rounded once, half a penny up.

    Refunds count whenever they are dated; the base never falls below 0, and without terms there is none.
    """
    if version.terms is None:
        return 0
    categories = version.terms.cost_categories
    costs = total_pence(costs_in_base(agreement, version, version.terms, on), categories)
    refunds = total_pence(agreement.refunds, categories)
    return half_up(max(0, costs - refunds) * agreement.funded_percent, 100)


def costs_in_base(
    agreement: Agreement, version: Version, terms: RepaymentTerms, on: date
) -> list[CostLine] | list[DatedCost]:
    """The agreed lines, or the costs paid by `on` where the terms go by what was paid; of every category."""
    return version.cost_lines if terms.base == "agreed" else [cost for cost in agreement.costs if cost.on <= on]


def total_pence(lines: Iterable[CostLine | DatedCost], categories: list[CostCategory]) -> int:
    """The sum of the `lines` of these categories."""
    return sum([line.amount_pence for line in lines if line.category in categories])


def months_since_the_end(agreement: Agreement, on: date) -> int | None:
    """Whole months completed on `on` since the training ended; None while it has not, its last day included."""
    ended_on = agreement.ended_on
    return None if ended_on is None or on <= ended_on else months_completed(ended_on, on)


def judge(
    agreement: Agreement, version: Version, base: int, on: date, months: int | None, *, liable: bool, discharged: bool
) -> tuple[Rule, int]:
    """The first rule that applies, and the pence it makes repayable before the minimum.

    `months` are those completed on `on` since the end (`months_since_the_end`), `base` the base on that day.
    """
    if agreement.cancelled or agreement.training_cancelled_on is not None:
        return "cancelled", 0
    if version.terms is None or agreement.mandatory or agreement.apprenticeship:
        return "no_terms", 0
    if discharged:
        return "discharged", 0
    if version.number is None:
        return "unsigned", 0
    return judge_as_signed(agreement, version.terms, base, on, months, liable=liable)


def judge_as_signed(
    agreement: Agreement, terms: RepaymentTerms, base: int, on: date, months: int | None, *, liable: bool
) -> tuple[Rule, int]:
    """The rules from the reason on, for an agreement taken to be signed on these `terms`."""
    if not liable:
        return "reason_not_liable", 0
    if on < agreement.begins_on:
        return "before_start", 0
    if months is None:
        return "during_training", base
    rule, numerator, denominator = share_on_scale(terms.scale, months)
    return rule, half_up(base * numerator, denominator)


def unless_below_minimum(amount_pence: int, terms: RepaymentTerms | None) -> int:
    """The amount, or 0 where it is under the terms' minimum."""
    return 0 if terms is not None and amount_pence < terms.minimum_pence else amount_pence


def _liability(agreement: Agreement, version: Version, on: date, *, liable: bool, discharged: bool) -> Liability:
    terms = version.terms
    base = base_pence(agreement, version, on)
    months = months_since_the_end(agreement, on)
    rule, amount = judge(agreement, version, base, on, months, liable=liable, discharged=discharged)
    indicative = None
    if rule == "unsigned" and terms is not None:
        _, formula = judge_as_signed(agreement, terms, base, on, months, liable=liable)
        indicative = unless_below_minimum(formula, terms)
    repayable = unless_below_minimum(amount, terms)
    because = not_deductible_because(version, agreement.begins_on)
    return Liability(
        amount_pence=repayable,
        rule=rule,
        base_pence=base,
        months_completed=months,
        indicative_pence=indicative,
        below_minimum=repayable < amount,
        deductible=because is None,
        not_deductible_because=because,
    )


def _discharged_before(agreement: Agreement, trigger_on: date, ending_id: str) -> bool:
    """Whether another ending discharged the agreement first: on an earlier day, or recorded earlier on the same day."""
    for discharge in agreement.discharges:
        if discharge.ending_id == ending_id:
            return any(other.on < trigger_on for other in agreement.discharges if other.ending_id != ending_id)
        if discharge.on <= trigger_on:
            return True
    return False
