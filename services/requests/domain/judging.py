"""Commands of those who judge: assess, recommend, approve, decline, defer."""

from collections.abc import Callable
from typing import Any

from services.requests.domain.asking import undecided
from services.requests.domain.authority import authority_to_decide, decide_by
from services.requests.domain.buying import draw
from services.requests.domain.criteria import CURRENT, sound_scores, unscored
from services.requests.domain.desk import Desk
from services.requests.domain.granting import granted, percent_of
from services.requests.domain.linking import leave
from services.requests.domain.request import Request
from services.requests.domain.request_facts import (
    RequestApproved,
    RequestAssessed,
    RequestDecided,
    RequestDeclined,
    RequestDeferred,
    RequestRecommended,
)
from services.requests.domain.shares import schools_share_pence
from services.requests.domain.texts import folded
from services.requests.domain.words import Authority, Funding
from shared.errors import FieldRefused, StateForbids


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
    percent = percent_of(funding, funded_percent)
    cost = schools_share_pence([line.amount_pence for line in request.cost_lines], percent)
    authority = _deciding(desk, request, cost)
    for rule in BEFORE_APPROVAL:
        rule(request)
    fields = granted(desk, request, funding, percent)
    desk.budget(request.school_urn, fields["academic_year"]).commit(request.id, fields["committed_pence"], percent)
    draw(desk, request)
    _decide(desk, request, RequestApproved, authority, below_threshold=_is_below_threshold(request), **fields)
    return request


def decline(desk: Desk, request_id: str) -> Request:
    """Refuse it, with a reason. Raises AlreadyDecided and whatever authority asks for."""
    request = desk.request(request_id)
    authority = _deciding(desk, request, request.asked_pence)
    _decide(desk, request, RequestDeclined, authority)
    leave(desk, request)
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


def _is_below_threshold(request: Request) -> bool:
    return request.assessment is not None and request.assessment.total < request.assessment.threshold


def _not_their_own(desk: Desk, request: Request) -> None:
    act = desk.act
    if act.staff_id is not None and act.staff_id == request.staff_id:
        raise OwnAssessment(f"a {act.role} does not judge a request of their own")
