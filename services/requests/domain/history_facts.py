"""The facts of a request that was made and judged before this ledger was kept: true then, known here since today.

They are apart from those of a living request, so that nothing which follows a decision or a completion follows these:
no agreement is drafted, nobody is asked to evaluate what they may hardly remember.
"""

from datetime import date
from typing import ClassVar

from services.requests.domain.request_facts import (
    ActivityCompleted,
    RequestApproved,
    RequestDeclined,
    RequestFact,
    RequestStated,
    RequestWithdrawn,
)


class RequestImported(RequestStated, frozen=True, kw_only=True):
    """What was asked for, whole."""

    TOPIC: ClassVar[str] = "requests.RequestImported"
    EFFECTIVE: ClassVar[str] = "submitted_on"
    STAGE = "submitted"
    submitted_on: date


class ApprovalImported(RequestApproved, frozen=True, kw_only=True):
    """Granted then, by someone who is not the actor of this fact."""

    TOPIC: ClassVar[str] = "requests.ApprovalImported"
    EFFECTIVE: ClassVar[str] = "decided_on"
    decided_on: date
    decided_by: str

    @property
    def decider(self) -> str:
        return self.decided_by


class DeclineImported(RequestDeclined, frozen=True, kw_only=True):
    """Refused then, likewise."""

    TOPIC: ClassVar[str] = "requests.DeclineImported"
    EFFECTIVE: ClassVar[str] = "decided_on"
    decided_on: date
    decided_by: str

    @property
    def decider(self) -> str:
        return self.decided_by


class WithdrawalImported(RequestWithdrawn, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.WithdrawalImported"
    EFFECTIVE: ClassVar[str] = "withdrawn_on"
    withdrawn_on: date


class CompletionImported(ActivityCompleted, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.CompletionImported"


HISTORY_FACTS: tuple[type[RequestFact], ...] = (
    RequestImported,
    ApprovalImported,
    DeclineImported,
    WithdrawalImported,
    CompletionImported,
)
