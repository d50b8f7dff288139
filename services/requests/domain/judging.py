"""Commands of those who judge: assess, recommend, approve, decline, defer."""

from collections.abc import Callable
from typing import Any

from services.requests.domain.asking import left, undecided
from services.requests.domain.authority import authority_to_decide, decide_by
from services.requests.domain.criteria import CURRENT, sound_scores, unscored
from services.requests.domain.desk import Desk
from services.requests.domain.request import Request, Share
from services.requests.domain.request_facts import (
    RequestApproved,
    RequestAssessed,
    RequestDecided,
    RequestDeclined,
    RequestDeferred,
    RequestRecommended,
)
from services.requests.domain.shares import schools_share_pence, shared_equally
from services.requests.domain.texts import folded
from services.requests.domain.words import Authority, Funding
from shared.checks import sound_share
from shared.dates import academic_year
from shared.errors import FieldRefused, StateForbids

PERCENT: dict[Funding, int] = {"full": 100, "none": 0}


class NotAssessed(StateForbids):
    """A criterion without a score blocks approval."""


class OwnAssessment(StateForbids):
    """No one assesses or recommends what they themselves ask for."""


def assess(desk: Desk, request_id: str, *, scores: dict[str, int], notes: dict[str, str] | None = None) -> Request:
    """Score the request, whole, by the criteria of today. Raises FieldRefused, AlreadyDecided, OwnAssessment."""
    request = desk.request(request_id)
    undecided(request)
    _not_their_own(desk, request)
    sound_scores(scores, notes or {})
    desk.record(
        request,
        RequestAssessed,
        criteria_version=CURRENT,
        scores=scores,
        notes=folded(notes or {}),
        total=sum(scores.values()),
        threshold=desk.settings(request.school_urn).assessment_threshold,
    )
    return request


def recommend(desk: Desk, request_id: str) -> Request:
    """Speak for the request. Raises AlreadyDecided, OwnAssessment."""
    request = desk.request(request_id)
    undecided(request)
    _not_their_own(desk, request)
    desk.record(request, RequestRecommended)
    return request


def approve(desk: Desk, request_id: str, *, funding: Funding, funded_percent: int | None = None) -> Request:
    """Grant it and hold its money, both or neither. Raises FieldRefused and whatever is said before an approval."""
    request = desk.request(request_id)
    percent = _percent(funding, funded_percent)
    cost = schools_share_pence([line.amount_pence for line in request.cost_lines], percent)
    authority = _deciding(desk, request, cost)
    for rule in BEFORE_APPROVAL:
        rule(request)
    year = academic_year(request.starts_on)
    fields = {
        "funding": funding,
        "funded_percent": percent,
        "committed_pence": cost,
        "academic_year": year,
        "title": request.title,
        "activity_type": request.activity_type,
        "starts_on": request.starts_on,
        "ends_on": request.ends_on,
        "shares": _shares(desk, request),
        "mandatory": request.mandatory,
        "apprenticeship": request.apprenticeship,
    }
    desk.budget(request.school_urn, year).commit(request.id, cost, percent)
    _decide(desk, request, RequestApproved, authority, below_threshold=_is_below_threshold(request), **fields)
    return request


def decline(desk: Desk, request_id: str) -> Request:
    """Refuse it, with a reason. Raises AlreadyDecided and whatever authority asks for."""
    request = desk.request(request_id)
    authority = _deciding(desk, request, request.asked_pence)
    _decide(desk, request, RequestDeclined, authority)
    left(desk, request)
    return request


def defer(desk: Desk, request_id: str) -> Request:
    """Put the decision off, with a reason. Raises AlreadyDecided and whatever authority asks for."""
    request = desk.request(request_id)
    authority = _deciding(desk, request, request.asked_pence)
    _decide(desk, request, RequestDeferred, authority)
    return request


def every_criterion_is_scored(request: Request) -> None:
    """Raises NotAssessed."""
    if request.assessment is None:
        raise NotAssessed("it was not assessed by the criteria")
    if missing := unscored(request.assessment.scores, request.assessment.criteria_version):
        raise NotAssessed(f"these criteria have no score: {', '.join(missing)}")


BEFORE_APPROVAL: tuple[Callable[[Request], None], ...] = (every_criterion_is_scored,)


def _deciding(desk: Desk, request: Request, cost_pence: int) -> Authority:
    """With which authority the caller decides; a reason is always given."""
    undecided(request)
    authority = authority_to_decide(desk, request, cost_pence)
    if not desk.act.reason:
        raise FieldRefused(reason="a decision says why")
    return authority


def _decide(desk: Desk, request: Request, fact: type[RequestDecided], authority: Authority, **fields: Any) -> None:
    asked_on = request.submitted_on or desk.act.today
    settings = desk.settings(request.school_urn)
    desk.record(
        request,
        fact,
        authority=authority,
        days_open=(desk.act.today - asked_on).days,
        overdue=desk.act.today > decide_by(asked_on, settings),
        on_appeal=request.stage == "appealed",
        **fields,
    )


def _percent(funding: Funding, funded_percent: int | None) -> int:
    """The school's share. Raises FieldRefused."""
    if funding != "part":
        if funded_percent not in (None, PERCENT[funding]):
            raise FieldRefused(funded_percent=f"is {PERCENT[funding]} where funding is {funding}")
        return PERCENT[funding]
    if funded_percent is None or not 0 < funded_percent < 100:
        raise FieldRefused(funded_percent="must lie between 1 and 99 where funding is part")
    sound_share(funded_percent)
    return funded_percent


def _shares(desk: Desk, request: Request) -> list[Share]:
    parts = shared_equally(request.cost_lines, len(request.participants))
    shares = []
    for staff_id, lines in zip(request.participants, parts, strict=True):
        person = desk.person(staff_id)
        if person is None:
            raise FieldRefused(participants=f"{staff_id} is not known as a member of staff")
        employed = person.current
        share = Share(
            staff_id=staff_id, employment_id=employed.id, employed_since=employed.started_on, cost_lines=lines
        )
        shares.append(share)
    return shares


def _is_below_threshold(request: Request) -> bool:
    return request.assessment is not None and request.assessment.total < request.assessment.threshold


def _not_their_own(desk: Desk, request: Request) -> None:
    act = desk.act
    if act.staff_id is not None and act.staff_id == request.staff_id:
        raise OwnAssessment(f"a {act.role} does not judge a request of their own")
