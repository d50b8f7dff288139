"""What this service records when it hears of a request or an agreement: one stream each, in any order, each word once.

An agreement that names a request has a stream only to say so: what it says afterwards is recorded of the request. That
it was completed is the person's affair, and recorded there.
"""

from datetime import date
from typing import Any, Protocol

from services.reviews.domain.undertaking import Outcome, Undertaking
from services.reviews.domain.undertaking_facts import (
    AgreementNoted,
    AgreementTied,
    ApprovalNoted,
    CallOffNoted,
    CostNoted,
    DecisionNoted,
    HolderNoted,
    RequestNoted,
    UndertakingFact,
    WithdrawalNoted,
    fold_undertaking,
)
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact
from shared.words import ActivityType


class UndertakingStream(Aggregate):
    """What was heard of one request or agreement."""

    state: Undertaking | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, UndertakingFact):
            self.state = fold_undertaking(self.state, fact)


class Holds(Protocol):
    """Gives the streams of one command, by what they are of; what they state is saved together."""

    def undertaking(self, undertaking_id: str) -> UndertakingStream: ...


def holder_of(desk: Holds, agreement_id: str) -> str:
    """The request that an agreement names, else the agreement."""
    known = desk.undertaking(agreement_id).state
    return known.moved_to if known is not None and known.moved_to else agreement_id


class Teller:
    """Who says something, and where in its own log it stands; about whom, and at which school."""

    def __init__(self, desk: Holds, told: int, *, staff_id: str, school_urn: str) -> None:
        self._desk, self._told = desk, told
        self._about = {"staff_id": staff_id, "school_urn": school_urn}

    def request(self, request_id: str, **described: Any) -> None:
        """A request as it now asks, whole: `activity_type`, `starts_on`, `priority_ids`, `provider`."""
        self._record(request_id, RequestNoted, **described)

    def approval(self, request_id: str, participants: list[str], funded_percent: int) -> None:
        self._record(request_id, ApprovalNoted, participants=participants, funded_percent=funded_percent)

    def decision(self, request_id: str, outcome: Outcome) -> None:
        self._record(request_id, DecisionNoted, outcome=outcome)

    def withdrawal(self, request_id: str) -> None:
        self._record(request_id, WithdrawalNoted)

    def request_cost(self, request_id: str, amount_pence: int, on: date, agreement_id: str | None) -> None:
        """Also those that agreements tell of: the requests service enters them once."""
        self._record(request_id, CostNoted, amount_pence=amount_pence, on=on, agreement_id=agreement_id or "")

    def agreement(
        self,
        agreement_id: str,
        request_id: str | None,
        *,
        activity_type: ActivityType,
        starts_on: date,
        funded_percent: int,
    ) -> None:
        """An agreement was drafted. What it said before this came is said of its request now."""
        if request_id is None:
            described = {"activity_type": activity_type, "starts_on": starts_on, "funded_percent": funded_percent}
            self._record(agreement_id, AgreementNoted, **described)
            return
        early = self._desk.undertaking(agreement_id).state
        self._record(request_id, HolderNoted, agreement_id=agreement_id)
        if early is not None and early.called_off:
            self._record(request_id, CallOffNoted, agreement_id=agreement_id)
        self._record(agreement_id, AgreementTied, request_id=request_id)

    def call_off(self, agreement_id: str) -> None:
        self._record(holder_of(self._desk, agreement_id), CallOffNoted, agreement_id=agreement_id)

    def agreement_cost(self, agreement_id: str, amount_pence: int, on: date) -> None:
        """A request's costs come from the requests service, those of its agreements too; others are told of here."""
        if holder_of(self._desk, agreement_id) == agreement_id:
            self._record(agreement_id, CostNoted, amount_pence=amount_pence, on=on, agreement_id=agreement_id)

    def _record(self, undertaking_id: str, fact: type[UndertakingFact], **fields: Any) -> None:
        self._desk.undertaking(undertaking_id).record(
            fact, undertaking_id=undertaking_id, told=self._told, reason="", **self._about, **fields
        )
