"""`/v1/agreements`: draft, sign, vary, train, pay for, and what would be owed."""

from typing import Any

from flask import Response

from services.agreements.api import schemas
from services.agreements.api.liability_shapes import ExpectedSpan, LiabilityShape, liability_shape, schedule_shape
from services.agreements.api.shapes import AgreementShape, agreement_shape
from services.agreements.api.support import check_school, runtime
from services.agreements.domain import agreeing, training
from shared.dates import london_day
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, act, read_many, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown, CostBody, ReasonBody, given
from shared.web.scope import Reach

endpoints = Endpoints("agreements", __name__, description="Training agreements")

READERS = (Role.STAFF, Role.HEADTEACHER, Role.FINANCE, Role.HR_PLATFORM, Role.TRUST_EXECUTIVE)
KEEPERS = (Role.HEADTEACHER, Role.HR_PLATFORM)
SIGNERS = (Role.STAFF, Role.HEADTEACHER, Role.HR_PLATFORM)
ONE = "/agreements/<identifier:agreement_id>"


@endpoints.post("/agreements", *KEEPERS, body=schemas.DraftBody, answer=AgreementShape, status=201)
def draft(body: dict[str, Any]) -> Response:
    """Draft an agreement. Without terms the school's default holds; null means none."""
    staff_id, school_urn = body["staff_id"], body["school_urn"]
    check_school(school_urn)
    fields = given(body, keep_null=("terms",), without=("staff_id",))
    return act(
        lambda call: runtime().commands.on_person(call, staff_id, agreeing.draft, **fields),
        agreement_shape,
        status=201,
        of=Reach(staff_id, school_urn),
    )


@endpoints.get("/agreements", *READERS, query=schemas.AgreementsQuery, answer=Page[AgreementShape])
def list_agreements(query: dict[str, Any]) -> Response:
    """Agreements within reach, the first drafted first."""
    return read_many(runtime().agreements, query, agreement_shape)


@endpoints.get(ONE, *READERS, query=AsKnown, answer=AgreementShape)
def get_agreement(query: dict[str, Any], agreement_id: str) -> Response:
    """One agreement."""
    return read_one(runtime().agreements, agreement_id, query, agreement_shape)


@endpoints.get(f"{ONE}/liability", *READERS, query=schemas.OnDay, answer=LiabilityShape)
def get_liability(query: dict[str, Any], agreement_id: str) -> Response:
    """What would be repayable if the person resigned, notified and leaving, on a day."""
    now = runtime().clock()
    on, known_at = query.get("on") or london_day(now), query.get("known_at") or now
    return read_one(
        runtime().agreements,
        agreement_id,
        query,
        lambda agreement: liability_shape(agreement, on, known_at),
        version=None,
    )


@endpoints.get(f"{ONE}/schedule", *READERS, query=schemas.ScheduleQuery, answer=list[ExpectedSpan])
def get_schedule(query: dict[str, Any], agreement_id: str) -> Response:
    """The same for all time, as half-open spans of days; expected ones where a completion is assumed."""
    assumed = query.get("assume_completed_on")
    return read_one(
        runtime().agreements,
        agreement_id,
        query,
        lambda agreement: schedule_shape(agreement, assumed),
        version=None,
    )


def _act(agreement_id: str, command: Any, body: dict[str, Any]) -> Response:
    fields = given(body, without=("reason",))
    return act(lambda call: runtime().commands.on_agreement(call, agreement_id, command, **fields), agreement_shape)


@endpoints.post(f"{ONE}/signature", *SIGNERS, body=schemas.SignatureBody, answer=AgreementShape)
def sign(body: dict[str, Any], agreement_id: str) -> Response:
    """Sign, with or without consent to deduct. Who signs for the person names the signed document."""
    return _act(agreement_id, agreeing.sign, body)


@endpoints.post(f"{ONE}/refusal", Role.STAFF, body=ReasonBody, answer=AgreementShape)
def refuse(body: dict[str, Any], agreement_id: str) -> Response:
    """Refuse to sign what is drafted, or a variation."""
    return _act(agreement_id, agreeing.refuse, body)


@endpoints.post(f"{ONE}/variation", *KEEPERS, body=schemas.VariationBody, answer=AgreementShape)
def vary(body: dict[str, Any], agreement_id: str) -> Response:
    """Change terms or cost lines; what was signed holds until it is signed again."""
    fields = given(body, keep_null=("terms",), without=("reason",))
    return act(
        lambda call: runtime().commands.on_agreement(call, agreement_id, agreeing.vary, **fields), agreement_shape
    )


@endpoints.post(f"{ONE}/cancellation", *KEEPERS, body=ReasonBody, answer=AgreementShape)
def cancel(body: dict[str, Any], agreement_id: str) -> Response:
    """Cancel the agreement: nothing is repayable under it."""
    return _act(agreement_id, agreeing.cancel, body)


@endpoints.post(f"{ONE}/start", *KEEPERS, body=schemas.StartBody, answer=AgreementShape)
def start(body: dict[str, Any], agreement_id: str) -> Response:
    """The training started. Another day than on record is a correction and needs a reason."""
    return _act(agreement_id, training.start, body)


@endpoints.post(f"{ONE}/completion", *KEEPERS, body=schemas.CompletionBody, answer=AgreementShape)
def complete(body: dict[str, Any], agreement_id: str) -> Response:
    """The training was completed. Another day than on record is a correction and needs a reason."""
    return _act(agreement_id, training.complete, body)


@endpoints.post(f"{ONE}/training-withdrawal", *KEEPERS, body=schemas.TrainingWithdrawalBody, answer=AgreementShape)
def withdraw(body: dict[str, Any], agreement_id: str) -> Response:
    """The person left the training before its end."""
    return _act(agreement_id, training.withdraw, body)


@endpoints.post(f"{ONE}/training-cancellation", *KEEPERS, body=schemas.TrainingCancellationBody, answer=AgreementShape)
def cancel_training(body: dict[str, Any], agreement_id: str) -> Response:
    """The provider or the school called the training off."""
    return _act(agreement_id, training.cancel_training, body)


@endpoints.post(f"{ONE}/costs", Role.FINANCE, body=CostBody, answer=AgreementShape)
def record_cost(body: dict[str, Any], agreement_id: str) -> Response:
    """A cost was paid."""
    return _act(agreement_id, training.record_cost, body)


@endpoints.post(f"{ONE}/refunds", Role.FINANCE, body=CostBody, answer=AgreementShape)
def record_refund(body: dict[str, Any], agreement_id: str) -> Response:
    """The provider paid something back."""
    return _act(agreement_id, training.record_refund, body)
