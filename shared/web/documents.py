"""Documents as answers: a page, or a PDF."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from flask import Response

from shared.documents.model import Document
from shared.documents.page import as_page
from shared.documents.pdf import as_pdf
from shared.errors import NotThere
from shared.projections.query import Versions
from shared.web.endpoints import json_schema
from shared.web.reads import settled
from shared.web.scope import Reach, acting_role

S = TypeVar("S", bound=msgspec.Struct)

PAGE, PDF = "html", "pdf"
FOR_PRINT = (PAGE, PDF)
"""What a query's `format` may ask for beside the data."""
TEXT = {"schema": {"type": "string"}}


def formats(shape: type, *others: str) -> dict[str, Any]:
    """The responses of an endpoint that answers with a shape, in other media types, or to be printed, for OpenAPI."""
    content = {"application/json": {"schema": json_schema(shape)}, **dict.fromkeys((*others, "text/html"), TEXT)}
    content["application/pdf"] = {"schema": {"type": "string", "format": "binary"}}
    return {"200": {"description": "As data, or as a page or PDF to be printed, by `format`.", "content": content}}


def print_one(
    versions: Versions[S],
    resource_id: str,
    query: dict[str, Any],
    made: Callable[[S], Document],
    reach: Callable[[S], Reach],
) -> Response:
    """One resource as known at the instant asked for, as a document. Raises NotThere."""
    position = settled(query)
    row = versions.one(resource_id, query.get("known_at"))
    if row is None:
        raise NotThere(f"there is no {resource_id}")
    acting_role(reach(row.state))
    return printed(made(row.state), query["format"], position)


def printed(made: Document, format_: str, position: int) -> Response:
    """The document as one of `FOR_PRINT`, as the log stood at a position. Nothing in it is run, whatever it says."""
    headers = {
        "Cpd-Position": str(position),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    if format_ == PDF:
        return Response(as_pdf(made), 200, headers, content_type="application/pdf")
    return Response(as_page(made), 200, headers, content_type="text/html; charset=utf-8")
