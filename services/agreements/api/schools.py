"""`/v1/schools/{urn}/settings`: what a school sets for itself."""

from typing import Any

import msgspec
from flask import Response

from services.agreements.api import schemas
from services.agreements.api.shapes import SettingsShape, settings_shape
from services.agreements.api.support import runtime
from services.agreements.domain.agreeing import merged
from services.agreements.domain.school import SchoolSettings, sound_settings
from shared.errors import NotThere
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.roles import Role
from shared.web.schemas import Query
from shared.web.scope import Reach

endpoints = Endpoints("schools", __name__, description="Settings of a school")

SETTINGS = "/schools/<urn:school_urn>/settings"


@endpoints.get(SETTINGS, Role.TRUST_ADMIN, query=Query, answer=SettingsShape)
def get_settings(query: dict[str, Any], school_urn: str) -> Response:
    """A school's settings."""

    def find() -> Any:
        school = runtime().commands.school(school_urn)
        if not school.known:
            raise NotThere(f"there is no school {school_urn} in this trust")
        return school

    return reads.one(
        query,
        find,
        render=lambda school: settings_shape(school, school_urn),
        reach=lambda _: Reach(None, school_urn),
    )


@endpoints.put(SETTINGS, Role.TRUST_ADMIN, body=schemas.SettingsBody, answer=SettingsShape)
def put_settings(body: dict[str, Any], school_urn: str) -> Response:
    """Set a school's settings, whole: what is left out takes its default. An unknown school is known from now on."""
    terms = merged(SchoolSettings().default_terms, body.pop("default_terms", msgspec.UNSET))
    settings = SchoolSettings(default_terms=terms or SchoolSettings().default_terms, **body)
    sound_settings(settings)
    return command(
        lambda call: runtime().commands.change_settings(call, school_urn, settings),
        render=lambda school: settings_shape(school, school_urn),
        reach=Reach(None, school_urn),
    )
