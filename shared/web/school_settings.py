"""`/v1/schools/{urn}/settings`: what a school sets for itself, in every service that lets it."""

from collections.abc import Callable
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
from shared.web.schemas import Query
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

    @endpoints.get(SETTINGS, *SETTINGS_READERS, query=Query, answer=answer)
    def get_settings(query: dict[str, Any], school_urn: str) -> Response:
        """A school's settings."""
        return reads.one(
            query,
            lambda: known_school(commands(), school_urn),
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


def known_school(schools: Schools[Any], urn: str) -> SchoolStream[Any]:
    """Raises NotThere for a school that is not of this trust."""
    school: SchoolStream[Any] = schools.school(urn)
    if not school.known:
        raise NotThere(f"there is no school {urn} in this trust")
    return school
