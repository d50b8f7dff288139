"""Commands of those who ask: draft, submit, change, submit again, appeal, withdraw."""

from typing import Any

from services.requests.domain.activities import sound_details
from services.requests.domain.buying import give_back
from services.requests.domain.desk import Desk
from services.requests.domain.linking import leave, sound_links, take_up
from services.requests.domain.request import UNDECIDED, Request
from services.requests.domain.request_facts import (
    ASKED,
    RequestAppealed,
    RequestChanged,
    RequestDrafted,
    RequestResubmitted,
    RequestSubmitted,
    RequestWithdrawn,
)
from services.requests.domain.texts import folded
from shared.checks import in_order, plausible, sound_amounts
from shared.dates import academic_year
from shared.errors import FieldRefused, StateForbids

DEFAULTS: dict[str, Any] = {
    "sub_type": None,
    "need_id": None,
    "priority_exception": "",
    "hours": None,
    "mandatory": False,
    "apprenticeship": False,
    "provider": None,
    "standards": [],
    "by_headteacher": False,
    "service_agreement_id": None,
    "programme_item_id": None,
    "programme_adopted": False,
}
SAID = tuple(name for name in ASKED if name != "programme_adopted")
"""What changes a request; whether a programme stands by now does not."""


class AlreadyDecided(StateForbids):
    """The decision stands."""


class NotDrafted(StateForbids):
    """Only a draft is submitted."""


class NothingToAskAgain(StateForbids):
    """Only what was deferred or declined is asked for again."""


class NoAppeal(StateForbids):
    """Only what was declined can be appealed against, once."""


class RequestIsOver(StateForbids):
    """The request was withdrawn, or what it asked for is completed."""


def ask(desk: Desk, request_id: str, *, staff_id: str, school_urn: str, draft: bool = False, **asked: Any) -> Request:
    """Begin a request and, unless it is a `draft`, submit it. Raises FieldRefused."""
    stated = sound_request(desk, staff_id, school_urn, asked)
    stream = desk.stream(request_id)
    whose = {"request_id": request_id, "staff_id": staff_id, "school_urn": school_urn}
    stream.record(RequestDrafted if draft else RequestSubmitted, **whose, **stated)
    if not draft:
        take_up(desk, desk.request(request_id))
    return desk.request(request_id)


def submit(desk: Desk, request_id: str, *, by_headteacher: bool = False) -> Request:
    """Ask for what was drafted. Raises NotDrafted, FieldRefused."""
    request = desk.request(request_id)
    if request.stage != "drafted":
        raise NotDrafted(f"the request is {request.status}")
    stated = {name: getattr(request, name) for name in ASKED}
    sound_links(desk, request.school_urn, stated)
    desk.record(request, RequestSubmitted, **stated | {"by_headteacher": by_headteacher})
    take_up(desk, request)
    return request


def change(desk: Desk, request_id: str, **asked: Any) -> Request:
    """Ask for it otherwise, whole, before a decision. Raises AlreadyDecided, FieldRefused."""
    request = desk.request(request_id)
    if request.stage not in ("drafted", "submitted", "deferred"):
        raise AlreadyDecided(f"the request is {request.status}")
    by_headteacher = request.by_headteacher or asked.pop("by_headteacher", False)
    stated = sound_request(desk, request.staff_id, request.school_urn, asked) | {"by_headteacher": by_headteacher}
    if any(getattr(request, name) != stated[name] for name in SAID):
        if request.stage == "drafted":
            desk.record(request, RequestDrafted, **stated)
        else:
            leave(desk, request)
            desk.record(request, RequestChanged, **stated)
            take_up(desk, request)
    return request


def resubmit(desk: Desk, request_id: str) -> Request:
    """Ask again for what was deferred or declined. Raises NothingToAskAgain."""
    request = desk.request(request_id)
    if request.stage not in ("deferred", "declined"):
        raise NothingToAskAgain(f"the request is {request.status}")
    desk.record(request, RequestResubmitted)
    take_up(desk, request)
    return request


def appeal(desk: Desk, request_id: str) -> Request:
    """Ask the next authority to decide anew. Raises NoAppeal."""
    request = desk.request(request_id)
    if request.stage != "declined" or request.appealed:
        raise NoAppeal("an appeal was decided already" if request.appealed else f"the request is {request.status}")
    desk.record(request, RequestAppealed)
    take_up(desk, request)
    return request


def withdraw(desk: Desk, request_id: str) -> Request:
    """Ask for it no more; what is held for it is available again, but for what is agreed. Raises RequestIsOver."""
    request = desk.request(request_id)
    if request.stage == "withdrawn":
        return request
    if request.stage == "completed":
        raise RequestIsOver("what it asked for is completed")
    come_to_nothing(desk, request)
    return request


def come_to_nothing(desk: Desk, request: Request, **why: str) -> None:
    """Nothing comes of it any more: what it was linked to is as before, its money is held for what is agreed alone."""
    approved = request.stage == "approved"
    leave(desk, request)
    desk.record(request, RequestWithdrawn, **why)
    if approved:
        budget = desk.budget(request.school_urn, academic_year(request.starts_on))
        budget.release(request.id, keep_pence=request.bound_pence)
        give_back(desk, request)


def undecided(request: Request) -> None:
    """Raises AlreadyDecided where there is nothing to decide."""
    if request.stage not in UNDECIDED:
        raise AlreadyDecided(f"the request is {request.status}")


def sound_request(
    desk: Desk, staff_id: str, school_urn: str, asked: dict[str, Any], *, past: bool = False
) -> dict[str, Any]:
    """What is asked for, whole, every rule kept. Raises FieldRefused."""
    stated = DEFAULTS | {name: value for name, value in asked.items() if value is not None}
    stated["participants"] = stated.get("participants") or [staff_id]
    details = stated.pop("details", None) or {}
    sound_details(stated["activity_type"], stated["sub_type"], details)
    plausible(desk.act.today, starts_on=stated["starts_on"], ends_on=stated["ends_on"])
    in_order(starts_on=stated["starts_on"], ends_on=stated["ends_on"])
    sound_amounts([line.amount_pence for line in stated["cost_lines"]])
    if any(line.hours is not None and line.category != "supply_cover" for line in stated["cost_lines"]):
        raise FieldRefused(cost_lines="only supply_cover is told in hours too")
    _sound_people(desk, staff_id, stated["participants"])
    sound_links(desk, school_urn, stated, past=past)
    return stated | {"details": folded(details)}


def _sound_people(desk: Desk, staff_id: str, participants: list[str]) -> None:
    if desk.person(staff_id) is None:
        raise FieldRefused(staff_id="no member of staff of this trust is known by this id")
    unknown = [each for each in participants if desk.person(each) is None]
    if unknown:
        raise FieldRefused(participants=f"not known as members of staff: {', '.join(unknown)}")
