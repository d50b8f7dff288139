"""What the service does when HR or the agreements service says something: facts, in any order."""

from collections.abc import Callable
from typing import Any

from services.requests.application import Requests
from services.requests.domain import delivering
from services.requests.domain.desk import Desk
from services.requests.inbound import AgreementMessage
from shared.clock import Clock
from shared.errors import FieldRefused
from shared.eventstore.ledger import Once
from shared.eventstore.sealing import Sealer
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.heard import heard
from shared.messaging.leaving import LEAVING, leaving_in
from shared.messaging.reacting import call_of, hear_of_staff
from shared.messaging.schema import read


class Reactions:
    """Reactions to `hr.staff.v1` and `cpd.agreements.v1`.

    A message of HR of a type that is not known here is refused, and so waits among the dead letters. Of the agreements
    service's messages those about a request's agreement are ours, and those about who leaves; others are passed over.
    """

    def __init__(self, requests: Requests, sealer: Sealer, clock: Clock) -> None:
        self.requests = requests
        self.sealer = sealer
        self.clock = clock

    def to_hr(self, event: CloudEvent, marks: Once) -> None:
        """Record what HR says of one person."""
        hear_of_staff(self.requests, self.sealer, event, marks, self.clock())

    def to_agreements(self, event: CloudEvent, marks: Once) -> None:
        """Record what an agreement says of the request that it is about, or that someone leaves."""
        call = call_of(event, marks, self.clock(), role="agreements")
        if event.type in LEAVING:
            leaving = leaving_in(heard(event, event.data))
            self.requests.on_person(call, leaving.staff_id, lambda member: member.note_leaving(leaving))
        elif event.type in AGREEMENTS:
            said = read(AgreementMessage, event.data, at="data.")
            self.requests.at_desk(call, AGREEMENTS[event.type], said)


def _drafted(desk: Desk, said: AgreementMessage) -> None:
    if said.request_id is not None:
        delivering.note_agreement(desk, said.request_id, agreement_id=said.agreement_id, staff_id=said.staff_id)


def _signed(desk: Desk, said: AgreementMessage) -> None:
    delivering.note_standing(desk, said.agreement_id, standing="signed")


def _not_signed(desk: Desk, said: AgreementMessage) -> None:
    delivering.note_standing(desk, said.agreement_id, standing="refused")


def _varied(desk: Desk, said: AgreementMessage) -> None:
    delivering.note_standing(desk, said.agreement_id, standing="drafted")


def _completed(desk: Desk, said: AgreementMessage) -> None:
    if said.completed_on is not None:
        delivering.note_completion(desk, said.agreement_id, completed_on=said.completed_on)


def _left_early(desk: Desk, said: AgreementMessage) -> None:
    if said.withdrawn_on is not None:
        delivering.note_left_early(desk, said.agreement_id, withdrawn_on=said.withdrawn_on)


def _called_off(desk: Desk, said: AgreementMessage) -> None:
    delivering.note_called_off(desk, said.agreement_id)


def _paid(desk: Desk, said: AgreementMessage) -> None:
    delivering.note_cost(desk, said.agreement_id, **_cost(said))


def _refunded(desk: Desk, said: AgreementMessage) -> None:
    delivering.note_refund(desk, said.agreement_id, **_cost(said))


def _cost(said: AgreementMessage) -> dict[str, Any]:
    if said.category is None or said.amount_pence is None or said.on is None:
        raise FieldRefused(data="must have category, amount_pence and on")
    return {"category": said.category, "amount_pence": said.amount_pence, "on": said.on}


AGREEMENTS: dict[str, Callable[[Desk, AgreementMessage], None]] = {
    "cpd.agreements.AgreementDrafted.v1": _drafted,
    "cpd.agreements.AgreementSigned.v1": _signed,
    "cpd.agreements.AgreementRefused.v1": _not_signed,
    "cpd.agreements.AgreementVaried.v1": _varied,
    "cpd.agreements.TrainingCompleted.v1": _completed,
    "cpd.agreements.CompletionCorrected.v1": _completed,
    "cpd.agreements.TrainingWithdrawn.v1": _left_early,
    "cpd.agreements.WithdrawalCorrected.v1": _left_early,
    "cpd.agreements.TrainingCancelled.v1": _called_off,
    "cpd.agreements.AgreementCancelled.v1": _called_off,
    "cpd.agreements.CostRecorded.v1": _paid,
    "cpd.agreements.CostRefunded.v1": _refunded,
}
