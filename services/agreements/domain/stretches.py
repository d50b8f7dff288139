"""What is contingent, by its few grounds: enough to say what a resignation on any day would make repayable."""

from bisect import bisect_right
from datetime import date

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import (
    bases_of,
    discharged_from,
    nothing_by,
    reason_is_liable,
    share_as_signed,
)
from services.agreements.domain.scale import last_day_on_scale
from services.agreements.domain.terms import Linear, Steps
from services.agreements.domain.versions import Version, not_deductible_because, signed_versions, with_ends
from shared.dates import LAST_DAY
from shared.money import share_of


class Stretch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The time of one signed version, up to that of the next. Without a `scale` nothing is repayable in it.

    From `bases_from[i]` on the base is `bases_pence[i]`; an amount under `least_pence` is none.
    """

    since: date
    begins_on: date
    ended_on: date | None
    scale: Linear | Steps | None
    bases_from: list[date]
    bases_pence: list[int]
    least_pence: int
    deductible: bool
    discharged_on: date | None

    def amount_on(self, day: date) -> int:
        """What would be repayable, in pence, on a day that is in this stretch."""
        if self.scale is None or (self.discharged_on is not None and self.discharged_on <= day):
            return 0
        _, part, whole = share_as_signed(self.scale, self.begins_on, self.ended_on, day)
        base = self.bases_pence[bisect_right(self.bases_from, day) - 1]
        return share_of(base, part, whole, self.least_pence)

    def nothing_after(self) -> date:
        """The last day on which anything can be repayable, if nothing follows; the calendar's last for no end."""
        if self.scale is None:
            return self.since
        last = LAST_DAY if self.ended_on is None else last_day_on_scale(self.scale, self.ended_on)
        return last if self.discharged_on is None else min(last, self.discharged_on)


def stretches(agreement: Agreement) -> list[Stretch]:
    """What is contingent under an agreement, in the order of days. Before the first of them it is nothing."""
    return [_stretch(agreement, version, until) for version, until in with_ends(signed_versions(agreement))]


def grounds(agreement: Agreement) -> tuple[object, ...]:
    """All that the stretches follow from: agreements with equal grounds have equal stretches."""
    return (
        agreement.signatures,
        agreement.funded_percent,
        agreement.begins_on,
        agreement.ended_on,
        agreement.costs if agreement.costs and _counts_costs_paid(agreement) else None,
        agreement.refunds,
        agreement.discharges,
        agreement.training_cancelled_on,
        agreement.cancelled,
        agreement.mandatory,
        agreement.apprenticeship,
    )


def _stretch(agreement: Agreement, version: Version, until: date) -> Stretch:
    terms = version.terms
    liable = reason_is_liable(terms, "resignation")
    asks = terms is not None and nothing_by(agreement, version, liable=liable) is None
    bases_from, bases = bases_of(agreement, version, until)
    return Stretch(
        version.since,
        agreement.begins_on,
        agreement.ended_on,
        terms.scale if terms is not None and asks else None,
        bases_from,
        bases,
        terms.minimum_pence if terms is not None else 0,
        not_deductible_because(version, agreement.begins_on) is None,
        discharged_from(agreement),
    )


def _counts_costs_paid(agreement: Agreement) -> bool:
    terms = [signed.terms for signed in agreement.signatures if signed.terms is not None]
    return "paid" in [its.base for its in terms]
