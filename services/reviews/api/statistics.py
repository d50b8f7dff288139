"""`/v1/statistics/impact` and `/v1/reports/governing-body`: what development came to, now or as ever known."""

from typing import Any, get_args

from flask import Response

from services.reviews.api.support import runtime
from services.reviews.domain.impact import Impact
from services.reviews.papers.governing_body import governing_body
from services.reviews.reports.documents import GoverningBodyReport
from services.reviews.reports.governing_body import Reporter, governing_body_table
from services.reviews.reports.statistics import Question
from services.reviews.statistics.census import By
from shared.dates import academic_year, london_day
from shared.web import reads
from shared.web.documents import formats
from shared.web.endpoints import Endpoints
from shared.web.fields import AcademicYear, Urn
from shared.web.frozen import FrozenQuery, frozen, school_within_reach
from shared.web.reports import ReportQuery, asked_as_at, told
from shared.web.roles import Role
from shared.web.schemas import choice
from shared.web.scope import Reach, acting_role

endpoints = Endpoints("statistics", __name__, description="Impact statistics, and the report to the governing body")

READERS = (Role.FINANCE, Role.HEADTEACHER, Role.SLT, Role.GOVERNOR, Role.TRUST_EXECUTIVE)


class ImpactQuery(FrozenQuery):
    """Of a year, by one kind of group; now, where no cut is named."""

    academic_year = AcademicYear()
    by = choice(get_args(By), load_default="role_category")


@endpoints.get("/statistics/impact", *READERS, query=ImpactQuery, answer=Impact)
def get_impact(query: dict[str, Any]) -> Response:
    """Requests, spend, participation, completions, evaluation, benefits, reach, retention; small groups hidden."""
    urn = school_within_reach(query.get("school_urn"))
    asked = _question(query, urn)
    return reads.figures(query, lambda: runtime().statistics.impact(asked, runtime().clock()))


def _question(query: dict[str, Any], urn: str | None) -> Question:
    now, cut, known_at = runtime().clock(), query.get("cut"), query.get("known_at")
    if cut is None:
        on = london_day(known_at or now)
    else:
        _, on, known_at = frozen(query, now)
    year = query.get("academic_year") or academic_year(on)
    return Question(school_urn=urn, year=year, by=query["by"], on=on, known_at=known_at, cut=cut)


class GoverningBodyQuery(ReportQuery):
    """Of one school, as at the end of a day."""

    school_urn = Urn(required=True)


@endpoints.get("/reports/governing-body", *READERS, query=GoverningBodyQuery, answer=GoverningBodyReport)
@endpoints.doc(responses=formats(GoverningBodyReport, "text/csv"))
def report_to_governors(query: dict[str, Any]) -> Response:
    """Development against the plan, money and impact: what the governing body reads."""
    urn, asked = query["school_urn"], asked_as_at(query, runtime().clock())
    acting_role(Reach(None, urn))
    name = runtime().commands.school(urn, asked.known_at).settings.name
    reporter = Reporter(runtime().stores.ledger, runtime().statistics, urn=urn, name=name)

    return told(
        query,
        lambda: reporter.report(asked),
        lambda made, _: governing_body(made),
        on=asked.on,
        as_table=governing_body_table,
    )
