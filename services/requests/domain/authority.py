"""Who may decide on a request: by its cost, by whose it is, by delegation, and never in an affair of one's own."""

from datetime import date, timedelta
from typing import get_args

from services.requests.domain.desk import Desk
from services.requests.domain.request import Request
from services.requests.domain.school import SchoolSettings
from services.requests.domain.words import Authority
from shared.errors import NotAllowed, StateForbids
from shared.eventstore.fact import Act

AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
"""From the least to the highest: each may decide what those before it may."""


class OwnRequest(StateForbids):
    """No one decides on a request of their own, or one in which they take part."""


class RecommendedByTheSamePerson(StateForbids):
    """Who recommended a request does not decide on it."""


class DecidedByTheSamePerson(StateForbids):
    """An appeal is decided by someone else than who declined."""


class BeyondTheirLimit(NotAllowed):
    """The decision is another authority's."""


def authority_at(cost_pence: int, settings: SchoolSettings) -> Authority:
    """The least authority that decides at a cost, each limit included."""
    if cost_pence <= settings.slt_limit_pence:
        return "slt"
    return "headteacher" if cost_pence <= settings.headteacher_limit_pence else "governor"


def authority_over(request: Request, cost_pence: int, settings: SchoolSettings) -> Authority:
    """The least authority over a request: a head's own is the trust executive's, an appeal the next one's."""
    if is_of_headteacher(request, settings):
        return "trust_executive"
    needed = AUTHORITIES.index(authority_at(cost_pence, settings))
    if request.stage == "appealed":
        declined = max(AUTHORITIES.index(each.authority) for each in request.decisions if each.outcome == "declined")
        needed = max(needed, min(declined + 1, len(AUTHORITIES) - 1))
    return AUTHORITIES[needed]


def is_of_headteacher(request: Request, settings: SchoolSettings) -> bool:
    """Whether a headteacher asks, or takes part."""
    return request.by_headteacher or settings.headteacher_id in (request.staff_id, *request.participants)


def authorities_of(act: Act, settings: SchoolSettings) -> list[Authority]:
    """With which authority someone acts on this day: that of their role, and those delegated to them."""
    delegated = [
        each.from_role
        for each in settings.delegations
        if each.to_staff_id == act.staff_id and each.from_day <= act.today <= each.to_day
    ]
    return [authority for authority in AUTHORITIES if authority == act.role or authority in delegated]


def authority_to_decide(desk: Desk, request: Request, cost_pence: int) -> Authority:
    """The authority with which the caller decides at this cost. Raises BeyondTheirLimit, OwnRequest and its kin."""
    act, settings = desk.act, desk.settings(request.school_urn)
    if act.staff_id is not None and act.staff_id in (request.staff_id, *request.participants):
        raise OwnRequest("no one decides on a request of their own")
    if request.recommendation is not None and request.recommendation.recommended_by == act.actor:
        raise RecommendedByTheSamePerson("who recommended it does not decide")
    decliners = {each.decided_by for each in request.decisions if each.outcome == "declined"}
    if request.stage == "appealed" and act.actor in decliners:
        raise DecidedByTheSamePerson("an appeal is decided by someone else")
    return _held(act, settings, authority_over(request, cost_pence, settings), cost_pence)


def authority_to_spend(desk: Desk, school_urn: str, price_pence: int) -> Authority:
    """The authority with which the caller spends so much of a school's money. Raises BeyondTheirLimit."""
    settings = desk.settings(school_urn)
    return _held(desk.act, settings, authority_at(price_pence, settings), price_pence)


def _held(act: Act, settings: SchoolSettings, needed: Authority, cost_pence: int) -> Authority:
    """The authority that is held, if it is enough. Raises BeyondTheirLimit."""
    held = authorities_of(act, settings)
    if not held or AUTHORITIES.index(held[-1]) < AUTHORITIES.index(needed):
        raise BeyondTheirLimit(f"at {cost_pence} pence this is decided by the {needed.replace('_', ' ')} or above")
    return held[-1]


def decide_by(submitted_on: date, settings: SchoolSettings) -> date:
    """The last day on which a decision is in time."""
    return submitted_on + timedelta(days=settings.decision_days)
