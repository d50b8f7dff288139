"""`/v1/schools/{urn}/settings`: what a school sets for itself."""

from typing import Any

import msgspec

from services.agreements.api import schemas
from services.agreements.api.shapes import SettingsShape, settings_shape
from services.agreements.api.support import runtime
from services.agreements.domain.agreeing import merged
from services.agreements.domain.school import SchoolSettings, sound_settings
from shared.web.endpoints import Endpoints
from shared.web.school_settings import serve_settings

endpoints = Endpoints("schools", __name__, description="Settings of a school")


def _settings(body: dict[str, Any]) -> SchoolSettings:
    terms = merged(SchoolSettings().default_terms, body.pop("default_terms", msgspec.UNSET))
    settings = SchoolSettings(default_terms=terms or SchoolSettings().default_terms, **body)
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
