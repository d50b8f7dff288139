"""`/v1/statistics` and `/v1/reports`: fair access, budgets and priorities, as data or to be printed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from flask import Response

from services.requests.api.support import runtime
from services.requests.reports import reading
from shared.as_at import AsAt
from shared.dates import academic_year, london_day
from shared.figures import Figure
from shared.tables import Report, as_document
from shared.web import reads
from shared.web.documents import formats
from shared.web.endpoints import Endpoints
from shared.web.fields import AcademicYear, Urn
from shared.web.frozen import FrozenQuery, frozen, school_within_reach
from shared.web.reports import ReportQuery, asked_as_at, told
from shared.web.roles import Role
from shared.web.schemas import AsAuditorsKnow
from shared.web.scope import Reach, acting_role, visible_schools

endpoints = Endpoints("statistics", __name__, description="Statistics and reports")

READERS = (Role.FINANCE, Role.HEADTEACHER, Role.SLT, Role.GOVERNOR, Role.TRUST_EXECUTIVE)
RATING_READERS = (*READERS, Role.QUALITY_ASSURANCE, Role.SUBJECT_LEADER)
ZERO_READERS = (Role.HEADTEACHER, Role.SLT, Role.QUALITY_ASSURANCE)
IN_EVERY_FORMAT = formats(Report, "text/csv")


class AccessQuery(FrozenQuery):
    """Likewise, of a year."""

    academic_year = AcademicYear()


class ProvidersQuery(FrozenQuery):
    """Of all years together."""


class YearQuery(ReportQuery):
    """Of one academic (or plan) year, or of every one."""

    academic_year = AcademicYear()


class ZeroQuery(AsAuditorsKnow):
    school_urn = Urn(required=True)
    academic_year = AcademicYear()


class AccessShape(msgspec.Struct, kw_only=True):
    """Fair access. Figures of small groups, and of those that would give them away, are null."""

    school_urn: str | None
    academic_year: str
    cut: str
    figures: list[Figure]


class ProvidersShape(msgspec.Struct, kw_only=True):
    """How good participants found each provider. Figures of small groups are null."""

    school_urn: str | None
    cut: str
    figures: list[Figure]


class ZeroShape(msgspec.Struct, kw_only=True):
    """Who of a school takes part in nothing of a year."""

    school_urn: str
    academic_year: str
    on: date
    staff_ids: list[str]


@endpoints.get("/statistics/access", *READERS, query=AccessQuery, answer=AccessShape)
def get_access(query: dict[str, Any]) -> Response:
    """Participation, requests, approvals, spend and waiting, by role category and school, at a month's end."""
    urn = school_within_reach(query.get("school_urn"))
    cut, on, instant = frozen(query, runtime().clock())
    year = query.get("academic_year") or academic_year(on)

    def compute() -> AccessShape:
        found = reading.access(runtime(), year, on, instant, urn)
        return AccessShape(school_urn=urn, academic_year=year, cut=cut, figures=found)

    return reads.figures(query, compute)


@endpoints.get("/statistics/providers", *RATING_READERS, query=ProvidersQuery, answer=ProvidersShape)
def get_providers(query: dict[str, Any]) -> Response:
    """How good participants found each provider, at a month's end; of ten people or more."""
    urn = school_within_reach(query.get("school_urn"))
    cut, _, instant = frozen(query, runtime().clock())

    def compute() -> ProvidersShape:
        found = reading.provider_ratings(runtime(), instant, urn)
        return ProvidersShape(school_urn=urn, cut=cut, figures=found)

    return reads.figures(query, compute)


@endpoints.get("/statistics/without-participation", *ZERO_READERS, query=ZeroQuery, answer=ZeroShape)
def get_zero(query: dict[str, Any]) -> Response:
    """The people of a school who take part in nothing of a year, for those who plan for them."""
    urn = query["school_urn"]
    acting_role(Reach(None, urn))
    known_at = query.get("known_at") or runtime().clock()
    on = london_day(known_at)
    year = query.get("academic_year") or academic_year(on)

    def compute() -> ZeroShape:
        found = reading.zero(runtime(), year, on, known_at, urn)
        return ZeroShape(school_urn=urn, academic_year=year, on=on, staff_ids=found)

    return reads.figures(query, compute)


@endpoints.get("/reports/access", *READERS, query=YearQuery, answer=Report)
@endpoints.doc(responses=IN_EVERY_FORMAT)
def report_access(query: dict[str, Any]) -> Response:
    """Fair access, frozen at the end of the last month that had ended by a day."""
    urn = school_within_reach(query.get("school_urn"))
    asked = _as_at(query)
    frozen_at = asked.frozen
    year = query.get("academic_year") or academic_year(frozen_at.on)
    return _told(query, asked, lambda: reading.access_report(runtime(), year, frozen_at, urn))


@endpoints.get("/reports/budget", *READERS, query=YearQuery, answer=Report)
@endpoints.doc(responses=IN_EVERY_FORMAT)
def report_budget(query: dict[str, Any]) -> Response:
    """Every budget within reach."""
    return _of_schools(query, reading.budget_report)


@endpoints.get("/reports/priorities", *READERS, query=YearQuery, answer=Report)
@endpoints.doc(responses=IN_EVERY_FORMAT)
def report_priorities(query: dict[str, Any]) -> Response:
    """Every priority within reach, with what was asked for and granted; those with nothing included."""
    return _of_schools(query, reading.priorities_report)


def _of_schools(query: dict[str, Any], make: Any) -> Response:
    urn, schools = query.get("school_urn"), visible_schools()
    if urn is not None:
        acting_role(Reach(None, urn))
    urns = [urn] if urn is not None else None if schools is None else sorted(schools)
    asked = _as_at(query)
    return _told(query, asked, lambda: make(runtime(), asked, urns, query.get("academic_year")))


def _as_at(query: dict[str, Any]) -> AsAt:
    return asked_as_at(query, runtime().clock())


def _told(query: dict[str, Any], asked: AsAt, make: Callable[[], Report]) -> Response:
    return told(query, make, as_document, on=asked.on)
