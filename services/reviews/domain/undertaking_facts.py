"""The facts by which this service learned of requests and agreements, and what each changes. None is published."""

from datetime import date
from typing import ClassVar

from services.reviews.domain.undertaking import Outcome, Paid, Purpose, Undertaking
from shared.eventstore.fact import Fact
from shared.words import ActivityType


class UndertakingFact(Fact, frozen=True, kw_only=True):
    """What another service said of a request or an agreement. `told` is the position of its fact in its own log.

    `change` applies it to the state and cannot fail; the same again, and an older statement, change nothing.
    """

    undertaking_id: str
    told: int

    def change(self, its: Undertaking) -> None:
        raise NotImplementedError


class DescribedFact(UndertakingFact, frozen=True, kw_only=True):
    """What is to be done, whole."""

    activity_type: ActivityType
    starts_on: date
    priority_ids: list[str] = []  # noqa: RUF012  a struct copies it
    provider: str = ""

    def change(self, its: Undertaking) -> None:
        if self.told > its.described_at:
            its.described_at = self.told
            its.purpose = Purpose(
                staff_id=self.staff_id,
                school_urn=self.school_urn,
                activity_type=self.activity_type,
                starts_on=self.starts_on,
                priority_ids=self.priority_ids,
                provider=self.provider,
            )


class RequestNoted(DescribedFact, frozen=True, kw_only=True):
    """A request was submitted, or changed; `staff_id` is who asks."""

    TOPIC: ClassVar[str] = "reviews.RequestNoted"

    def change(self, its: Undertaking) -> None:
        super().change(its)
        its.is_request = True


class AgreementNoted(DescribedFact, frozen=True, kw_only=True):
    """An agreement was drafted that names no request; `staff_id` is whose it is."""

    TOPIC: ClassVar[str] = "reviews.AgreementNoted"
    funded_percent: int

    def change(self, its: Undertaking) -> None:
        super().change(its)
        its.participants = [self.staff_id]
        its.approved_at = its.approved_at or self.told
        its.holders = {self.undertaking_id: self.staff_id}
        its.funded_percent = self.funded_percent


class AgreementTied(UndertakingFact, frozen=True, kw_only=True):
    """An agreement was drafted that names a request: from now on what it says is said of the request."""

    TOPIC: ClassVar[str] = "reviews.AgreementTied"
    request_id: str

    def change(self, its: Undertaking) -> None:
        its.moved_to = self.request_id


class HolderNoted(UndertakingFact, frozen=True, kw_only=True):
    """An agreement holds the costs and the completion of one participant of a request, `staff_id`."""

    TOPIC: ClassVar[str] = "reviews.HolderNoted"
    agreement_id: str

    def change(self, its: Undertaking) -> None:
        its.holders = its.holders | {self.agreement_id: self.staff_id}


class DecisionNoted(UndertakingFact, frozen=True, kw_only=True):
    """A request was declined or deferred."""

    TOPIC: ClassVar[str] = "reviews.DecisionNoted"
    outcome: Outcome

    def change(self, its: Undertaking) -> None:
        its.decisions = its.decisions | {self.told: self.outcome}


class ApprovalNoted(UndertakingFact, frozen=True, kw_only=True):
    """A request was approved, for these people, and how far funded."""

    TOPIC: ClassVar[str] = "reviews.ApprovalNoted"
    participants: list[str]
    funded_percent: int

    def change(self, its: Undertaking) -> None:
        its.decisions = its.decisions | {self.told: "approved"}
        if self.told > its.approved_at:
            its.approved_at = self.told
            its.participants = sorted(self.participants)
            its.funded_percent = self.funded_percent


class WithdrawalNoted(UndertakingFact, frozen=True, kw_only=True):
    """A request was withdrawn."""

    TOPIC: ClassVar[str] = "reviews.WithdrawalNoted"

    def change(self, its: Undertaking) -> None:
        its.withdrawn_at = max(its.withdrawn_at, self.told)


class CallOffNoted(UndertakingFact, frozen=True, kw_only=True):
    """An agreement, or its training, was cancelled: its person does not take part."""

    TOPIC: ClassVar[str] = "reviews.CallOffNoted"
    agreement_id: str

    def change(self, its: Undertaking) -> None:
        its.called_off = sorted({*its.called_off, self.agreement_id})


class CostNoted(UndertakingFact, frozen=True, kw_only=True):
    """A cost was paid, or below 0 refunded, gross; under an agreement where it names one."""

    TOPIC: ClassVar[str] = "reviews.CostNoted"
    EFFECTIVE: ClassVar[str] = "on"
    amount_pence: int
    on: date
    agreement_id: str = ""

    def change(self, its: Undertaking) -> None:
        if all(each.told != self.told for each in its.paid):
            entry = Paid(told=self.told, amount_pence=self.amount_pence, agreement_id=self.agreement_id)
            its.paid = [*its.paid, entry]


def fold_undertaking(state: Undertaking | None, fact: UndertakingFact) -> Undertaking:
    """The state with `fact`, whichever came first. Changes `state` in place."""
    its = state or Undertaking(id=fact.undertaking_id)
    fact.change(its)
    return its


UNDERTAKING_FACTS: tuple[type[UndertakingFact], ...] = (
    RequestNoted,
    AgreementNoted,
    AgreementTied,
    HolderNoted,
    DecisionNoted,
    ApprovalNoted,
    WithdrawalNoted,
    CallOffNoted,
    CostNoted,
)
