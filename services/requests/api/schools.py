"""`/v1/schools/{urn}/settings` and `/arrangements`: what a school sets, and what every member of staff may know."""

from typing import Any, get_args

from flask import Response

from services.requests.api import school_schemas as schemas
from services.requests.api.school_shapes import (
    ArrangementsShape,
    SettingsShape,
    WorkforceShape,
    priority_shape,
    settings_shape,
    workforce_shape,
)
from services.requests.api.support import check_school, runtime
from services.requests.domain.criteria import CRITERIA, CURRENT, HIGHEST
from services.requests.domain.school import SchoolSettings, sound_settings
from services.requests.domain.words import NeedSource, Purpose
from services.requests.domain.workforce import workforce_id
from shared.dates import london_day
from shared.projections.query import Which
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown
from shared.web.school_settings import known_school, serve_settings
from shared.web.scope import Reach
from shared.words import ActivityType

endpoints = Endpoints("schools", __name__, description="Settings and arrangements of a school")

WORKFORCE = "/schools/<urn:school_urn>/workforce/<year:academic_year>"
WORKFORCE_READERS = (Role.HR_PLATFORM,)
EVERYBODY = tuple(role for role in Role if role is not Role.AUDITOR)


def _settings(body: dict[str, Any]) -> SchoolSettings:
    settings = SchoolSettings(**body)
    sound_settings(settings)
    return settings


serve_settings(
    endpoints,
    lambda: runtime().commands,
    body=schemas.SettingsBody,
    settings=_settings,
    shape=settings_shape,
    answer=SettingsShape,
)


@endpoints.get(WORKFORCE, *WORKFORCE_READERS, query=AsKnown, answer=WorkforceShape)
def get_workforce(query: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """What the HR platform itself told; everybody else reads it in figures, without small groups."""
    id_ = workforce_id(school_urn, academic_year)
    return read_one(runtime().workforce, id_, query, workforce_shape, reach=lambda _: Reach(None, school_urn))


@endpoints.put(WORKFORCE, Role.HR_PLATFORM, body=schemas.WorkforceBody, answer=WorkforceShape)
def put_workforce(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """Tell how many people there are in groups, whole: in totals, of nobody."""
    check_school(None, school_urn)
    return command(
        lambda call: runtime().commands.count_workforce(call, school_urn, academic_year, **body),
        render=workforce_shape,
        reach=Reach(None, school_urn),
        reason="",
    )


@endpoints.get("/schools/<urn:school_urn>/arrangements", *EVERYBODY, query=AsKnown, answer=ArrangementsShape)
def get_arrangements(query: dict[str, Any], school_urn: str) -> Response:
    """How development is asked for and decided here: criteria, limits, deadline, priorities."""

    def arrangements() -> ArrangementsShape:
        known_at = query.get("known_at")
        settings = known_school(runtime().commands, school_urn, known_at).settings
        today = london_day(known_at or runtime().clock())
        live = runtime().priorities.as_known(known_at, Which(school_urns=[school_urn], status=["live"]))
        return ArrangementsShape(
            school_urn=school_urn,
            name=settings.name,
            criteria_version=CURRENT,
            criteria=list(CRITERIA[CURRENT]),
            highest_score=HIGHEST,
            assessment_threshold=settings.assessment_threshold,
            slt_limit_pence=settings.slt_limit_pence,
            headteacher_limit_pence=settings.headteacher_limit_pence,
            decision_days=settings.decision_days,
            delegations=[each for each in settings.delegations if each.to_day >= today],
            purposes=list(get_args(Purpose)),
            need_sources=list(get_args(NeedSource)),
            activity_types=list(get_args(ActivityType)),
            priorities=[priority_shape(row.state) for row in live],
        )

    return reads.figures(query, arrangements)
