"""`X-Correlation-Id`: what ties together all that follows from one outside request."""

import re
from uuid import uuid4

from flask import g, request

from shared.web.patterns import IDENTIFIER

HEADER = "X-Correlation-Id"


def correlation_id() -> str:
    """The caller's id where it is one, else a new one; the same for the whole request."""
    if "correlation_id" not in g:
        given = request.headers.get(HEADER, "")
        g.correlation_id = given if re.fullmatch(IDENTIFIER, given) else str(uuid4())
    found: str = g.correlation_id
    return found
