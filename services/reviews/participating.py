"""Who takes part in what is planned, as the list of activities needs it: it follows from all that was heard of it."""

from collections.abc import Mapping

from services.reviews.domain.desk import Desk
from services.reviews.domain.following import note_participation
from services.reviews.domain.undertakings import holder_of
from services.reviews.heard import Handler
from services.reviews.undertaken import OfAgreement, OfRequest
from shared.messaging.heard import Heard


def _of_request(desk: Desk, message: Heard) -> None:
    """It concerns everybody in it."""
    request_id = message.read(OfRequest).request_id
    its = desk.undertaking(request_id).state
    for staff_id in sorted({*its.participants, *its.holders.values()}) if its is not None else ():
        _settle(desk, request_id, staff_id)


def _of_agreement(desk: Desk, message: Heard) -> None:
    """It concerns the person whose it is."""
    said = message.read(OfAgreement)
    _settle(desk, holder_of(desk, said.agreement_id), said.staff_id)


def _settle(desk: Desk, undertaking_id: str, staff_id: str) -> None:
    its = desk.undertaking(undertaking_id).state
    if its is not None:
        note_participation(desk.person(staff_id), undertaking_id, takes_part=not its.is_off(staff_id))


PARTICIPATION_IN_REQUESTS: Mapping[str, Handler] = {
    "cpd.requests.RequestApproved.v1": _of_request,
    "cpd.requests.ApprovalImported.v1": _of_request,
    "cpd.requests.RequestWithdrawn.v1": _of_request,
    "cpd.requests.WithdrawalImported.v1": _of_request,
}
PARTICIPATION_BY_AGREEMENTS: Mapping[str, Handler] = {
    "cpd.agreements.AgreementDrafted.v1": _of_agreement,
    "cpd.agreements.AgreementCancelled.v1": _of_agreement,
    "cpd.agreements.TrainingCompleted.v1": _of_agreement,
    "cpd.agreements.CompletionCorrected.v1": _of_agreement,
    "cpd.agreements.TrainingWithdrawn.v1": _of_agreement,
    "cpd.agreements.TrainingCancelled.v1": _of_agreement,
}
