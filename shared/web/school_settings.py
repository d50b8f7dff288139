"""`/v1/schools/{urn}/settings`: what a school sets for itself, in every service that lets it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response
from marshmallow import Schema

from shared.errors import NotThere
from shared.school import SchoolStream
from shared.schools import Schools
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.roles import Role
from shared.web.schemas import AsKnown
from shared.web.scope import Reach

SETTINGS = "/schools/<urn:school_urn>/settings"
SETTINGS_READERS = (Role.TRUST_ADMIN,)


def serve_settings(
    endpoints: Endpoints,
    commands: Callable[[], Schools[Any]],
    *,
    body: type[Schema],
    settings: Callable[[dict[str, Any]], Any],
    shape: Callable[[Any, str], Any],
    answer: Any,
) -> None:
    """Add the two endpoints. `settings` makes the settings of a body, and refuses those that are not sound."""

    @endpoints.get(SETTINGS, *SETTINGS_READERS, query=AsKnown, answer=answer)
    def get_settings(query: dict[str, Any], school_urn: str) -> Response:
        """A school's settings."""
        return reads.one(
            query,
            lambda: known_school(commands(), school_urn, query.get("known_at")),
            render=lambda school: shape(school, school_urn),
            reach=lambda _: Reach(None, school_urn),
        )

    @endpoints.put(SETTINGS, Role.TRUST_ADMIN, body=body, answer=answer)
    def put_settings(body: dict[str, Any], school_urn: str) -> Response:
        """Set a school's settings, whole: what is left out takes its default. An unknown school is known henceforth."""
        wanted = settings(body)
        return command(
            lambda call: commands().change_settings(call, school_urn, wanted),
            render=lambda school: shape(school, school_urn),
            reach=Reach(None, school_urn),
        )


def known_school(schools: Schools[Any], urn: str, known_at: datetime | None) -> SchoolStream[Any]:
    """A school as known at an instant, or now. Raises NotThere for one that was not of this trust by then."""
    school: SchoolStream[Any] = schools.school(urn, known_at)
    if not school.known:
        raise NotThere(f"there is no school {urn} in this trust")
    return school
