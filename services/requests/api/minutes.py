"""`/v1/minutes`: where the governing body's minutes say what was reported to it."""

from typing import Any
from uuid import UUID

from flask import Response

from services.requests.api import school_schemas as schemas
from services.requests.api.school_shapes import MinuteShape, minute_shape
from services.requests.api.support import check_school, runtime
from services.requests.domain.minute import Minute
from services.requests.identity import new_id
from shared.projections.query import Believed
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, read_one, within_reach
from shared.web.roles import Role
from shared.web.schemas import AsKnown
from shared.web.scope import Reach

endpoints = Endpoints("minutes", __name__, description="References to the minutes of governing-body meetings")

KEEPERS = (Role.GOVERNOR, Role.HEADTEACHER)
READERS = (*KEEPERS, Role.SLT, Role.FINANCE, Role.QUALITY_ASSURANCE, Role.TRUST_EXECUTIVE)
ONE = "/minutes/<identifier:minute_id>"


@endpoints.post("/minutes", *KEEPERS, body=schemas.MinuteBody, answer=MinuteShape, status=201)
def record(body: dict[str, Any]) -> Response:
    """Refer to the minutes of a meeting to which something was reported."""
    school_urn = body["school_urn"]
    check_school(None, school_urn)
    said = {name: value for name, value in body.items() if name != "school_urn"}
    return command(
        lambda call: runtime().commands.on_minute(call, UUID(new_id()), lambda one: one.note(school_urn, **said)),
        render=minute_shape,
        reach=Reach(None, school_urn),
        status=201,
    )


@endpoints.get("/minutes", *READERS, query=schemas.MinutesQuery, answer=Page[MinuteShape])
def list_minutes(query: dict[str, Any]) -> Response:
    """References within reach, the first recorded first; `reported` lists those to one report."""

    def fetch(after: Any, count: int) -> list[Believed[Minute]]:
        which, reported, year = within_reach(query), query.get("reported"), query.get("academic_year")
        rows = [] if which is None else runtime().minutes.as_known(query.get("known_at"), which)
        those = [
            row
            for row in rows
            if (reported is None or reported in row.state.reported) and year in (None, row.state.academic_year)
        ]
        return [row for row in those if after is None or (row.first_position, row.id) > tuple(after)][:count]

    return reads.many(
        query, fetch, render=lambda row: minute_shape(row.state), key=lambda row: (row.first_position, row.id)
    )


@endpoints.get(ONE, *READERS, query=AsKnown, answer=MinuteShape)
def get_minute(query: dict[str, Any], minute_id: str) -> Response:
    """One reference."""
    return read_one(runtime().minutes, minute_id, query, minute_shape, reach=_reach)


@endpoints.put(ONE, *KEEPERS, body=schemas.MinuteCorrectionBody, answer=MinuteShape)
def correct(body: dict[str, Any], minute_id: str) -> Response:
    """Refer to them otherwise, whole, with a reason."""
    said = {name: value for name, value in body.items() if name != "reason"}
    return command(
        lambda call: runtime().commands.correct_minute(call, minute_id, body["reason"], **said),
        render=minute_shape,
        reach=_reach,
        reason="",
    )


def _reach(minute: Minute) -> Reach:
    return Reach(None, minute.school_urn)
