"""`/v1/statistics/impact`: what development came to, now, at a month's end, and for the auditor at any instant."""

from typing import Any, get_args

from flask import Response

from services.reviews.api.support import runtime
from services.reviews.domain.impact import Impact
from services.reviews.reports.statistics import Question
from services.reviews.statistics.census import By
from shared.dates import academic_year, london_day
from shared.web import reads
from shared.web.endpoints import Endpoints
from shared.web.fields import AcademicYear
from shared.web.frozen import FrozenQuery, auditors_instant, frozen, school_within_reach
from shared.web.roles import Role
from shared.web.schemas import choice

endpoints = Endpoints("statistics", __name__, description="Impact statistics")

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
    now, cut = runtime().clock(), query.get("cut")
    if cut is None:
        known_at = auditors_instant(query)
        on = london_day(known_at or now)
    else:
        _, on, known_at = frozen(cut, query, now)
    year = query.get("academic_year") or academic_year(on)
    return Question(school_urn=urn, year=year, by=query["by"], on=on, known_at=known_at, cut=cut)
