"""What payroll does next, decided from its ledger and written down there before it is done."""

import json
import sqlite3
from datetime import date

from ledger import positions, transaction, write_down
from position import Movement, Position


class CannotReverseError(Exception):
    """There is no such deduction, or something else of its repayment is still under way."""


def intend(ledger: sqlite3.Connection, deduct: str, today: date) -> int:
    """Write down the deductions and refunds that are due. Gives how many.

    `deduct` is `all`, `part` (half of each message's figure, once) or `none`. Refunds are paid with `all` only.
    """
    with transaction(ledger):
        due = [movement for position in positions(ledger) for movement in _due(position, deduct, today)]
        for movement in due:
            write_down(ledger, movement)
    return len(due)


def intend_reversal(ledger: sqlite3.Connection, deduction_id: str, reason: str) -> None:
    """Write down that a deduction is given back; again changes nothing. Raises CannotReverseError."""
    with transaction(ledger):
        position, deduction = _deduction_on_record(ledger, deduction_id)
        reversal = _reversal(deduction, reason)
        if any(movement.id == reversal.id for movement in position.movements):
            return
        if not position.ready:
            raise CannotReverseError(f"{position.message.repayment_id} is {position.status}: finish that first")
        write_down(ledger, reversal)


def _deduction_on_record(ledger: sqlite3.Connection, deduction_id: str) -> tuple[Position, Movement]:
    for position in positions(ledger):
        for movement in position.live:
            if (movement.id, movement.kind) == (deduction_id, "deduction"):
                return position, movement
    raise CannotReverseError(f"there is no deduction {deduction_id}")


def _due(position: Position, deduct: str, today: date) -> list[Movement]:
    if deduct == "none" or not position.ready:
        return []
    if position.refund_due_pence > 0:
        return [_refund(position, today)] if deduct == "all" else []
    to_take = position.outstanding_pence if deduct == "all" else _half(position)
    return [_deduction(position, to_take)] if to_take > 0 else []


def _half(position: Position) -> int:
    """Half of what is outstanding, in pence, rounded down; nothing where this revision was deducted from before."""
    begun = any(m.state != "undone" for m in _of_revision(position, "deduction"))
    return 0 if begun else position.outstanding_pence // 2


def _deduction(position: Position, to_take: int) -> Movement:
    """A deduction whose outcome fits the revision it names: `taken` where it takes all that is left of its figure."""
    message = position.message
    taken_of_it = sum(m.taken_pence for m in position.live if m.revision == message.revision)
    left_of_it = message.outstanding_pence - min(taken_of_it, position.uncounted_taken_pence)
    deduction_id = _new_id(position, "deduction")
    report = {
        "deduction_id": deduction_id,
        "revision": message.revision,
        "pay_period": message.pay_period,
        "taken_pence": to_take,
        "outcome": "taken" if to_take == left_of_it else "partly_taken",
    }
    return Movement(
        id=deduction_id,
        repayment_id=message.repayment_id,
        revision=message.revision,
        kind="deduction",
        amount_pence=to_take,
        path=f"/v1/repayments/{message.repayment_id}/deductions",
        body=json.dumps(report),
    )


def _refund(position: Position, today: date) -> Movement:
    message, pence = position.message, position.refund_due_pence
    refund_id = _new_id(position, "refund")
    return Movement(
        id=refund_id,
        repayment_id=message.repayment_id,
        revision=message.revision,
        kind="refund",
        amount_pence=pence,
        path=f"/v1/repayments/{message.repayment_id}/refund-payments",
        body=json.dumps({"amount_pence": pence, "on": today.isoformat(), "reference": refund_id}),
    )


def _reversal(deduction: Movement, reason: str) -> Movement:
    return Movement(
        id=f"{deduction.id}.reversal",
        repayment_id=deduction.repayment_id,
        revision=deduction.revision,
        kind="reversal",
        amount_pence=deduction.amount_pence,
        path=f"{deduction.path}/{deduction.id}/reversal",
        body=json.dumps({"reason": reason}),
    )


def _new_id(position: Position, kind: str) -> str:
    """The id of the message's next deduction or refund: the same whenever it is worked out from the same ledger."""
    message = position.message
    return f"{message.repayment_id}.{message.revision}.{kind[0]}{len(_of_revision(position, kind)) + 1}"


def _of_revision(position: Position, kind: str) -> list[Movement]:
    return [m for m in position.movements if (m.revision, m.kind) == (position.message.revision, kind)]
