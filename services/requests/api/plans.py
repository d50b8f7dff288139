"""`/v1/priorities` and `/v1/needs`: what the school's plan is after, and what people and school need for it."""

from typing import Any
from uuid import UUID

from flask import Response

from services.requests.api import school_schemas as schemas
from services.requests.api.school_shapes import NeedShape, PriorityShape, need_shape, priority_shape
from services.requests.api.support import check_school, of_callers_schools, open_to_staff, runtime
from services.requests.domain.needing import identify
from services.requests.identity import new_id
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, read_many, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown, given
from shared.web.scope import Reach

endpoints = Endpoints("plans", __name__, description="Priorities of the plan, and needs")

PLANNERS = (Role.HEADTEACHER, Role.SLT, Role.QUALITY_ASSURANCE, Role.SUBJECT_LEADER)
PRIORITY_READERS = (Role.STAFF, Role.LINE_MANAGER, *PLANNERS, Role.GOVERNOR)
NEED_READERS = (Role.STAFF, *PLANNERS)
PRIORITY = "/priorities/<identifier:priority_id>"


@endpoints.post("/priorities", *PLANNERS, body=schemas.PriorityBody, answer=PriorityShape, status=201)
def adopt(body: dict[str, Any]) -> Response:
    """The plan of a year takes a priority up."""
    check_school(None, body["school_urn"])
    return command(
        lambda call: runtime().commands.adopt_priority(call, UUID(new_id()), **given(body)),
        render=priority_shape,
        reach=Reach(None, body["school_urn"]),
        status=201,
    )


@endpoints.get("/priorities", *PRIORITY_READERS, query=schemas.PrioritiesQuery, answer=Page[PriorityShape])
def list_priorities(query: dict[str, Any]) -> Response:
    """Priorities of the caller's schools, the first adopted first."""
    return of_callers_schools(runtime().priorities, query, priority_shape, plan_year=query.get("plan_year"))


@endpoints.get(PRIORITY, *PRIORITY_READERS, query=AsKnown, answer=PriorityShape)
def get_priority(query: dict[str, Any], priority_id: str) -> Response:
    """One priority."""
    return read_one(runtime().priorities, priority_id, query, priority_shape, reach=open_to_staff)


@endpoints.put(PRIORITY, *PLANNERS, body=schemas.PriorityRevisionBody, answer=PriorityShape)
def revise(body: dict[str, Any], priority_id: str) -> Response:
    """Say it otherwise."""
    return _act(priority_id, lambda stream: stream.revise(**given(body)))


@endpoints.post(f"{PRIORITY}/retirement", *PLANNERS, body=schemas.RetirementBody, answer=PriorityShape)
def retire(body: dict[str, Any], priority_id: str) -> Response:
    """Take it out of the plan: no further request is linked to it."""
    return _act(priority_id, lambda stream: stream.retire(body.get("reason") or ""))


@endpoints.post("/needs", Role.STAFF, *PLANNERS, body=schemas.NeedBody, answer=NeedShape, status=201)
def register(body: dict[str, Any]) -> Response:
    """Register a need, of a person or (without `staff_id`) of the school."""
    check_school(body.get("staff_id"), body["school_urn"])
    return command(
        lambda call: runtime().commands.at_desk(call, identify, new_id(), **given(body)),
        render=need_shape,
        reach=Reach(body.get("staff_id"), body["school_urn"]),
        status=201,
    )


@endpoints.get("/needs", *NEED_READERS, query=schemas.NeedsQuery, answer=Page[NeedShape])
def list_needs(query: dict[str, Any]) -> Response:
    """Needs within reach, the first registered first; `status=open` are those that nobody has asked training for."""
    return read_many(runtime().needs, query, need_shape)


@endpoints.get("/needs/<identifier:need_id>", *NEED_READERS, query=AsKnown, answer=NeedShape)
def get_need(query: dict[str, Any], need_id: str) -> Response:
    """One need."""
    return read_one(runtime().needs, need_id, query, need_shape)


def _act(priority_id: str, execute: Any) -> Response:
    return command(
        lambda call: runtime().commands.on_priority(call, priority_id, execute),
        render=priority_shape,
        reach=lambda priority: Reach(None, priority.school_urn),
    )
