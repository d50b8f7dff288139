"""Where one repayment stands for payroll: the newest message, and what payroll did that this message does not count."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages import Message


@dataclass(frozen=True)
class Movement:
    """Money that payroll moves, and the call that reports it. Written down before anything is done.

    `revision` is the one it names, `newest_revision` the newest that was known then. `kind` is deduction, reversal or
    refund; `state` is intended, answered, parked (a person must look) or undone (it never happened). Once answered, it
    says at which revision the service was, and at which total.
    """

    id: str
    repayment_id: str
    revision: int
    newest_revision: int
    kind: str
    amount_pence: int
    path: str
    body: str
    state: str = "intended"
    answered_revision: int | None = None
    answered_total_pence: int | None = None
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
    """One repayment: its newest message, and every movement of payroll's under it."""

    message: Message
    movements: Sequence[Movement]

    @property
    def live(self) -> list[Movement]:
        return [movement for movement in self.movements if movement.state != "undone"]

    @property
    def uncounted(self) -> list[Movement]:
        """The movements that the newest message does not count yet."""
        return [movement for movement in self.live if not _counted(self.message, movement)]

    @property
    def taken_by_us_pence(self) -> int:
        return sum(movement.taken_pence for movement in self.live)

    @property
    def taken_pence(self) -> int:
        """Everything taken: what the message counts (payments from the person too), and ours that it does not."""
        return self.message.taken_pence + sum(movement.taken_pence for movement in self.uncounted)

    @property
    def refunded_pence(self) -> int:
        return self.message.refunded_pence + sum(movement.refunded_pence for movement in self.uncounted)

    @property
    def outstanding_pence(self) -> int:
        """The figure to deduct: the message's, less what it does not count yet."""
        return max(0, self._left_pence)

    @property
    def refund_due_pence(self) -> int:
        """The figure to pay back: never more than a message has said."""
        paid = sum(movement.refunded_pence for movement in self.uncounted)
        return max(0, min(-self._left_pence, self.message.refund_due_pence - paid))

    @property
    def parked(self) -> list[Movement]:
        return [movement for movement in self.movements if movement.state == "parked"]

    @property
    def ready(self) -> bool:
        """Whether payroll may move money: every report is answered, and every message the answers know of is here."""
        answered = all(movement.state == "answered" for movement in self.live)
        return answered and all((m.answered_revision or 0) <= self.message.revision for m in self.live)

    @property
    def status(self) -> str:
        if self.parked:
            return "parked"
        if any(movement.state == "intended" for movement in self.live):
            return "reporting"
        if self.refund_due_pence > 0:
            return "refund_due"
        if self.message.amount_pence == 0:
            return "cancelled"
        return "to_deduct" if self.outstanding_pence > 0 else "settled"

    @property
    def _left_pence(self) -> int:
        told = self.message.outstanding_pence - self.message.refund_due_pence
        return told - sum(movement.taken_pence - movement.refunded_pence for movement in self.uncounted)


def _counted(message: Message, movement: Movement) -> bool:
    """Whether a message counts a movement.

    No message that was here before it does, and every message does that is newer than the answer to its report. The
    newest that the answer knows of may have crossed the report or come of it: then its total is the answer's.
    """
    if movement.answered_revision is None or message.revision <= movement.newest_revision:
        return False
    if message.revision == movement.answered_revision:
        total = message.refunded_pence if movement.kind == "refund" else message.taken_pence
        return total == movement.answered_total_pence
    return message.revision > movement.answered_revision
