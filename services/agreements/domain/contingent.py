"""What is contingent, by its few grounds: enough to say what a resignation on any day would make repayable."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from services.agreements.domain.agreement import Agreement, DatedCost
from services.agreements.domain.liability import (
    base_of,
    discharged_from,
    reason_is_liable,
    share_as_signed,
    total_pence,
)
from services.agreements.domain.scale import last_day_on_scale
from services.agreements.domain.terms import Linear, Steps
from services.agreements.domain.versions import Version, consent_fails_because, signed_versions
from shared.dates import LAST_DAY
from shared.money import share_of
from shared.words import CostCategory


class Signed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one signed version says to someone who resigns, from `since` until the next one.

    Without a `scale` it asks for nothing. `agreed_pence` is None where it goes by what was paid in its `categories`. An
    amount under `least_pence` is none.
    """

    since: date
    scale: Linear | Steps | None
    agreed_pence: int | None
    categories: Sequence[CostCategory]
    least_pence: int
    consent_since: date | None
    by_governor: bool


class Paid(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A cost paid or refunded, without its reference."""

    on: date
    category: CostCategory
    amount_pence: int


class Contingent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that the amount of a day follows from. Costs `paid` are kept only where a signed version goes by them.

    `signatures` is how many there were, and `signed` those that stand: one signed earlier than one recorded before it
    supersedes that.
    """

    signatures: int = 0
    signed: Sequence[Signed] = ()
    begins_on: date = LAST_DAY
    ended_on: date | None = None
    funded_percent: int = 0
    paid: Sequence[Paid] | None = None
    refunds: Sequence[Paid] = ()
    discharged_on: date | None = None
    never: bool = False

    def amounts_on(self, day: date) -> Mapping[str, int]:
        """What would be repayable by who resigns on a day, in pence, and what of it may be taken from pay."""
        for signed in reversed(self.signed):
            if signed.since <= day:
                amount = self._amount(signed, day)
                why_not = consent_fails_because(signed.consent_since, self.begins_on, by_governor=signed.by_governor)
                return {"contingent": amount, "contingent_deductible": 0 if why_not else amount}
        return {}

    def owed_until(self) -> int:
        """The ordinal of the day after the last on which anything can be repayable."""
        if self.never or not self.signed:
            return 0
        scale = self.signed[-1].scale
        if scale is None:
            last = self.signed[-1].since
        else:
            last = LAST_DAY if self.ended_on is None else last_day_on_scale(scale, self.ended_on)
        return (last if self.discharged_on is None else min(last, self.discharged_on)).toordinal() + 1

    def _amount(self, signed: Signed, day: date) -> int:
        if self.never or signed.scale is None or (self.discharged_on is not None and self.discharged_on <= day):
            return 0
        _, part, whole = share_as_signed(signed.scale, self.begins_on, self.ended_on, day)
        return share_of(self._base(signed, day), part, whole, signed.least_pence)

    def _base(self, signed: Signed, day: date) -> int:
        costs = signed.agreed_pence
        if costs is None:
            costs = total_pence([cost for cost in self.paid or () if cost.on <= day], signed.categories)
        return base_of(costs, total_pence(self.refunds, signed.categories), self.funded_percent)


NOTHING = Contingent()


def contingent(agreement: Agreement, before: Contingent = NOTHING) -> Contingent:
    """What is contingent under an agreement. `before` is what was at an earlier point of the same history, in which
    signatures, costs and refunds were only added to: what they have not changed is taken from it.
    """
    signatures = len(agreement.signatures)
    if signatures == before.signatures:
        signed, paid = before.signed, before.paid
    else:
        signed = [_signed(version) for version in signed_versions(agreement)]
        paid = [] if None in [its.agreed_pence for its in signed] else None
    if paid is not None and len(paid) != len(agreement.costs):
        paid = _lines(agreement.costs)
    refunds = before.refunds
    if len(refunds) != len(agreement.refunds):
        refunds = _lines(agreement.refunds)
    return Contingent(
        signatures,
        signed,
        agreement.begins_on,
        agreement.ended_on,
        agreement.funded_percent,
        paid,
        refunds,
        discharged_from(agreement),
        agreement.called_off or agreement.exempt,
    )


def _signed(version: Version) -> Signed:
    terms, consent_since, by_governor = version.terms, version.consent_since, version.by_governor
    if terms is None:
        return Signed(version.since, None, 0, [], 0, consent_since, by_governor)
    return Signed(
        version.since,
        terms.scale if reason_is_liable(terms, "resignation") else None,
        total_pence(version.cost_lines, terms.cost_categories) if terms.base == "agreed" else None,
        terms.cost_categories,
        terms.minimum_pence,
        consent_since,
        by_governor,
    )


def _lines(costs: Sequence[DatedCost]) -> list[Paid]:
    return [Paid(cost.on, cost.category, cost.amount_pence) for cost in costs]
