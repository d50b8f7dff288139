"""What is repayable under an agreement on a day (policy section 4): one rule engine, asked of a leaver or of anyone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple, Protocol

import msgspec

from services.agreements.domain.agreement import Agreement, CostLine, DatedCost
from services.agreements.domain.scale import ScaleRule, scale_in_days
from services.agreements.domain.terms import Linear, RepaymentTerms, Steps
from services.agreements.domain.versions import NotDeductible, Version, not_deductible_because, version_on
from shared.dates import months_completed
from shared.money import half_up, unless_under
from shared.words import CostCategory, LeaverReason

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


Share = tuple[Rule, int, int]
"""The rule that holds, and the fraction of the base it makes repayable: numerator and denominator."""
DISCHARGED: Share = ("discharged", 0, 1)
BEFORE_START: Share = ("before_start", 0, 1)
IN_TRAINING: Share = ("during_training", 1, 1)
NEVER_DISCHARGED = ("cancelled", "no_terms")


class Shares(NamedTuple):
    """Rising days, and the share that holds from each on."""

    days: list[date]
    shares: list[Share]

    def on(self, day: date) -> Share:
        return self.shares[bisect_right(self.days, day) - 1]

    def cut_on(self, days: Iterable[date]) -> None:
        """Begin the same share anew on each of `days` that is not before the first."""
        for day in days:
            place = bisect_right(self.days, day)
            if place and self.days[place - 1] != day:
                self.days.insert(place, day)
                self.shares.insert(place, self.shares[place - 1])

    def ended_by(self, share: Share, since: date) -> "Shares":
        """The same up to `since`, and `share` from then on."""
        before = bisect_left(self.days, since)
        return Shares([*self.days[:before], max(since, self.days[0])], [*self.shares[:before], share])


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
    return _liability(agreement, version, on, liable=liable, discharged_on=discharged_from(agreement))


def assess(agreement: Agreement, trigger_on: date, *, reason_liable: bool, ending_id: str) -> Liability:
    """What is repayable now that the employment has ended by `ending_id`, whose own discharge does not count."""
    version = version_on(agreement, trigger_on)
    discharged_on = trigger_on if _discharged_before(agreement, trigger_on, ending_id) else None
    return _liability(agreement, version, trigger_on, liable=reason_liable, discharged_on=discharged_on)


def reason_is_liable(terms: RepaymentTerms | None, reason: str) -> bool:
    """Whether leaving for `reason` makes the costs repayable under these terms."""
    return terms is not None and reason in terms.liable_reasons


def discharged_from(agreement: Agreement) -> date | None:
    """The day from which nothing is contingent any more, since an employment ended; None where none has."""
    return min([discharge.on for discharge in agreement.discharges]) if agreement.discharges else None


def base_pence(agreement: Agreement, version: Version, on: date) -> int:
    """What the scale is applied to, in pence. Refunds count whenever they are dated; without terms there is no base."""
    terms = version.terms
    if terms is None:
        return 0
    costs = total_pence(costs_in_base(agreement, version, terms, on), terms.cost_categories)
    return base_of(costs, total_pence(agreement.refunds, terms.cost_categories), agreement.funded_percent)


def base_of(costs_pence: int, refunds_pence: int, funded_percent: int) -> int:
    """The school's share of the repayable costs, rounded once, half a penny up; never below 0."""
    return half_up(max(0, costs_pence - refunds_pence) * funded_percent, 100)


def costs_in_base(
    agreement: Agreement, version: Version, terms: RepaymentTerms, on: date
) -> list[CostLine] | list[DatedCost]:
    """The agreed lines, or the costs paid by `on` where the terms go by what was paid; of every category."""
    return version.cost_lines if terms.base == "agreed" else [cost for cost in agreement.costs if cost.on <= on]


def bases_of(agreement: Agreement, version: Version, until: date) -> tuple[list[date], list[int]]:
    """In the version's time: rising days, and the base from each on. It stays as it is, unless it is made of what was
    paid by then.
    """
    since = version.since
    if version.terms is None or version.terms.base != "paid":
        return [since], [base_pence(agreement, version, since)]
    days = [since, *sorted({cost.on for cost in agreement.costs if since < cost.on < until})]
    return days, [base_pence(agreement, version, day) for day in days]


class CostsSomething(Protocol):
    """What has a category and an amount in pence."""

    @property
    def category(self) -> CostCategory: ...

    @property
    def amount_pence(self) -> int: ...


def total_pence(lines: Iterable[CostsSomething], categories: Sequence[CostCategory]) -> int:
    """The sum of the `lines` of these categories."""
    total = 0
    for line in lines:
        if line.category in categories:
            total += line.amount_pence
    return total


def months_since_the_end(agreement: Agreement, on: date) -> int | None:
    """Whole months completed on `on` since the training ended; None while it has not, its last day included."""
    ended_on = agreement.ended_on
    return None if ended_on is None or on <= ended_on else months_completed(ended_on, on)


def shares(agreement: Agreement, version: Version, *, liable: bool, discharged_on: date | None) -> Shares:
    """From `version.since` on: which rule is the first that applies, and what part of the base it makes repayable."""
    rule = nothing_by(agreement, version, liable=liable)
    if version.terms is None or rule is not None:
        found = Shares([version.since], [(rule or "no_terms", 0, 1)])
    else:
        found = shares_as_signed(version.terms.scale, version.since, agreement.begins_on, agreement.ended_on)
    return found if discharged_on is None or rule in NEVER_DISCHARGED else found.ended_by(DISCHARGED, discharged_on)


def nothing_by(agreement: Agreement, version: Version, *, liable: bool) -> Rule | None:
    """The rule by which nothing is repayable on any day of this version; None where the rules of its terms apply."""
    if agreement.called_off:
        return "cancelled"
    if version.terms is None or agreement.exempt:
        return "no_terms"
    if version.number is None:
        return "unsigned"
    return None if liable else "reason_not_liable"


def shares_as_signed(scale: Linear | Steps, since: date, begins_on: date, ended_on: date | None) -> Shares:
    """The rules from the start of the training on, for an agreement taken to be signed `since` a day."""
    ends = scale_in_days(scale, ended_on).days if ended_on is not None else []
    days = [since, *[day for day in (begins_on, *ends) if day > since and day >= begins_on]]
    return Shares(days, [share_as_signed(scale, begins_on, ended_on, day) for day in days])


def share_as_signed(scale: Linear | Steps, begins_on: date, ended_on: date | None, day: date) -> Share:
    """The one of these rules that holds on a day since the signature."""
    if day < begins_on:
        return BEFORE_START
    if ended_on is None or day <= ended_on:
        return IN_TRAINING
    days, on_scale = scale_in_days(scale, ended_on)
    return on_scale[bisect_right(days, day) - 1]


def unless_below_minimum(amount_pence: int, terms: RepaymentTerms | None) -> int:
    """The amount, or 0 where it is under the terms' minimum."""
    return unless_under(terms.minimum_pence if terms is not None else 0, amount_pence)


def _liability(
    agreement: Agreement, version: Version, on: date, *, liable: bool, discharged_on: date | None
) -> Liability:
    terms = version.terms
    base = base_pence(agreement, version, on)
    rule, part, whole = shares(agreement, version, liable=liable, discharged_on=discharged_on).on(on)
    amount = half_up(base * part, whole)
    indicative = None
    if rule == "unsigned" and terms is not None:
        _, part, whole = share_as_signed(terms.scale, agreement.begins_on, agreement.ended_on, on)
        indicative = unless_below_minimum(half_up(base * part, whole), terms) if liable else 0
    repayable = unless_below_minimum(amount, terms)
    because = not_deductible_because(version, agreement.begins_on)
    return Liability(
        amount_pence=repayable,
        rule=rule,
        base_pence=base,
        months_completed=months_since_the_end(agreement, on),
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
