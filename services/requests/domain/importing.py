"""A past request enters the ledger as it was: asked for, decided, paid for and completed elsewhere."""

from datetime import date
from typing import Any, Literal

import msgspec

from services.requests.domain.asking import sound_request
from services.requests.domain.desk import Desk
from services.requests.domain.granting import granted, percent_of
from services.requests.domain.history_facts import (
    ApprovalImported,
    CompletionImported,
    DeclineImported,
    RequestImported,
    WithdrawalImported,
)
from services.requests.domain.request import PaidCost, Request
from services.requests.domain.request_facts import RequestCostRecorded, RequestCostRefunded
from services.requests.domain.words import Authority, Funding
from shared.checks import in_order, not_ahead, sound_sum
from shared.dates import academic_year
from shared.errors import FieldRefused


class PastDecision(msgspec.Struct, frozen=True, kw_only=True):
    """How it was decided then. `funding` is that of an approval."""

    outcome: Literal["approved", "declined"]
    decided_on: date
    decided_by: str
    authority: Authority
    reason: str
    funding: Funding | None = None
    funded_percent: int | None = None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request before it was imported."""

    submitted_on: date
    decision: PastDecision | None = None
    withdrawn_on: date | None = None
    completed_on: date | None = None
    costs: list[PaidCost] = []
    refunds: list[PaidCost] = []


def enter(desk: Desk, request_id: str, past: Past, *, staff_id: str, school_urn: str, **asked: Any) -> Request:
    """State the request as it was. Its priorities may have been retired since. Raises FieldRefused."""
    stated = sound_request(desk, staff_id, school_urn, asked, past=True)
    _sound_past(desk.act.today, past, stated["starts_on"])
    whose = {"request_id": request_id, "staff_id": staff_id, "school_urn": school_urn}
    desk.stream(request_id).record(RequestImported, **whose, **stated, submitted_on=past.submitted_on)
    request = desk.request(request_id)
    if past.decision is not None:
        _decided(desk, request, past.decision, past.submitted_on)
    for fact, entries in ((RequestCostRecorded, past.costs), (RequestCostRefunded, past.refunds)):
        for entry in entries:
            desk.record(request, fact, **msgspec.structs.asdict(entry))
    if past.completed_on is not None:
        desk.record(request, CompletionImported, completed_on=past.completed_on, participants=request.participants)
    if past.withdrawn_on is not None:
        desk.record(request, WithdrawalImported, withdrawn_on=past.withdrawn_on)
    return request


def count(desk: Desk, request: Request) -> None:
    """Have the year's budget hold what an approved one still holds, and show what it cost, whatever was allocated."""
    if request.funding is None:
        return
    desk.budget(request.school_urn, academic_year(request.starts_on)).count_past(
        request.id,
        on=request.decisions[-1].decided_on,
        asked_pence=0 if request.stage in ("completed", "withdrawn") else request.asked_pence,
        cost_pence=sum(entry.amount_pence for entry in request.costs),
        refund_pence=sum(entry.amount_pence for entry in request.refunds),
        funded_percent=request.funded_percent or 0,
    )


def enter_and_count(desk: Desk, request_id: str, past: Past, **asked: Any) -> Request:
    """Both at once. Raises FieldRefused."""
    request = enter(desk, request_id, past, **asked)
    count(desk, request)
    return request


def _sound_past(today: date, past: Past, starts_on: date) -> None:
    """Every day is past, and each act follows the one it needs. Raises FieldRefused."""
    decision = past.decision
    decided_on = decision.decided_on if decision is not None else None
    days = {"submitted_on": past.submitted_on, "decided_on": decided_on}
    not_ahead(today, **days, withdrawn_on=past.withdrawn_on, completed_on=past.completed_on)
    if decided_on is not None:
        in_order(submitted_on=past.submitted_on, decided_on=decided_on)
    if past.withdrawn_on is not None:
        in_order(submitted_on=past.submitted_on, withdrawn_on=past.withdrawn_on)
    if past.completed_on is not None:
        in_order(starts_on=starts_on, completed_on=past.completed_on)
    if decision is None and past.withdrawn_on is None:
        raise FieldRefused(decision="is needed: what is still open is asked for here, not imported")
    if decision is None or decision.outcome != "approved":
        needless = {"completed_on": past.completed_on, "costs": past.costs, "refunds": past.refunds}
        if wrong := [name for name, value in needless.items() if value]:
            raise FieldRefused(**dict.fromkeys(wrong, "nothing comes of a request that was not approved"))
    if past.completed_on is not None and past.withdrawn_on is not None:
        raise FieldRefused(withdrawn_on="what was asked for is either completed or withdrawn")
    for name, entries in (("costs", past.costs), ("refunds", past.refunds)):
        for place, entry in enumerate(entries):
            _sound_entry(today, entry, f"{name}.{place}")


def _sound_entry(today: date, entry: PaidCost, place: str) -> None:
    try:
        sound_sum(entry.amount_pence)
        not_ahead(today, on=entry.on)
    except FieldRefused as refusal:
        raise FieldRefused(**{f"{place}.{name}": texts for name, texts in refusal.errors.items()}) from refusal


def _decided(desk: Desk, request: Request, decision: PastDecision, submitted_on: date) -> None:
    fields: dict[str, Any] = {
        "decided_on": decision.decided_on,
        "decided_by": decision.decided_by,
        "authority": decision.authority,
        "reason": decision.reason,
        "days_open": (decision.decided_on - submitted_on).days,
    }
    if decision.outcome == "declined":
        desk.record(request, DeclineImported, **fields)
        return
    if decision.funding is None:
        raise FieldRefused(funding="is needed with an approval")
    percent = percent_of(decision.funding, decision.funded_percent)
    desk.record(request, ApprovalImported, **fields, **granted(desk, request, decision.funding, percent))
