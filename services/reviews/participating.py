"""Who takes part in what is planned, as the list of activities needs it: it follows from all that was heard of it."""

from collections.abc import Mapping

from services.reviews.domain.desk import Desk
from services.reviews.domain.following import note_participation
from services.reviews.domain.undertakings import holder_of
from services.reviews.heard import Handler
from services.reviews.undertaken import OfAgreement, OfRequest
from shared.messaging.heard import Heard


def _of_request(desk: Desk, message: Heard) -> None:
    _settle(desk, message.read(OfRequest).request_id)


def _of_agreement(desk: Desk, message: Heard) -> None:
    _settle(desk, holder_of(desk, message.read(OfAgreement).agreement_id))


def _settle(desk: Desk, undertaking_id: str) -> None:
    its = desk.undertaking(undertaking_id).state
    if its is None:
        return
    for staff_id in sorted({*its.participants, *its.holders.values()}):
        note_participation(desk.person(staff_id), undertaking_id, takes_part=staff_id in its.taking_part)


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
