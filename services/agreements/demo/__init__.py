"""A small trust to look around in: two years of agreements and leavers, recorded as if they had happened."""

from services.agreements.demo.recording import seed
from shared.demo.people import CASTLE_HILL, HEADS

SCHOOL_URN = CASTLE_HILL
HEADTEACHER_ID = HEADS[CASTLE_HILL]
STAFF_ID = "S031"
"""Someone of that school with two agreements of which a part is still repayable."""

__all__ = ["HEADTEACHER_ID", "SCHOOL_URN", "STAFF_ID", "seed"]
