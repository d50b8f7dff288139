"""A log and its access log on either database."""

from tests.integration.audit.conftest import house
from tests.integration.eventstore.conftest import database

__all__ = ["database", "house"]
