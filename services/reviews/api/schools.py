"""`/v1/schools/{urn}/settings`: what is to be passed on at a school."""

from services.reviews.api import schemas
from services.reviews.api.shapes import SettingsShape, settings_shape
from services.reviews.api.support import runtime
from services.reviews.domain.school import SchoolSettings
from shared.web.endpoints import Endpoints
from shared.web.school_settings import serve_settings

endpoints = Endpoints("schools", __name__, description="Settings of a school")

serve_settings(
    endpoints,
    lambda: runtime().commands,
    body=schemas.SettingsBody,
    settings=lambda body: SchoolSettings(**body),
    shape=settings_shape,
    answer=SettingsShape,
)
