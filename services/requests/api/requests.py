"""`/v1/requests`: asked for, assessed, decided, and what came of it."""

from functools import partial
from typing import Any

from flask import Response

from services.requests.api import schemas
from services.requests.api.shapes import RequestShape, StandingShape
from services.requests.api.support import (
    ASKERS,
    act,
    check_school,
    readable,
    runtime,
    told,
    told_to_reader,
    visible_requests,
)
from services.requests.domain import asking, delivering, judging
from services.requests.domain.authority import authority_over, decide_by
from services.requests.domain.request import UNDECIDED, Request
from services.requests.identity import new_id
from shared.dates import london_day
from shared.errors import NotThere
from shared.web import reads
from shared.web.caller import current_caller
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page
from shared.web.roles import Role
from shared.web.schemas import AsKnown, CostBody, ReasonBody, given
from shared.web.scope import Reach

endpoints = Endpoints("requests", __name__, description="Requests for development")

ASSESSORS = (Role.HEADTEACHER, Role.SLT, Role.QUALITY_ASSURANCE, Role.SUBJECT_LEADER)
DECIDERS = (Role.TRUST_EXECUTIVE, Role.GOVERNOR, Role.HEADTEACHER, Role.SLT)
READERS = (Role.STAFF, Role.LINE_MANAGER, *ASSESSORS, Role.TRUST_EXECUTIVE, Role.HR_PLATFORM, Role.GOVERNOR)
ONE = "/requests/<identifier:request_id>"


@endpoints.post("/requests", *ASKERS, body=schemas.RequestBody, answer=RequestShape, status=201)
def ask(body: dict[str, Any]) -> Response:
    """Ask for development; with `draft`, begin to."""
    staff_id, school_urn = body["staff_id"], body["school_urn"]
    check_school(staff_id, school_urn)
    fields = given(body) | {"by_headteacher": _asks_as_head([staff_id, *(body.get("participants") or [])])}
    return command(
        lambda call: runtime().commands.at_desk(call, asking.ask, new_id(), **fields),
        render=told,
        reach=Reach(staff_id, school_urn),
        status=201,
    )


@endpoints.get("/requests", *READERS, query=schemas.RequestsQuery, answer=Page[RequestShape])
def list_requests(query: dict[str, Any]) -> Response:
    """Requests within reach, the first recorded first."""
    return reads.many(
        query,
        lambda after, count: visible_requests(query, after, count),
        render=lambda row: told_to_reader(row.state),
        key=lambda row: (row.first_position, row.id),
    )


@endpoints.get(ONE, *READERS, query=AsKnown, answer=RequestShape)
def get_request(query: dict[str, Any], request_id: str) -> Response:
    """One request."""
    return reads.one(query, lambda: _known(query, request_id), render=told_to_reader, reach=partial(readable, query))


@endpoints.get(f"{ONE}/standing", *READERS, query=schemas.StandingQuery, answer=StandingShape)
def get_standing(query: dict[str, Any], request_id: str) -> Response:
    """Who decides on it, by when, and for how long it has been open, on a day."""
    on = query.get("on") or london_day(runtime().clock())

    def standing(request: Request) -> StandingShape:
        settings = runtime().commands.school(request.school_urn, query.get("known_at")).settings
        open_now, asked_on = request.stage in UNDECIDED, request.submitted_on
        last = request.decisions[-1] if request.decisions else None
        by = decide_by(asked_on, settings) if asked_on is not None else None
        days = (on - asked_on).days if open_now and asked_on is not None else None
        return StandingShape(
            id=request.id,
            status=request.status,
            on=on,
            decides=authority_over(request, request.asked_pence, settings) if open_now else None,
            submitted_on=asked_on,
            decide_by=by,
            decided_on=last.decided_on if last else None,
            days_open=days if open_now else last.days_open if last else None,
            overdue=(by is not None and on > by) if open_now else bool(last and last.overdue),
        )

    return reads.one(
        query, lambda: _known(query, request_id), render=standing, reach=partial(readable, query), version=None
    )


@endpoints.put(ONE, *ASKERS, body=schemas.ChangeBody, answer=RequestShape)
def change(body: dict[str, Any], request_id: str) -> Response:
    """Ask for it otherwise, whole, before a decision; an assessment is to be made anew."""
    fields = given(body) | {"by_headteacher": _asks_as_head(body.get("participants") or [])}
    return act(request_id, asking.change, **fields)


@endpoints.post(f"{ONE}/submission", *ASKERS, body=schemas.NothingBody, answer=RequestShape)
def submit(body: dict[str, Any], request_id: str) -> Response:  # noqa: ARG001  the body has nothing to say
    """Ask for what was drafted."""
    return act(request_id, asking.submit, by_headteacher=Role.HEADTEACHER in current_caller().roles)


@endpoints.post(f"{ONE}/assessment", *ASSESSORS, body=schemas.AssessmentBody, answer=RequestShape)
def assess(body: dict[str, Any], request_id: str) -> Response:
    """Score it by the school's criteria, whole."""
    return act(request_id, judging.assess, **given(body))


@endpoints.post(f"{ONE}/recommendation", Role.SUBJECT_LEADER, Role.LINE_MANAGER, body=ReasonBody, answer=RequestShape)
def recommend(body: dict[str, Any], request_id: str) -> Response:
    """Speak for it."""
    return act(request_id, judging.recommend, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/approval", *DECIDERS, body=schemas.ApprovalBody, answer=RequestShape)
def approve(body: dict[str, Any], request_id: str) -> Response:
    """Grant it, and hold the school's share of its cost in the budget."""
    return act(request_id, judging.approve, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/decline", *DECIDERS, body=ReasonBody, answer=RequestShape)
def decline(body: dict[str, Any], request_id: str) -> Response:
    """Refuse it."""
    return act(request_id, judging.decline, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/deferral", *DECIDERS, body=ReasonBody, answer=RequestShape)
def defer(body: dict[str, Any], request_id: str) -> Response:
    """Put the decision off."""
    return act(request_id, judging.defer, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/resubmission", *ASKERS, body=ReasonBody, answer=RequestShape)
def resubmit(body: dict[str, Any], request_id: str) -> Response:
    """Ask again for what was deferred or declined."""
    return act(request_id, asking.resubmit, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/withdrawal", *ASKERS, body=ReasonBody, answer=RequestShape)
def withdraw(body: dict[str, Any], request_id: str) -> Response:
    """Ask for it no more; what is held for it is available again."""
    return act(request_id, asking.withdraw, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/appeal", *ASKERS, body=ReasonBody, answer=RequestShape)
def appeal(body: dict[str, Any], request_id: str) -> Response:
    """Ask the next authority to decide anew, once."""
    return act(request_id, asking.appeal, **given(body, without=("reason",)))


@endpoints.post(
    f"{ONE}/completion",
    *ASKERS,
    Role.SUBJECT_LEADER,
    Role.SLT,
    body=schemas.RequestCompletionBody,
    answer=RequestShape,
)
def complete(body: dict[str, Any], request_id: str) -> Response:
    """Some participants, or all, completed it; where an agreement holds it, it is completed there."""
    return act(request_id, delivering.complete, **given(body))


@endpoints.post(f"{ONE}/costs", Role.FINANCE, body=CostBody, answer=RequestShape)
def record_cost(body: dict[str, Any], request_id: str) -> Response:
    """A cost was paid; where agreements hold them, costs are recorded there."""
    return act(request_id, delivering.record_cost, **body)


@endpoints.post(f"{ONE}/refunds", Role.FINANCE, body=CostBody, answer=RequestShape)
def record_refund(body: dict[str, Any], request_id: str) -> Response:
    """The provider paid something back."""
    return act(request_id, delivering.record_refund, **body)


def _known(query: dict[str, Any], request_id: str) -> Request:
    row = runtime().requests.one(request_id, query.get("known_at"))
    if row is None:
        raise NotThere(f"there is no request {request_id}")
    return row.state


def _asks_as_head(people: list[str]) -> bool:
    """Whether a headteacher asks for themselves."""
    caller = current_caller()
    return Role.HEADTEACHER in caller.roles and caller.staff_id in people
