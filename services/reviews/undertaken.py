"""What requests and agreements tell of what is asked for, granted and paid, as the statistics need it."""

from collections.abc import Mapping
from datetime import date

import msgspec

from services.reviews.domain.desk import Desk
from services.reviews.domain.undertakings import Teller
from services.reviews.heard import Handler
from shared.messaging.heard import Heard
from shared.words import ActivityType


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What every message of the two says: whom it is about, and at which school."""

    staff_id: str
    school_urn: str


class OfRequest(Message, frozen=True, kw_only=True):
    request_id: str


class Asked(OfRequest, frozen=True, kw_only=True):
    """What is read of what is asked for."""

    activity_type: ActivityType
    starts_on: date
    priority_ids: list[str] = []
    provider: str | None = None


class Sharer(msgspec.Struct, frozen=True, kw_only=True):
    """Whose part of a request it is."""

    staff_id: str


class Approved(OfRequest, frozen=True, kw_only=True):
    """What is read of `RequestApproved`."""

    funded_percent: int
    shares: list[Sharer]


class RequestMoney(OfRequest, frozen=True, kw_only=True):
    """A cost or refund of a request."""

    amount_pence: int
    on: date
    agreement_id: str | None = None


class OfAgreement(Message, frozen=True, kw_only=True):
    agreement_id: str


class Drafted(OfAgreement, frozen=True, kw_only=True):
    """What is read of `AgreementDrafted`."""

    activity_type: ActivityType
    planned_start: date
    funded_percent: int
    request_id: str | None = None


class AgreementMoney(OfAgreement, frozen=True, kw_only=True):
    """A cost or refund of an agreement."""

    amount_pence: int
    on: date


def _teller(desk: Desk, message: Heard, said: Message) -> Teller:
    return Teller(desk, message.order, staff_id=said.staff_id, school_urn=said.school_urn)


def _asked(desk: Desk, message: Heard) -> None:
    said = message.read(Asked)
    _teller(desk, message, said).request(
        said.request_id,
        activity_type=said.activity_type,
        starts_on=said.starts_on,
        priority_ids=said.priority_ids,
        provider=said.provider or "",
    )


def _approved(desk: Desk, message: Heard) -> None:
    said = message.read(Approved)
    participants = [each.staff_id for each in said.shares]
    _teller(desk, message, said).approval(said.request_id, participants, said.funded_percent)


def _declined(desk: Desk, message: Heard) -> None:
    said = message.read(OfRequest)
    _teller(desk, message, said).decision(said.request_id, "declined")


def _deferred(desk: Desk, message: Heard) -> None:
    said = message.read(OfRequest)
    _teller(desk, message, said).decision(said.request_id, "deferred")


def _withdrawn(desk: Desk, message: Heard) -> None:
    said = message.read(OfRequest)
    _teller(desk, message, said).withdrawal(said.request_id)


def _request_paid(desk: Desk, message: Heard) -> None:
    said = message.read(RequestMoney)
    _teller(desk, message, said).request_cost(said.request_id, said.amount_pence, said.on, said.agreement_id)


def _request_refunded(desk: Desk, message: Heard) -> None:
    said = message.read(RequestMoney)
    _teller(desk, message, said).request_cost(said.request_id, -said.amount_pence, said.on, said.agreement_id)


def _drafted(desk: Desk, message: Heard) -> None:
    said = message.read(Drafted)
    _teller(desk, message, said).agreement(
        said.agreement_id,
        said.request_id,
        activity_type=said.activity_type,
        starts_on=said.planned_start,
        funded_percent=said.funded_percent,
    )


def _called_off(desk: Desk, message: Heard) -> None:
    said = message.read(OfAgreement)
    _teller(desk, message, said).call_off(said.agreement_id)


def _agreement_paid(desk: Desk, message: Heard) -> None:
    said = message.read(AgreementMoney)
    _teller(desk, message, said).agreement_cost(said.agreement_id, said.amount_pence, said.on)


def _agreement_refunded(desk: Desk, message: Heard) -> None:
    said = message.read(AgreementMoney)
    _teller(desk, message, said).agreement_cost(said.agreement_id, -said.amount_pence, said.on)


ASKED_OF_REQUESTS: Mapping[str, Handler] = {
    "cpd.requests.RequestSubmitted.v1": _asked,
    "cpd.requests.RequestChanged.v1": _asked,
    "cpd.requests.RequestImported.v1": _asked,
    "cpd.requests.RequestApproved.v1": _approved,
    "cpd.requests.ApprovalImported.v1": _approved,
    "cpd.requests.RequestDeclined.v1": _declined,
    "cpd.requests.DeclineImported.v1": _declined,
    "cpd.requests.RequestDeferred.v1": _deferred,
    "cpd.requests.RequestWithdrawn.v1": _withdrawn,
    "cpd.requests.WithdrawalImported.v1": _withdrawn,
    "cpd.requests.RequestCostRecorded.v1": _request_paid,
    "cpd.requests.RequestCostRefunded.v1": _request_refunded,
}
ASKED_OF_AGREEMENTS: Mapping[str, Handler] = {
    "cpd.agreements.AgreementDrafted.v1": _drafted,
    "cpd.agreements.TrainingCancelled.v1": _called_off,
    "cpd.agreements.AgreementCancelled.v1": _called_off,
    "cpd.agreements.CostRecorded.v1": _agreement_paid,
    "cpd.agreements.CostRefunded.v1": _agreement_refunded,
}
