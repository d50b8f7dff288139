"""A request, or an agreement without one, as this service learned of it: what for, whether granted, what it cost."""

from datetime import date
from typing import Literal

import msgspec

from shared.money import half_up
from shared.words import ActivityType

Outcome = Literal["approved", "declined", "deferred"]


class Purpose(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be done: by whom it was asked for, for which school, of what type, from when on, for what."""

    staff_id: str
    school_urn: str
    activity_type: ActivityType
    starts_on: date
    priority_ids: list[str] = []
    provider: str = ""


class Paid(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cost, or below 0 a refund, gross; under an agreement where it names one. `told` tells entries apart."""

    told: int
    amount_pence: int
    agreement_id: str = ""


class Undertaking(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one request or agreement, in whatever order it was heard.

    `told` and the fields in `_at` are positions in the teller's log: of two statements the one with the higher holds.
    `is_request` is false for an agreement. One that names a request has `moved_to`, and nothing else is told of it.
    `holders` says whose each agreement is.
    """

    id: str
    is_request: bool = False
    moved_to: str = ""
    purpose: Purpose | None = None
    described_at: int = 0
    decisions: dict[int, Outcome] = {}
    approved_at: int = 0
    withdrawn_at: int = 0
    participants: list[str] = []
    funded_percent: int = 100
    holders: dict[str, str] = {}
    called_off: list[str] = []
    paid: list[Paid] = []

    @property
    def decided(self) -> bool:
        """Whether it was ever approved or declined."""
        return any(outcome != "deferred" for outcome in self.decisions.values())

    @property
    def approved(self) -> bool:
        """Whether it was ever approved."""
        return self.approved_at > 0

    @property
    def taking_part(self) -> list[str]:
        """Whom it was approved for and not called off; nobody where it was withdrawn since."""
        return [each for each in self.participants if not self.is_off(each)] if self.approved else []

    def is_off(self, staff_id: str) -> bool:
        """Whether it was withdrawn and not approved since, or somebody's agreement was called off."""
        withdrawn = self.approved_at < self.withdrawn_at
        return withdrawn or any(self.holders.get(each) == staff_id for each in self.called_off)

    @property
    def spent_pence(self) -> int:
        """The school's share of what was paid less what came back, rounded once; as the budget has it."""
        return half_up(max(0, sum(each.amount_pence for each in self.paid)) * self.funded_percent, 100)


def spread(total: int, weights: dict[str, int]) -> dict[str, int]:
    """`total` shared in proportion to the weights (none below 0), to the penny, by largest remainder.

    Equally where all weights are 0. Of equal remainders the first by name is given the penny.
    """
    if not weights:
        return {}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    whole = sum(weights.values())
    shares = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(shares.values())
    if left:
        for name in sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))[:left]:
            shares[name] += 1
    return shares


def spent_by_person(its: Undertaking) -> dict[str, int]:
    """The school's share of what each participant cost.

    What is paid under an agreement is that person's; what is not is everybody's, equally.
    """
    if not its.paid:
        return {}
    common = max(0, sum(each.amount_pence for each in its.paid if each.agreement_id not in its.holders))
    gross = spread(common, dict.fromkeys(its.participants, 1))
    for agreement_id, staff_id in its.holders.items():
        own = sum(each.amount_pence for each in its.paid if each.agreement_id == agreement_id)
        gross[staff_id] = gross.get(staff_id, 0) + own
    return spread(its.spent_pence, {staff_id: max(0, pence) for staff_id, pence in gross.items()})
