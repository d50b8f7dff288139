"""`/v1/programmes`: what a school plans for an academic year, adopted, revised, closed, and what became of it."""

from typing import Any

from flask import Response

from services.requests.api import school_schemas as schemas
from services.requests.api.plans import PLANNERS, PRIORITY_READERS
from services.requests.api.schemas import NothingBody
from services.requests.api.school_shapes import ProgrammeShape, programme_shape
from services.requests.api.support import check_school, of_callers_schools, open_to_staff, runtime
from services.requests.domain import planning
from services.requests.domain.programme import programme_id
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown
from shared.web.scope import Reach

endpoints = Endpoints("programmes", __name__, description="Annual programmes")

READERS = (*PRIORITY_READERS, Role.FINANCE, Role.TRUST_EXECUTIVE)
ONE = "/programmes/<urn:school_urn>/<year:academic_year>"


@endpoints.get("/programmes", *READERS, query=schemas.ProgrammesQuery, answer=Page[ProgrammeShape])
def list_programmes(query: dict[str, Any]) -> Response:
    """Programmes of the caller's schools, the first planned first."""
    year = query.get("academic_year")
    return of_callers_schools(runtime().programmes, query, programme_shape, academic_year=year)


@endpoints.get(ONE, *READERS, query=AsKnown, answer=ProgrammeShape)
def get_programme(query: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """A school's programme of a year, with what became of each item."""
    id_ = programme_id(school_urn, academic_year)
    return read_one(runtime().programmes, id_, query, programme_shape, reach=open_to_staff)


@endpoints.put(ONE, *PLANNERS, body=schemas.ProgrammeBody, answer=ProgrammeShape)
def plan(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """Say what is planned, whole; of a programme that is adopted, with a reason."""
    said = {"items": body["items"], "because": body.get("reason") or ""}
    return _act(school_urn, academic_year, planning.plan, **said)


@endpoints.post(f"{ONE}/adoption", Role.HEADTEACHER, body=NothingBody, answer=ProgrammeShape)
def adopt(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:  # noqa: ARG001  nothing more to say
    """Take the programme as the school's: from now on a request off it is marked as emergent."""
    return _act(school_urn, academic_year, planning.adopt)


@endpoints.post(f"{ONE}/closure", Role.HEADTEACHER, body=schemas.RetirementBody, answer=ProgrammeShape)
def close(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """End the year: what was planned and not done is listed."""
    return _act(school_urn, academic_year, planning.close, because=body.get("reason") or "")


def _act(school_urn: str, academic_year: str, execute: Any, **fields: Any) -> Response:
    check_school(None, school_urn)
    return command(
        lambda call: runtime().commands.on_programme(call, school_urn, academic_year, execute, **fields),
        render=programme_shape,
        reach=Reach(None, school_urn),
        reason="",
    )
