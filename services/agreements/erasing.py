"""What this service keeps of a person and until when, and what money is open between them and the school."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.agreements.application import Agreements
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.repayment import Repayment, current_balance
from shared.erasure.retention import Kept, employments_kept
from shared.money import pounds


def kept(commands: Agreements, staff_id: str) -> Sequence[Kept]:
    """The person's employments, their funded trainings, and the money of their repayments."""
    member = commands.person(staff_id)
    paid = [each for each in member.agreements.values() if each.signatures or each.costs]
    endings = {employment_id: member.open_ending(employment_id) for employment_id in member.employments}
    last_days = {each: None if ending is None else ending.last_day for each, ending in endings.items()}
    return [
        *employments_kept(last_days, final=True),
        *(Kept(kind="funded_training", ended_on=max(_days(each))) for each in paid),
        *(Kept(kind="money", ended_on=_last_move(each)) for each in member.repayments.values()),
    ]


def owed(commands: Agreements, staff_id: str) -> Sequence[str]:
    """What the person has still to repay, and what is due back to them, in words."""
    return [said for each in commands.person(staff_id).repayments.values() for said in _open(each)]


def _open(repayment: Repayment) -> Iterator[str]:
    balance = current_balance(repayment)
    if balance.balance_pence:
        yield f"{pounds(balance.balance_pence)} of repayment {repayment.id} is owed"
    if balance.refund_due_pence:
        yield f"a refund of {pounds(balance.refund_due_pence)} is due on repayment {repayment.id}"


def _days(agreement: Agreement) -> Iterator[date]:
    yield agreement.ended_on or agreement.planned_end
    yield from (cost.on for cost in (*agreement.costs, *agreement.refunds))


def _last_move(repayment: Repayment) -> date:
    return max((repayment.last_day, *(entry.on for entry in repayment.entries)))
