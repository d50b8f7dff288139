"""What a leaver owes under one agreement: the state folded from facts, its balance on any day, its status."""

from datetime import date, datetime
from typing import Literal

import msgspec

from services.agreements.domain.terms import Linear, Steps

EntryKind = Literal["taken", "reversed", "paid", "refunded", "waived", "written_off"]
Outcome = Literal["accepted", "taken", "partly_taken", "rejected"]
MessageKind = Literal["RepaymentRequired", "RepaymentAdjusted", "RepaymentCancelled", "RefundDue"]
Hold = Literal["end_unrecorded", "no_payroll_number", "disputed"]


class Computation(msgspec.Struct, frozen=True, kw_only=True):
    """How the amount came about: enough to work it out again by hand."""

    trigger_on: date
    base_pence: int
    rule: str
    amount_pence: int
    ended_on: date | None = None
    months_completed: int | None = None
    indicative_pence: int | None = None
    below_minimum: bool = False
    deductible: bool = False
    not_deductible_because: str | None = None
    signature_version: int | None = None
    funded_percent: int = 100
    scale: Linear | Steps | None = None
    policy_version: str | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Money that moved or was let go, in pence, and the day from which it counts."""

    kind: EntryKind
    amount_pence: int
    on: date
    reference: str = ""


class Deduction(msgspec.Struct, frozen=True, kw_only=True):
    """What payroll said it did about one revision."""

    deduction_id: str
    revision: int
    pay_period: str
    taken_pence: int
    outcome: Outcome
    reason: str = ""
    reversed: bool = False


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A message to payroll, as far as later messages depend on it."""

    revision: int
    kind: MessageKind
    amount_pence: int
    outstanding_pence: int
    refund_due_pence: int
    deducted_pence: int
    refunded_pence: int
    last_day: date
    payroll_number: str


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice for what payroll does not take."""

    reference: str
    due_on: date


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a repayment's history: what happened, when it was true and when recorded, who did it and why."""

    event: str
    effective_on: date
    recorded_at: datetime
    actor: str
    role: str
    reason: str = ""
    amount_pence: int | None = None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger of one repayment in pence. Always
    `amount + refund_due = net + waived + written_off + balance`, and `balance × refund_due = 0`."""

    amount_pence: int
    taken_pence: int
    refunded_pence: int
    waived_pence: int
    written_off_pence: int
    balance_pence: int
    refund_due_pence: int

    @property
    def net_pence(self) -> int:
        return self.taken_pence - self.refunded_pence


class Repayment(msgspec.Struct, kw_only=True):
    """One repayment as known. `authorised_pence` is what a requirement covers; None before there is one.

    `cleared_pence` is the part of it that payroll may be told while the rest waits for `send_after`;
    `refund_stated_pence` what was stated to be due back and still is.
    """

    id: str
    agreement_id: str
    ending_id: str
    staff_id: str
    employment_id: str
    school_urn: str
    computation: Computation
    last_day: date
    payroll_number: str
    reversed: bool = False
    held_because: list[Hold] = []
    authorised_pence: int | None = None
    cleared_pence: int = 0
    refund_stated_pence: int = 0
    required_by: list[str] = []
    send_after: date | None = None
    entries: list[Entry] = []
    deductions: list[Deduction] = []
    messages: list[Sent] = []
    invoices: list[Invoice] = []
    history: list[Line] = []
    last_act: str = "assessed"
    version: int = 0
    basis: list[int] = []

    @property
    def amount_pence(self) -> int:
        return 0 if self.reversed else self.computation.amount_pence

    @property
    def revision(self) -> int:
        return self.messages[-1].revision if self.messages else 0

    @property
    def deducted_pence(self) -> int:
        """What payroll has taken and not reversed."""
        return sum(d.taken_pence for d in self.deductions if not d.reversed)

    def waits(self, today: date) -> bool:
        """Whether the days of notice still run, or someone has to confirm first."""
        return self.send_after is not None and (today < self.send_after or bool(self.held_because))

    def sendable_pence(self, today: date) -> int:
        """What payroll may be told is required, before anything was taken."""
        covered = self.cleared_pence if self.waits(today) else self.authorised_pence or 0
        return min(self.amount_pence, covered)


def balance(amount_pence: int, entries: list[Entry], on: date | None = None) -> Balance:
    """The ledger of `entries` against `amount_pence`; with `on`, of those that count by that day."""
    sums = dict.fromkeys(("taken", "reversed", "paid", "refunded", "waived", "written_off"), 0)
    for entry in entries:
        if on is None or entry.on <= on:
            sums[entry.kind] += entry.amount_pence
    taken = sums["taken"] + sums["paid"] - sums["reversed"]
    net = taken - sums["refunded"]
    waived = min(sums["waived"], amount_pence)
    due = amount_pence - waived
    written_off = min(sums["written_off"], max(0, due - net))
    return Balance(
        amount_pence=amount_pence,
        taken_pence=taken,
        refunded_pence=sums["refunded"],
        waived_pence=waived,
        written_off_pence=written_off,
        balance_pence=max(0, due - net) - written_off,
        refund_due_pence=max(0, net - due),
    )


def current_balance(repayment: Repayment) -> Balance:
    """The ledger with everything known, whenever it counts from."""
    return balance(repayment.amount_pence, repayment.entries)


def receivable_on(repayment: Repayment, on: date) -> int:
    """The balance on a day, in pence: nothing before the trigger date."""
    if on < repayment.computation.trigger_on:
        return 0
    return balance(repayment.amount_pence, repayment.entries, on).balance_pence


def receivable_steps(repayment: Repayment) -> list[tuple[date, int]]:
    """From which day the balance is how much, in pence; nothing before the first day."""
    trigger_on = repayment.computation.trigger_on
    days = sorted({trigger_on, *(max(entry.on, trigger_on) for entry in repayment.entries)})
    return [(day, receivable_on(repayment, day)) for day in days]


def status(repayment: Repayment) -> str:
    """Where the repayment stands: derived, never stored."""
    now = current_balance(repayment)
    if now.refund_due_pence > 0:
        return "refund_due"
    if now.amount_pence == 0:
        return "cancelled"
    if now.balance_pence == 0:
        if now.net_pence > 0:
            return "settled"
        return "written_off" if now.written_off_pence > 0 else "waived"
    return "held" if repayment.held_because else repayment.last_act
