"""`/v1/service-agreements` and ratings of providers: bought, drawn down, paid; and what participants say."""

from typing import Any

from flask import Response

from services.requests.api import school_schemas as schemas
from services.requests.api.plans import PLANNERS
from services.requests.api.requests import DECIDERS
from services.requests.api.school_shapes import (
    RatingShape,
    ServiceAgreementShape,
    rating_shape,
    service_agreement_shape,
)
from services.requests.api.support import check_school, of_callers_schools, open_to_staff, runtime
from services.requests.domain import buying, feedback
from services.requests.domain.rating import Rating
from services.requests.identity import new_id
from shared.web.caller import current_caller
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, opened, read_many, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown, ReasonBody, given
from shared.web.scope import Reach

endpoints = Endpoints("providers", __name__, description="Service agreements, and ratings of providers")

BUYERS = DECIDERS
AGREEMENT_READERS = (Role.STAFF, *PLANNERS, Role.GOVERNOR, Role.FINANCE, Role.TRUST_EXECUTIVE)
RATING_READERS = (Role.STAFF, Role.HEADTEACHER, Role.QUALITY_ASSURANCE)
ONE = "/service-agreements/<identifier:service_agreement_id>"


@endpoints.post(
    "/service-agreements", *BUYERS, body=schemas.ServiceAgreementBody, answer=ServiceAgreementShape, status=201
)
def buy(body: dict[str, Any]) -> Response:
    """Buy places or hours of a provider, within the limits that decisions have; the price is committed at once."""
    school_urn, because = body["school_urn"], body["reason"]
    check_school(None, school_urn)
    bought = given(body, without=("reason",)) | {"because": because}
    return command(
        lambda call: runtime().commands.at_desk(call, buying.buy, new_id(), **bought),
        render=service_agreement_shape,
        reach=Reach(None, school_urn),
        status=201,
        reason="",
    )


@endpoints.get(
    "/service-agreements", *AGREEMENT_READERS, query=schemas.ServiceAgreementsQuery, answer=Page[ServiceAgreementShape]
)
def list_service_agreements(query: dict[str, Any]) -> Response:
    """Service agreements of the caller's schools, the first bought first: what is left of each."""
    return of_callers_schools(runtime().service_agreements, query, service_agreement_shape)


@endpoints.get(ONE, *AGREEMENT_READERS, query=AsKnown, answer=ServiceAgreementShape)
def get_service_agreement(query: dict[str, Any], service_agreement_id: str) -> Response:
    """One service agreement."""
    agreements = runtime().service_agreements
    return read_one(agreements, service_agreement_id, query, service_agreement_shape, reach=open_to_staff)


@endpoints.post(f"{ONE}/costs", Role.FINANCE, body=schemas.PaymentBody, answer=ServiceAgreementShape)
def record_cost(body: dict[str, Any], service_agreement_id: str) -> Response:
    """The provider was paid."""
    return _act(service_agreement_id, buying.pay, **body)


@endpoints.post(f"{ONE}/refunds", Role.FINANCE, body=schemas.PaymentBody, answer=ServiceAgreementShape)
def record_refund(body: dict[str, Any], service_agreement_id: str) -> Response:
    """The provider paid something back."""
    return _act(service_agreement_id, buying.refund, **body)


@endpoints.post(f"{ONE}/closure", *BUYERS, Role.FINANCE, body=ReasonBody, answer=ServiceAgreementShape)
def close(body: dict[str, Any], service_agreement_id: str) -> Response:
    """Draw nothing more from it; what is committed and not paid is available again."""
    return _act(service_agreement_id, buying.close, because=body["reason"])


@endpoints.post("/requests/<identifier:request_id>/rating", Role.STAFF, body=schemas.RatingBody, answer=RatingShape)
def rate(body: dict[str, Any], request_id: str) -> Response:
    """Say how good the provider was, as one who completed the training; said again, it replaces what was said."""
    return command(
        lambda call: runtime().commands.at_desk(call, feedback.rate, request_id, **given(body)),
        render=_told,
        reach=Reach(current_caller().staff_id, None),
        reason="",
    )


@endpoints.get("/ratings", *RATING_READERS, query=schemas.RatingsQuery, answer=Page[RatingShape])
def list_ratings(query: dict[str, Any]) -> Response:
    """Single ratings with their notes, for those who see to quality; one's own for who gave them."""
    return read_many(runtime().ratings, query, rating_shape)


def _act(service_agreement_id: str, execute: Any, **fields: Any) -> Response:
    return command(
        lambda call: runtime().commands.on_service_agreement(call, service_agreement_id, execute, **fields),
        render=service_agreement_shape,
        reach=lambda agreement: Reach(None, agreement.school_urn),
        reason="",
    )


def _told(rating: Rating) -> Any:
    return opened(rating_shape(rating))
