"""`cpd import` on a home of one's own."""

from tests.integration.importing import cpd_import, home

__all__ = ["cpd_import", "home"]
