"""Reports as answers: as JSON, as CSV, or as a page or PDF to be printed; as at the end of a day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask import Response

from shared.dates import london_day, next_day, start_of_london_day
from shared.documents.model import Document
from shared.tables import Report, as_csv
from shared.web import reads
from shared.web.documents import FOR_PRINT, printed
from shared.web.fields import AcademicYear, Day, Urn
from shared.web.schemas import Query, choice

R = TypeVar("R")
CSV = "csv"
FORMATS = ("json", CSV, *FOR_PRINT)


class ReportQuery(Query):
    """As at the end of a day; today where absent."""

    school_urn = Urn()
    academic_year = AcademicYear()
    on = Day()
    format = choice(FORMATS, load_default="json")


def as_at(query: Mapping[str, Any], now: datetime) -> tuple[date, datetime]:
    """The day asked for, or today, and the last instant of it that has been."""
    on = query.get("on") or london_day(now)
    return on, min(now, start_of_london_day(next_day(on)) - timedelta(microseconds=1))


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
