"""Where one repayment stands for payroll: the newest message, and what payroll did that this message does not count."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages import Message


@dataclass(frozen=True)
class Movement:
    """Money that payroll moves, and the call that reports it. Written down before anything is done.

    `revision` is the one it names. `kind` is deduction, reversal or refund; `state` is intended, answered (the service
    has it), parked (a person must look) or undone (it never happened).
    """

    id: str
    repayment_id: str
    revision: int
    kind: str
    amount_pence: int
    path: str
    body: str
    state: str = "intended"
    problem: str = ""

    @property
    def taken_pence(self) -> int:
        """What it adds to the deductions: a reversal gives back."""
        return {"deduction": self.amount_pence, "reversal": -self.amount_pence}.get(self.kind, 0)

    @property
    def refunded_pence(self) -> int:
        return self.amount_pence if self.kind == "refund" else 0


@dataclass(frozen=True)
class Position:
    """One repayment: its newest message, and every movement of payroll's under it.

    What was done is counted whether it is reported yet or not, so a message that crosses a report changes nothing.
    """

    message: Message
    movements: Sequence[Movement]

    @property
    def live(self) -> list[Movement]:
        return [movement for movement in self.movements if movement.state != "undone"]

    @property
    def parked(self) -> list[Movement]:
        return [movement for movement in self.movements if movement.state == "parked"]

    @property
    def taken_by_us_pence(self) -> int:
        return sum(movement.taken_pence for movement in self.live)

    @property
    def taken_pence(self) -> int:
        """Everything taken: what the message counts (payments from the person too), and ours that it does not."""
        return self.message.taken_pence + self.uncounted_taken_pence

    @property
    def refunded_pence(self) -> int:
        return sum(movement.refunded_pence for movement in self.live)

    @property
    def outstanding_pence(self) -> int:
        """The figure to deduct: the message's, less what it does not count yet."""
        return max(0, self._left)

    @property
    def refund_due_pence(self) -> int:
        """The figure to pay back: never more than a message has said. Where we took too much, our report brings one."""
        return max(0, min(-self._left, self.message.refund_due_pence - self._uncounted_refunded))

    @property
    def complete(self) -> bool:
        """Whether this ledger has everything that the message counts; a new or wrongly undone one may not."""
        deducted = sum(movement.amount_pence for movement in self.live if movement.kind == "deduction")
        return self.message.deducted_pence <= deducted and self._uncounted_refunded >= 0

    @property
    def ready(self) -> bool:
        """Whether payroll may move money.

        Figures hold without an answer. But what a report says has to fit the ones before it, and a refusal of those
        is for a person: so one thing at a time.
        """
        return self.complete and all(movement.state == "answered" for movement in self.live)

    @property
    def status(self) -> str:
        if self.parked:
            return "parked"
        if not self.complete:
            return "incomplete"
        if any(movement.state == "intended" for movement in self.live):
            return "reporting"
        if self.refund_due_pence > 0:
            return "refund_due"
        if self.message.amount_pence == 0:
            return "cancelled"
        return "to_deduct" if self.outstanding_pence > 0 else "settled"

    @property
    def uncounted_taken_pence(self) -> int:
        return self.taken_by_us_pence - self.message.deducted_pence

    @property
    def _uncounted_refunded(self) -> int:
        return self.refunded_pence - self.message.refunded_pence

    @property
    def _left(self) -> int:
        """What is still to be deducted; below 0, what is to be paid back."""
        told = self.message.outstanding_pence - self.message.refund_due_pence
        return told - self.uncounted_taken_pence + self._uncounted_refunded
