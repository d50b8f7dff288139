"""What requests and agreements tell of training, as the evaluations of its participants need it."""

from collections.abc import Mapping, Sequence

from services.reviews.domain.desk import Desk
from services.reviews.domain.following import Completion, Described, note_activity, note_completion
from services.reviews.heard import Handler
from services.reviews.inbound import ApprovedMessage, CompletedMessage, DraftedMessage, Line, TrainingMessage
from shared.imports.kind import ACTOR as IMPORTING
from shared.messaging.heard import Heard
from shared.money import half_up


def _approved(desk: Desk, message: Heard) -> None:
    """Each participant of an approved request is going to take part."""
    said = message.read(ApprovedMessage)
    for share in said.shares:
        described = Described(
            source="requests",
            staff_id=share.staff_id,
            school_urn=said.school_urn,
            title=said.title,
            activity_type=said.activity_type,
            starts_on=said.starts_on,
            ends_on=said.ends_on,
            request_id=said.request_id,
            hours=said.hours,
            cost_pence=_schools_pence(share.cost_lines, said.funded_percent),
            mandatory=said.mandatory,
        )
        note_activity(desk.person(share.staff_id), described)


def _completed(desk: Desk, message: Heard) -> None:
    """Participants whom no agreement holds completed it."""
    _noted(desk, message, imported=False)


def _completed_before(desk: Desk, message: Heard) -> None:
    """A past request was imported as completed: it is in portfolios, and what would be late is not asked about."""
    _noted(desk, message, imported=True)


def _noted(desk: Desk, message: Heard, *, imported: bool) -> None:
    said = message.read(CompletedMessage)
    completion = Completion(
        told_by=said.request_id, order=message.order, completed_on=said.completed_on, imported=imported
    )
    for staff_id in said.participants:
        note_completion(desk.person(staff_id), staff_id, completion)


def _drafted(desk: Desk, message: Heard) -> None:
    """An agreement is about a training; where it names a request, about that one."""
    said = message.read(DraftedMessage)
    described = Described(
        source="agreements",
        staff_id=said.staff_id,
        school_urn=said.school_urn,
        title=said.title,
        activity_type=said.activity_type,
        starts_on=said.planned_start,
        ends_on=said.planned_end,
        request_id=said.request_id,
        agreement_id=said.agreement_id,
        cost_pence=_schools_pence(said.cost_lines, said.funded_percent),
        mandatory=said.mandatory,
    )
    note_activity(desk.person(said.staff_id), described)


def _trained(desk: Desk, message: Heard) -> None:
    """The training was completed, on this day or another than was said; without a day, it will not be."""
    said = message.read(TrainingMessage)
    completion = Completion(
        told_by=said.agreement_id,
        order=message.order,
        completed_on=said.completed_on,
        imported=said.actor == IMPORTING,
    )
    note_completion(desk.person(said.staff_id), said.staff_id, completion)


def _schools_pence(lines: Sequence[Line], funded_percent: int) -> int:
    return half_up(sum(line.amount_pence for line in lines) * funded_percent, 100)


OF_REQUESTS: Mapping[str, Handler] = {
    "cpd.requests.RequestApproved.v1": _approved,
    "cpd.requests.ActivityCompleted.v1": _completed,
    "cpd.requests.ApprovalImported.v1": _approved,
    "cpd.requests.CompletionImported.v1": _completed_before,
}
OF_AGREEMENTS: Mapping[str, Handler] = {
    "cpd.agreements.AgreementDrafted.v1": _drafted,
    "cpd.agreements.TrainingCompleted.v1": _trained,
    "cpd.agreements.CompletionCorrected.v1": _trained,
    "cpd.agreements.TrainingWithdrawn.v1": _trained,
    "cpd.agreements.TrainingCancelled.v1": _trained,
}
