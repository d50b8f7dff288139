"""Commands on what came of an approved request: completed, paid for, refunded; and what agreements tell of it."""

from datetime import date
from typing import Any

from services.requests.domain.asking import come_to_nothing
from services.requests.domain.budget import BudgetStream
from services.requests.domain.buying import give_back
from services.requests.domain.desk import AgreementTied, Desk
from services.requests.domain.linking import meet
from services.requests.domain.request import AgreementStanding, Held, Request
from services.requests.domain.request_facts import (
    ActivityCompleted,
    AgreementNoted,
    AgreementReported,
    RequestCostRecorded,
    RequestCostRefunded,
    TrainingReported,
)
from shared.checks import in_order, not_ahead, sound_sum
from shared.dates import academic_year
from shared.errors import FieldRefused, NotThere, StateForbids
from shared.words import CostCategory

NOBODY_LEFT = "Nobody who takes part can complete it any more"


class NotApproved(StateForbids):
    """Nothing comes of a request that was not approved."""


class HeldByAgreement(StateForbids):
    """A training agreement holds costs and completion: they are recorded there."""


class AlreadyCompleted(StateForbids):
    """The activity was completed on another day."""


def complete(desk: Desk, request_id: str, *, completed_on: date, participants: list[str] | None = None) -> Request:
    """Some participants, or all whom no agreement holds, completed the activity.

    Raises FieldRefused, NotApproved, HeldByAgreement, AlreadyCompleted.
    """
    request = _approved(desk, request_id)
    if request.stage == "withdrawn":
        raise NotApproved("the request is withdrawn")
    not_ahead(desk.act.today, completed_on=completed_on)
    in_order(starts_on=request.starts_on, completed_on=completed_on)
    held = {each.staff_id for each in request.held}
    free = [each for each in request.participants if each not in held]
    those = ([each for each in free if each not in request.completed] or free) if participants is None else participants
    if not free or set(those) & held:
        raise HeldByAgreement("a training agreement holds the completion: record it there")
    if strangers := [each for each in those if each not in request.participants]:
        raise FieldRefused(participants=f"do not take part: {', '.join(strangers)}")
    if any(request.completed.get(each, completed_on) != completed_on for each in those):
        raise AlreadyCompleted("it was completed on another day")
    new = [each for each in those if each not in request.completed]
    if new:
        desk.record(request, ActivityCompleted, completed_on=completed_on, participants=new)
        _met(desk, request)
    return request


def record_cost(desk: Desk, request_id: str, **cost: Any) -> Request:
    """A cost was paid: `category`, `amount_pence`, `on`, `reference`. Raises FieldRefused, HeldByAgreement."""
    request = _free(_approved(desk, request_id), cost)
    return _enter(desk, request, RequestCostRecorded, None, **cost)


def record_refund(desk: Desk, request_id: str, **refund: Any) -> Request:
    """The provider paid something back. Raises FieldRefused, HeldByAgreement."""
    request = _free(_approved(desk, request_id), refund)
    return _enter(desk, request, RequestCostRefunded, None, **refund)


def note_agreement(desk: Desk, request_id: str, *, agreement_id: str, staff_id: str) -> None:
    """An agreement was drafted that names this request: told of a request that is not ours, it changes nothing."""
    try:
        request = desk.request(request_id)
    except NotThere:
        return
    tie = desk.agreement(agreement_id)
    if tie.request_id is None:
        tie.record(AgreementTied, agreement_id=agreement_id, request_id=request_id, reason="")
        desk.record(request, AgreementNoted, agreement_id=agreement_id, participant_id=staff_id, reason="")


def note_standing(desk: Desk, agreement_id: str, *, standing: AgreementStanding) -> None:
    """The participant signed the agreement or refused to, or it was varied. What is signed or over stays so."""
    request, held = _about(desk, agreement_id)
    if request is None or held is None or held.status in ("signed", "completed", "cancelled", standing):
        return
    whose = {"agreement_id": agreement_id, "participant_id": held.staff_id, "reason": ""}
    desk.record(request, AgreementReported, status=standing, **whose)


def note_completion(desk: Desk, agreement_id: str, *, completed_on: date) -> None:
    """The agreement says that its training was completed, or on another day than first said."""
    request, held = _about(desk, agreement_id)
    if request is not None and held is not None and held.completed_on != completed_on:
        _report(desk, request, held, completed_on=completed_on)
        _met(desk, request)


def note_left_early(desk: Desk, agreement_id: str, *, withdrawn_on: date) -> None:
    """The participant left the training before its end, on this day or another than first said: they do not complete
    it, and what it has not cost by now is available again."""
    request, held = _about(desk, agreement_id)
    if request is not None and held is not None and held.withdrawn_on != withdrawn_on:
        _report(desk, request, held, withdrawn_on=withdrawn_on)
        _let_go(desk, request, held)


def note_called_off(desk: Desk, agreement_id: str) -> None:
    """The training, or its agreement, was cancelled: what was held for this participant is available again."""
    request, held = _about(desk, agreement_id)
    if request is not None and held is not None and not held.called_off:
        _report(desk, request, held, called_off=True)
        _let_go(desk, request, held)


def note_cost(desk: Desk, agreement_id: str, *, category: CostCategory, amount_pence: int, on: date) -> None:
    """A cost was recorded under the agreement: a fact, whatever became of the request."""
    request, held = _about(desk, agreement_id)
    if request is not None and held is not None:
        _enter(desk, request, RequestCostRecorded, agreement_id, category=category, amount_pence=amount_pence, on=on)


def note_refund(desk: Desk, agreement_id: str, *, category: CostCategory, amount_pence: int, on: date) -> None:
    """Likewise what came back."""
    request, held = _about(desk, agreement_id)
    if request is not None and held is not None:
        _enter(desk, request, RequestCostRefunded, agreement_id, category=category, amount_pence=amount_pence, on=on)


def _report(desk: Desk, request: Request, held: Held, **said: Any) -> None:
    whose = {"agreement_id": held.agreement_id, "participant_id": held.staff_id, "reason": ""}
    desk.record(request, TrainingReported, **whose, **said)


def _let_go(desk: Desk, request: Request, held: Held) -> None:
    """Hold nothing more for a participant. Where nobody is left who can complete it, nothing comes of the request."""
    if held.is_over:
        return
    _budget(desk, request).release(request.id, request.rest_pence(held), keep_pence=request.bound_pence)
    give_back(desk, request)
    if request.stage == "approved" and not request.can_complete:
        come_to_nothing(desk, request, reason=NOBODY_LEFT)
    _met(desk, request)


def _enter(
    desk: Desk,
    request: Request,
    fact: type[RequestCostRecorded | RequestCostRefunded],
    agreement_id: str | None,
    *,
    category: CostCategory,
    amount_pence: int,
    on: date,
    reference: str = "",
) -> Request:
    """State a cost or a refund, and what it means to the budget: nothing where a service agreement pays it."""
    sound_sum(amount_pence)
    not_ahead(desk.act.today, on=on)
    entry = {"category": category, "amount_pence": amount_pence, "on": on, "reference": reference}
    desk.record(request, fact, agreement_id=agreement_id, **entry)
    if request.is_bought(category):
        return request
    budget = _budget(desk, request)
    enter = budget.spend if fact is RequestCostRecorded else budget.refund
    enter(request.id, amount_pence, request.funded_percent or 0)
    return request


def _budget(desk: Desk, request: Request) -> BudgetStream:
    return desk.budget(request.school_urn, academic_year(request.starts_on))


def _approved(desk: Desk, request_id: str) -> Request:
    request = desk.request(request_id)
    if request.funding is None:
        raise NotApproved(f"the request is {request.status}")
    return request


def _free(request: Request, entry: dict[str, Any]) -> Request:
    """The request, whose money is its own to record. Raises HeldByAgreement, FieldRefused."""
    if request.held_by_agreements:
        raise HeldByAgreement("a training agreement holds the costs: record them there")
    if request.is_bought(entry["category"]):
        raise FieldRefused(category="is paid by the service agreement: record it there")
    return request


def _about(desk: Desk, agreement_id: str) -> tuple[Request | None, Held | None]:
    """The request that an agreement is about, and what it holds; none where it is about none of ours."""
    request_id = desk.agreement(agreement_id).request_id
    request = desk.request(request_id) if request_id is not None else None
    held = next((each for each in request.held if each.agreement_id == agreement_id), None) if request else None
    return request, held


def _met(desk: Desk, request: Request) -> None:
    if request.stage == "completed":
        meet(desk, request)
