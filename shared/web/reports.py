"""Reports as answers: as JSON, as CSV, or as a page or PDF to be printed; as at the end of a day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from flask import Response

from shared.as_at import AsAt, as_at
from shared.documents.model import Document
from shared.tables import Report, as_csv
from shared.web import reads
from shared.web.documents import FOR_PRINT, printed
from shared.web.fields import Day, Urn
from shared.web.schemas import AsAuditorsKnow, choice

R = TypeVar("R")
CSV = "csv"
FORMATS = ("json", CSV, *FOR_PRINT)


class ReportQuery(AsAuditorsKnow):
    """As at the end of a day; today where absent."""

    school_urn = Urn()
    on = Day()
    format = choice(FORMATS, load_default="json")


def asked_as_at(query: Mapping[str, Any], now: datetime) -> AsAt:
    """As when a `ReportQuery` asks for a report."""
    return as_at(query.get("on"), query.get("known_at"), now)


def told(
    query: Mapping[str, Any],
    make: Callable[[], R],
    as_document: Callable[[R, date], Document],
    *,
    on: date,
    as_table: Callable[[R], Report] | None = None,
) -> Response:
    """The report in the format asked for. `as_table` makes a table of what is none, for CSV."""
    if query["format"] == "json":
        return reads.figures(query, make)
    position = reads.settled(query)
    made = make()
    if query["format"] != CSV:
        return printed(as_document(made, on), query["format"], position)
    headers = {"Cpd-Position": str(position), "X-Content-Type-Options": "nosniff"}
    table: Any = made if as_table is None else as_table(made)
    return Response(as_csv(table), 200, headers, content_type="text/csv; charset=utf-8")
