"""The facts of a repayment and what each changes in its state."""

from datetime import date
from typing import ClassVar

import msgspec

from services.agreements.domain.agreement import Agreement, Discharge
from services.agreements.domain.repayment import (
    Computation,
    Deduction,
    Entry,
    Hold,
    Invoice,
    Line,
    MessageKind,
    Outcome,
    Repayment,
    Sent,
    current_balance,
)
from shared.eventstore.fact import Fact, Sealed


class RepaymentFact(Fact, frozen=True, kw_only=True):
    """A fact about one repayment. `change` applies it to the state, `change_agreement` to its agreement's."""

    repayment_id: str
    agreement_id: str

    def change(self, repayment: Repayment) -> None:
        raise NotImplementedError


class RepaymentAssessed(RepaymentFact, frozen=True, kw_only=True):
    """An employment ended: what its agreement asks back. From the trigger date the agreement is discharged."""

    TOPIC: ClassVar[str] = "agreements.RepaymentAssessed"
    ending_id: str
    employment_id: str
    computation: Computation
    last_day: date
    payroll_number: str = ""

    @property
    def effective_on(self) -> date:
        return self.computation.trigger_on

    def begin(self) -> Repayment:
        return Repayment(
            id=self.repayment_id,
            agreement_id=self.agreement_id,
            ending_id=self.ending_id,
            staff_id=self.staff_id,
            employment_id=self.employment_id,
            school_urn=self.school_urn,
            computation=self.computation,
            last_day=self.last_day,
            payroll_number=self.payroll_number,
        )

    def change(self, repayment: Repayment) -> None:
        """Nothing: assessing begins the state."""

    def change_agreement(self, agreement: Agreement) -> None:
        discharge = Discharge(ending_id=self.ending_id, on=self.computation.trigger_on)
        agreement.discharges = [*agreement.discharges, discharge]


class RepaymentAdjusted(RepaymentFact, frozen=True, kw_only=True):
    """Something was corrected: the assessment anew, and the difference in pence.

    What was required goes down with the amount, so that any later increase needs a requirement of its own.
    """

    TOPIC: ClassVar[str] = "agreements.RepaymentAdjusted"
    ending_id: str
    computation: Computation
    difference_pence: int
    last_day: date
    payroll_number: str = ""

    @property
    def effective_on(self) -> date:
        return self.computation.trigger_on

    def change(self, repayment: Repayment) -> None:
        repayment.computation = self.computation
        repayment.last_day = self.last_day
        repayment.payroll_number = self.payroll_number
        repayment.cleared_pence = min(repayment.cleared_pence, repayment.amount_pence)
        if repayment.authorised_pence is not None:
            repayment.authorised_pence = min(repayment.authorised_pence, repayment.amount_pence)

    def change_agreement(self, agreement: Agreement) -> None:
        agreement.discharges = [
            Discharge(ending_id=d.ending_id, on=self.computation.trigger_on) if d.ending_id == self.ending_id else d
            for d in agreement.discharges
        ]


class RepaymentCancelled(RepaymentFact, frozen=True, kw_only=True):
    """The ending was reversed: nothing is owed under it, and the agreement is no longer discharged by it."""

    TOPIC: ClassVar[str] = "agreements.RepaymentCancelled"
    ending_id: str
    difference_pence: int

    def change(self, repayment: Repayment) -> None:
        repayment.reversed = True
        repayment.held_because = []

    def change_agreement(self, agreement: Agreement) -> None:
        agreement.discharges = [d for d in agreement.discharges if d.ending_id != self.ending_id]


class RepaymentHeld(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentHeld"
    because: list[Hold]

    def change(self, repayment: Repayment) -> None:
        repayment.held_because = sorted({*repayment.held_because, *self.because})


class RepaymentDisputed(RepaymentFact, frozen=True, kw_only=True):
    """The person says that it is not right: held until someone confirms."""

    TOPIC: ClassVar[str] = "agreements.RepaymentDisputed"

    def change(self, repayment: Repayment) -> None:
        repayment.held_because = sorted({*repayment.held_because, "disputed"})


class RepaymentConfirmed(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentConfirmed"

    def change(self, repayment: Repayment) -> None:
        repayment.held_because = []
        repayment.last_act = "confirmed" if repayment.authorised_pence is None else repayment.last_act


class RepaymentRequired(RepaymentFact, frozen=True, kw_only=True):
    """Someone with authority, or the trust's standing rule, asks for it. With `send_after`, not before that day."""

    TOPIC: ClassVar[str] = "agreements.RepaymentRequired"
    amount_pence: int
    send_after: date | None = None

    def change(self, repayment: Repayment) -> None:
        repayment.authorised_pence = self.amount_pence
        repayment.required_by = [*repayment.required_by, self.actor]
        repayment.send_after = self.send_after
        if self.send_after is None:
            repayment.cleared_pence = self.amount_pence
        repayment.last_act = "required"


class RepaymentSent(RepaymentFact, frozen=True, kw_only=True):
    """A message to payroll, complete in itself. `outstanding_pence` is the only figure to deduct."""

    TOPIC: ClassVar[str] = "agreements.RepaymentSent"
    revision: int
    message: MessageKind
    amount_pence: int
    taken_pence: int
    refunded_pence: int
    outstanding_pence: int
    refund_due_pence: int
    deducted_pence: int
    employment_id: str
    payroll_number: str
    last_day: date
    pay_element_code: str
    pay_period: str
    final_pay: bool
    consent_reference: str
    computation: Computation

    def change(self, repayment: Repayment) -> None:
        sent = Sent(
            revision=self.revision,
            kind=self.message,
            amount_pence=self.amount_pence,
            outstanding_pence=self.outstanding_pence,
            refund_due_pence=self.refund_due_pence,
            deducted_pence=self.deducted_pence,
            refunded_pence=self.refunded_pence,
            last_day=self.last_day,
            payroll_number=self.payroll_number,
        )
        if self.amount_pence == repayment.authorised_pence:
            repayment.cleared_pence = self.amount_pence
            repayment.send_after = None
        repayment.messages = [*repayment.messages, sent]
        repayment.last_act = "sent"


class DeductionReported(RepaymentFact, frozen=True, kw_only=True):
    """What payroll did. The same `deduction_id` again carries progress: accepted, then taken."""

    deduction_id: str
    revision: int
    pay_period: str
    taken_pence: int
    outcome: Outcome
    on: date

    def change(self, repayment: Repayment) -> None:
        report = Deduction(
            deduction_id=self.deduction_id,
            revision=self.revision,
            pay_period=self.pay_period,
            taken_pence=self.taken_pence,
            outcome=self.outcome,
            reason=self.reason,
        )
        others = [d for d in repayment.deductions if d.deduction_id != self.deduction_id]
        repayment.deductions = [*others, report]
        repayment.last_act = self.outcome
        if self.taken_pence:
            _enter(
                repayment, Entry(kind="taken", amount_pence=self.taken_pence, on=self.on, reference=self.deduction_id)
            )


class RepaymentAccepted(DeductionReported, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentAccepted"


class RepaymentRejected(DeductionReported, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentRejected"


class DeductionTaken(DeductionReported, frozen=True, kw_only=True):
    """Money taken from pay. It counts from the pay date of its period or its recording, whichever is earlier (`on`)."""

    TOPIC: ClassVar[str] = "agreements.DeductionTaken"
    EFFECTIVE: ClassVar[str] = "on"


class DeductionReversed(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.DeductionReversed"
    deduction_id: str
    amount_pence: int
    on: date

    def change(self, repayment: Repayment) -> None:
        repayment.deductions = [
            _reversed(d) if d.deduction_id == self.deduction_id else d for d in repayment.deductions
        ]
        _enter(
            repayment, Entry(kind="reversed", amount_pence=self.amount_pence, on=self.on, reference=self.deduction_id)
        )
        repayment.last_act = "sent"


def _reversed(deduction: Deduction) -> Deduction:
    return msgspec.structs.replace(deduction, reversed=True)


class RepaymentInvoiced(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentInvoiced"
    reference: Sealed
    due_on: date

    def change(self, repayment: Repayment) -> None:
        repayment.invoices = [*repayment.invoices, Invoice(reference=self.reference, due_on=self.due_on)]
        repayment.last_act = "invoiced"


class PaymentReceived(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.PaymentReceived"
    EFFECTIVE: ClassVar[str] = "on"
    amount_pence: int
    on: date
    reference: Sealed

    def change(self, repayment: Repayment) -> None:
        _enter(repayment, Entry(kind="paid", amount_pence=self.amount_pence, on=self.on, reference=self.reference))


class RefundDue(RepaymentFact, frozen=True, kw_only=True):
    """More was taken than is owed: the difference goes back to the person."""

    TOPIC: ClassVar[str] = "agreements.RefundDue"
    refund_due_pence: int

    def change(self, repayment: Repayment) -> None:
        repayment.refund_stated_pence = self.refund_due_pence


class RefundPaid(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RefundPaid"
    EFFECTIVE: ClassVar[str] = "on"
    amount_pence: int
    on: date
    reference: Sealed

    def change(self, repayment: Repayment) -> None:
        _enter(repayment, Entry(kind="refunded", amount_pence=self.amount_pence, on=self.on, reference=self.reference))


class RepaymentWaived(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentWaived"
    amount_pence: int
    on: date

    def change(self, repayment: Repayment) -> None:
        _enter(repayment, Entry(kind="waived", amount_pence=self.amount_pence, on=self.on))


class RepaymentWrittenOff(RepaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.RepaymentWrittenOff"
    amount_pence: int
    on: date

    def change(self, repayment: Repayment) -> None:
        _enter(repayment, Entry(kind="written_off", amount_pence=self.amount_pence, on=self.on))


class RepaymentSettled(RepaymentFact, frozen=True, kw_only=True):
    """Nothing is left to pay and something was paid."""

    TOPIC: ClassVar[str] = "agreements.RepaymentSettled"

    def change(self, repayment: Repayment) -> None:
        """Nothing: that it is settled follows from the ledger."""


def _enter(repayment: Repayment, entry: Entry) -> None:
    repayment.entries = [*repayment.entries, entry]


def fold_repayment(state: Repayment | None, fact: RepaymentFact) -> Repayment | None:
    """The state with `fact`; None where nothing was assessed. Changes `state` in place."""
    if isinstance(fact, RepaymentAssessed):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.refund_stated_pence = min(state.refund_stated_pence, current_balance(state).refund_due_pence)
        state.history = [*state.history, _line(state, fact)]
        state.version += 1
    return state


def discharging(agreement: Agreement | None, fact: RepaymentFact) -> Agreement | None:
    """The state of the agreement that a repayment's fact discharges, or no longer does. Changes it in place."""
    if agreement is not None and isinstance(fact, DISCHARGING):
        fact.change_agreement(agreement)
        agreement.version += 1
    return agreement


def _line(repayment: Repayment, fact: RepaymentFact) -> Line:
    assessing = isinstance(fact, RepaymentAssessed | RepaymentAdjusted | RepaymentCancelled)
    return Line(
        event=fact.event_name(),
        effective_on=fact.effective_on,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        role=fact.role,
        reason=fact.reason,
        amount_pence=repayment.amount_pence if assessing else _moved(fact),
    )


def _moved(fact: RepaymentFact) -> int | None:
    """The sum that a fact names, in pence; None where it names none."""
    sum_named: int | None = getattr(
        fact, "taken_pence" if isinstance(fact, DeductionReported) else "amount_pence", None
    )
    return sum_named


DISCHARGING = (RepaymentAssessed, RepaymentAdjusted, RepaymentCancelled)

REPAYMENT_FACTS: tuple[type[RepaymentFact], ...] = (
    RepaymentAssessed,
    RepaymentAdjusted,
    RepaymentCancelled,
    RepaymentHeld,
    RepaymentDisputed,
    RepaymentConfirmed,
    RepaymentRequired,
    RepaymentSent,
    RepaymentAccepted,
    RepaymentRejected,
    DeductionTaken,
    DeductionReversed,
    RepaymentInvoiced,
    PaymentReceived,
    RefundDue,
    RefundPaid,
    RepaymentWaived,
    RepaymentWrittenOff,
    RepaymentSettled,
)
