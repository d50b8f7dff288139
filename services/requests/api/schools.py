"""`/v1/schools/{urn}/settings` and `/arrangements`: what a school sets, and what every member of staff may know."""

from typing import Any, get_args

from flask import Response

from services.requests.api import schemas
from services.requests.api.shapes import ArrangementsShape, SettingsShape, priority_shape, settings_shape
from services.requests.api.support import runtime
from services.requests.domain.criteria import CRITERIA, CURRENT, HIGHEST
from services.requests.domain.school import School, SchoolSettings, sound_settings
from services.requests.domain.words import NeedSource, Purpose
from shared.errors import NotThere
from shared.projections.query import Which
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.roles import Role
from shared.web.schemas import AsKnown, Query
from shared.web.scope import Reach
from shared.words import ActivityType

endpoints = Endpoints("schools", __name__, description="Settings and arrangements of a school")

SETTINGS = "/schools/<urn:school_urn>/settings"
EVERYBODY = tuple(role for role in Role if role is not Role.AUDITOR)


@endpoints.get(SETTINGS, Role.TRUST_ADMIN, query=Query, answer=SettingsShape)
def get_settings(query: dict[str, Any], school_urn: str) -> Response:
    """A school's settings."""
    return reads.one(
        query,
        lambda: _known(school_urn),
        render=lambda school: settings_shape(school, school_urn),
        reach=lambda _: Reach(None, school_urn),
    )


@endpoints.put(SETTINGS, Role.TRUST_ADMIN, body=schemas.SettingsBody, answer=SettingsShape)
def put_settings(body: dict[str, Any], school_urn: str) -> Response:
    """Set a school's settings, whole: what is left out takes its default. An unknown school is known from now on."""
    settings = SchoolSettings(**body)
    sound_settings(settings)
    return command(
        lambda call: runtime().commands.change_settings(call, school_urn, settings),
        render=lambda school: settings_shape(school, school_urn),
        reach=Reach(None, school_urn),
    )


@endpoints.get("/schools/<urn:school_urn>/arrangements", *EVERYBODY, query=AsKnown, answer=ArrangementsShape)
def get_arrangements(query: dict[str, Any], school_urn: str) -> Response:
    """How development is asked for and decided here: criteria, limits, deadline, priorities."""

    def arrangements() -> ArrangementsShape:
        settings = _known(school_urn).settings
        live = runtime().priorities.as_known(query.get("known_at"), Which(school_urns=[school_urn], status=["live"]))
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
            purposes=list(get_args(Purpose)),
            need_sources=list(get_args(NeedSource)),
            activity_types=list(get_args(ActivityType)),
            priorities=[priority_shape(row.state) for row in live],
        )

    return reads.figures(query, arrangements)


def _known(school_urn: str) -> School:
    school = runtime().commands.school(school_urn)
    if not school.known:
        raise NotThere(f"there is no school {school_urn} in this trust")
    return school
