"""`/v1/repayments`: confirm, require, waive, write off, dispute, invoice, pay, deduct, refund."""

from typing import Any

from flask import Response

from services.agreements.api import schemas
from services.agreements.api.shapes import RepaymentShape, repayment_shape
from services.agreements.api.support import runtime
from services.agreements.domain import deducting, repaying
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, act, read_many, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown, ReasonBody, given

endpoints = Endpoints("repayments", __name__, description="What leavers owe")

READERS = (Role.STAFF, Role.HEADTEACHER, Role.FINANCE, Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.PAYROLL)
DECIDERS = (Role.HEADTEACHER, Role.TRUST_EXECUTIVE)
ONE = "/repayments/<identifier:repayment_id>"


@endpoints.get("/repayments", *READERS, query=schemas.RepaymentsQuery, answer=Page[RepaymentShape])
def list_repayments(query: dict[str, Any]) -> Response:
    """Repayments within reach, the first assessed first."""
    return read_many(runtime().repayments, query, repayment_shape)


@endpoints.get(ONE, *READERS, query=AsKnown, answer=RepaymentShape)
def get_repayment(query: dict[str, Any], repayment_id: str) -> Response:
    """One repayment: figures, computation, history."""
    return read_one(runtime().repayments, repayment_id, query, repayment_shape)


def _act(repayment_id: str, command: Any, body: dict[str, Any], *args: Any) -> Response:
    fields = given(body, without=("reason",))
    return act(
        lambda call: runtime().commands.on_repayment(call, repayment_id, command, *args, **fields), repayment_shape
    )


@endpoints.post(f"{ONE}/confirmation", *DECIDERS, body=ReasonBody, answer=RepaymentShape)
def confirm(body: dict[str, Any], repayment_id: str) -> Response:
    """Stand by a repayment that is held."""
    return _act(repayment_id, repaying.confirm, body)


@endpoints.post(f"{ONE}/requirement", *DECIDERS, body=ReasonBody, answer=RepaymentShape)
def require(body: dict[str, Any], repayment_id: str) -> Response:
    """Require the whole amount: payroll is told at once where it may be deducted."""
    return _act(repayment_id, repaying.require, body)


@endpoints.post(f"{ONE}/waiver", *DECIDERS, body=schemas.AmountBody, answer=RepaymentShape)
def waive(body: dict[str, Any], repayment_id: str) -> Response:
    """Let go of a part or all of what is still owed; not by who required it."""
    return _act(repayment_id, repaying.waive, body)


@endpoints.post(f"{ONE}/write-off", Role.TRUST_EXECUTIVE, body=schemas.AmountBody, answer=RepaymentShape)
def write_off(body: dict[str, Any], repayment_id: str) -> Response:
    """Give up what cannot be had, once required; not by who required it."""
    return _act(repayment_id, repaying.write_off, body)


@endpoints.post(f"{ONE}/dispute", Role.STAFF, body=ReasonBody, answer=RepaymentShape)
def dispute(body: dict[str, Any], repayment_id: str) -> Response:
    """Say that it is not right: it is held until someone confirms it."""
    return _act(repayment_id, repaying.dispute, body)


@endpoints.post(f"{ONE}/invoice", Role.FINANCE, body=schemas.InvoiceBody, answer=RepaymentShape)
def invoice(body: dict[str, Any], repayment_id: str) -> Response:
    """Invoice what payroll does not take."""
    return _act(repayment_id, repaying.invoice, body)


@endpoints.post(f"{ONE}/payments", Role.FINANCE, body=schemas.PaymentBody, answer=RepaymentShape)
def receive_payment(body: dict[str, Any], repayment_id: str) -> Response:
    """The person paid."""
    return _act(repayment_id, repaying.receive_payment, body)


@endpoints.post(f"{ONE}/refund-payments", Role.PAYROLL, body=schemas.PaymentBody, answer=RepaymentShape)
def pay_refund(body: dict[str, Any], repayment_id: str) -> Response:
    """What was taken too much went back to the person."""
    return _act(repayment_id, repaying.pay_refund, body)


@endpoints.post(f"{ONE}/deductions", Role.PAYROLL, body=schemas.DeductionBody, answer=RepaymentShape)
def report_deduction(body: dict[str, Any], repayment_id: str) -> Response:
    """What payroll did about one revision. The same report again changes nothing."""
    return _act(repayment_id, deducting.report_deduction, body)


@endpoints.post(
    f"{ONE}/deductions/<identifier:deduction_id>/reversal",
    Role.PAYROLL,
    body=ReasonBody,
    answer=RepaymentShape,
)
def reverse_deduction(body: dict[str, Any], repayment_id: str, deduction_id: str) -> Response:
    """Payroll gave back what it had taken."""
    return _act(repayment_id, deducting.reverse_deduction, body, deduction_id)
