"""A message of `cpd.repayments.v1`: read strictly, and said in words for a payroll clerk."""

from dataclasses import dataclass
from typing import Any

KINDS = {
    "cpd.agreements.RepaymentRequired.v1": "RepaymentRequired",
    "cpd.agreements.RepaymentAdjusted.v1": "RepaymentAdjusted",
    "cpd.agreements.RepaymentCancelled.v1": "RepaymentCancelled",
    "cpd.agreements.RefundDue.v1": "RefundDue",
}


class CannotReadError(Exception):
    """What arrived is not what was agreed. Nothing of it is applied: a message passed over is a correction missed."""


@dataclass(frozen=True)
class Message:
    """One revision of what a leaver owes: complete in itself, it replaces every earlier one. Money in pence."""

    repayment_id: str
    revision: int
    kind: str
    staff_id: str
    payroll_number: str
    school_urn: str
    amount_pence: int
    taken_pence: int
    deducted_pence: int
    refunded_pence: int
    outstanding_pence: int
    refund_due_pence: int
    pay_element_code: str
    pay_period: str
    final_pay: bool
    last_day: str
    consent_reference: str

    @property
    def id(self) -> str:
        return f"{self.repayment_id}/{self.revision}"


def read_message(event: dict[str, Any]) -> Message:
    """The message in a CloudEvent. Raises CannotReadError."""
    kind = KINDS.get(text(event, "type"))
    if kind is None:
        raise CannotReadError(f"message {event.get('id')} is a {event['type']}, which this ledger does not know")
    data = event.get("data")
    if not isinstance(data, dict):
        raise CannotReadError(f"message {event.get('id')} has no data")
    message = Message(
        repayment_id=text(data, "repayment_id"),
        revision=whole(data, "revision"),
        kind=kind,
        staff_id=text(data, "staff_id"),
        payroll_number=text(data, "payroll_number"),
        school_urn=text(data, "school_urn"),
        amount_pence=whole(data, "amount_pence"),
        taken_pence=whole(data, "taken_pence"),
        deducted_pence=whole(data, "deducted_pence"),
        refunded_pence=whole(data, "refunded_pence"),
        outstanding_pence=whole(data, "outstanding_pence"),
        refund_due_pence=whole(data, "refund_due_pence"),
        pay_element_code=text(data, "pay_element_code"),
        pay_period=text(data, "pay_period"),
        final_pay=data.get("final_pay") is True,
        last_day=text(data, "last_day"),
        consent_reference=text(data, "consent_reference"),
    )
    if message.id != text(event, "id"):
        raise CannotReadError(f"message {event['id']} speaks of {message.id}")
    return message


def text(given: dict[str, Any], name: str) -> str:
    """A field that must be text. Raises CannotReadError."""
    value = given.get(name)
    if not isinstance(value, str):
        raise CannotReadError(f"{name} must be text, not {value!r}")
    return value


def whole(given: dict[str, Any], name: str) -> int:
    """A field that must be a whole number, not below 0. Raises CannotReadError."""
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CannotReadError(f"{name} must be a whole number from 0, not {value!r}")
    return value


def pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02d}"


def in_words(message: Message) -> str:
    """The message as one line that a payroll clerk understands."""
    final = ", final pay" if message.final_pay else ""
    return (
        f"{message.pay_period}{final} · payroll no. {message.payroll_number} · school {message.school_urn} · "
        f"{_what_to_do(message)} · element {message.pay_element_code} · leaves {message.last_day} · {message.id}"
    )


def _what_to_do(message: Message) -> str:
    if message.kind == "RefundDue":
        return f"pay back {pounds(message.refund_due_pence)}, deduct nothing more"
    if message.outstanding_pence == 0:
        why = "the repayment is cancelled" if message.kind == "RepaymentCancelled" else "nothing is outstanding"
        return f"deduct nothing more, {why}"
    replaced = " (this replaces the earlier figure)" if message.revision > 1 else ""
    return f"deduct {pounds(message.outstanding_pence)}{replaced} of {pounds(message.amount_pence)} owed"
