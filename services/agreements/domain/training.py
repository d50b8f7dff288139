"""Commands on what became of the training: started, completed, withdrawn from, cancelled, paid for, refunded."""

from datetime import date
from typing import Any, Literal

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import (
    CompletionCorrected,
    CostRecorded,
    CostRefunded,
    StartCorrected,
    TrainingCancelled,
    TrainingCompleted,
    TrainingStarted,
    TrainingWithdrawn,
    WithdrawalCorrected,
)
from services.agreements.domain.assessment import reassess
from services.agreements.domain.checks import nobody_acts_on_their_own
from services.agreements.domain.staff_member import StaffMember
from shared.checks import in_order, not_ahead, sound_sum
from shared.errors import FieldRefused, StateForbids
from shared.words import CostCategory


class TrainingIsCancelled(StateForbids):
    """The training, or its agreement, was cancelled."""


class TrainingIsOver(StateForbids):
    """The training was completed, or the person withdrew from it: it cannot end the other way too."""


def start(member: StaffMember, agreement_id: str, *, started_on: date) -> Agreement:
    """Record the start; another day is a correction and needs a reason. Raises FieldRefused, StateForbids."""
    agreement = _taking_place(member, agreement_id)
    not_ahead(member.acting.today, started_on=started_on)
    if agreement.ended_on is not None and started_on > agreement.ended_on:
        raise FieldRefused(started_on=f"must not lie after the end of the training ({agreement.ended_on.isoformat()})")
    if agreement.started_on is None:
        member.record_of_agreement(agreement, TrainingStarted, started_on=started_on)
    elif agreement.started_on != started_on:
        _reasoned(member)
        previously = agreement.started_on
        member.record_of_agreement(agreement, StartCorrected, started_on=started_on, previously=previously)
    reassess(member)
    return agreement


def complete(member: StaffMember, agreement_id: str, *, completed_on: date) -> Agreement:
    """Record completion; another day is a correction and needs a reason. Raises FieldRefused, StateForbids."""
    agreement = _taking_place(member, agreement_id)
    if agreement.withdrawn_on is not None:
        raise TrainingIsOver(f"the person withdrew from it on {agreement.withdrawn_on.isoformat()}")
    not_ahead(member.acting.today, completed_on=completed_on)
    _not_before_the_start(agreement, completed_on=completed_on)
    if agreement.completed_on is None:
        member.record_of_agreement(agreement, TrainingCompleted, completed_on=completed_on)
    elif agreement.completed_on != completed_on:
        _reasoned(member)
        previously = agreement.completed_on
        member.record_of_agreement(agreement, CompletionCorrected, completed_on=completed_on, previously=previously)
    reassess(member)
    return agreement


def withdraw(member: StaffMember, agreement_id: str, *, withdrawn_on: date) -> Agreement:
    """The person left the training; another day is a correction. Raises FieldRefused, StateForbids."""
    agreement = _taking_place(member, agreement_id)
    if agreement.completed_on is not None:
        raise TrainingIsOver(f"it was completed on {agreement.completed_on.isoformat()}")
    not_ahead(member.acting.today, withdrawn_on=withdrawn_on)
    _not_before_the_start(agreement, withdrawn_on=withdrawn_on)
    if agreement.withdrawn_on is None:
        member.record_of_agreement(agreement, TrainingWithdrawn, withdrawn_on=withdrawn_on)
    elif agreement.withdrawn_on != withdrawn_on:
        previously = agreement.withdrawn_on
        member.record_of_agreement(agreement, WithdrawalCorrected, withdrawn_on=withdrawn_on, previously=previously)
    reassess(member)
    return agreement


def cancel_training(
    member: StaffMember, agreement_id: str, *, cancelled_on: date, by: Literal["provider", "school"]
) -> Agreement:
    """The provider or the school called the training off: nothing is repayable. Raises FieldRefused, StateForbids."""
    nobody_acts_on_their_own(member)
    agreement = member.agreement(agreement_id)
    not_ahead(member.acting.today, cancelled_on=cancelled_on)
    if agreement.training_cancelled_on == cancelled_on:
        return agreement
    if agreement.training_cancelled_on is not None or agreement.cancelled:
        raise TrainingIsCancelled("the training, or its agreement, is cancelled already")
    if agreement.completed_on is not None:
        raise TrainingIsOver(f"it was completed on {agreement.completed_on.isoformat()}")
    member.record_of_agreement(agreement, TrainingCancelled, cancelled_on=cancelled_on, by=by)
    reassess(member)
    return agreement


def record_cost(member: StaffMember, agreement_id: str, **cost: Any) -> Agreement:
    """A cost was paid: `category`, `amount_pence`, `on`, `reference`. A fact, whatever became of the agreement.

    Raises FieldRefused.
    """
    return _enter(member, agreement_id, CostRecorded, **cost)


def record_refund(member: StaffMember, agreement_id: str, **refund: Any) -> Agreement:
    """The provider paid something back, in the same fields. Raises FieldRefused."""
    return _enter(member, agreement_id, CostRefunded, **refund)


def _enter(
    member: StaffMember,
    agreement_id: str,
    fact: type[CostRecorded | CostRefunded],
    *,
    category: CostCategory,
    amount_pence: int,
    on: date,
    reference: str = "",
) -> Agreement:
    agreement = member.agreement(agreement_id)
    not_ahead(member.acting.today, on=on)
    sound_sum(amount_pence)
    member.record_of_agreement(
        agreement, fact, category=category, amount_pence=amount_pence, on=on, reference=reference
    )
    reassess(member)
    return agreement


def _taking_place(member: StaffMember, agreement_id: str) -> Agreement:
    nobody_acts_on_their_own(member)
    agreement = member.agreement(agreement_id)
    if agreement.cancelled or agreement.training_cancelled_on is not None:
        raise TrainingIsCancelled("the training, or its agreement, is cancelled")
    return agreement


def _not_before_the_start(agreement: Agreement, **day: date) -> None:
    what = "the start" if agreement.started_on else "the planned start, and no other start is recorded"
    in_order(**{what: agreement.begins_on}, **day)


def _reasoned(member: StaffMember) -> None:
    if not member.acting.reason:
        raise FieldRefused(reason="is needed to correct a date that is on record")
