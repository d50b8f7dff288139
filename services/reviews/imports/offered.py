"""What `cpd import` brings into this service."""

from services.reviews.runtime import NAME, open_runtime
from shared.imports import staff
from shared.imports.offered import Offered
from shared.imports.staff_streams import staff_import

OFFERED = (Offered(NAME, staff.NAME, staff.HELP, open_runtime, staff_import),)
