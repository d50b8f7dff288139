"""`/v1/staff|schools|trust …/liability`: what is contingent and what is receivable, on a day, as known then."""

from datetime import date, datetime
from typing import Any

from flask import Response

from services.agreements.api import schemas
from services.agreements.api.liability_shapes import (
    SchoolLiabilityShape,
    StaffLiabilityShape,
    TrustLiabilityShape,
    liability_shape,
    receivable_shape,
    school_liability_shape,
    trust_liability_shape,
)
from services.agreements.api.support import of_person, runtime
from shared.dates import london_day
from shared.projections.query import Believed, Versions, Which
from shared.projections.totals import Totals
from shared.web import reads
from shared.web.endpoints import Endpoints
from shared.web.resources import opened
from shared.web.roles import Role
from shared.web.school_settings import known_school
from shared.web.scope import Reach, acting_role, visible_schools

endpoints = Endpoints("liability", __name__, description="What is owed, now, then, and as known then")

PERSONAL = (Role.STAFF, Role.HEADTEACHER, Role.FINANCE, Role.HR_PLATFORM, Role.TRUST_EXECUTIVE)
OVERALL = (Role.HEADTEACHER, Role.FINANCE, Role.HR_PLATFORM, Role.TRUST_EXECUTIVE)


@endpoints.get("/staff/<identifier:staff_id>/liability", *PERSONAL, query=schemas.OnDay, answer=StaffLiabilityShape)
def get_staff_liability(query: dict[str, Any], staff_id: str) -> Response:
    """What a person would have to repay, and what they owe, on a day."""
    on, known_at = _when(query)

    def compute() -> Any:
        which = of_person(staff_id, query)
        agreements, agreements_hidden = _shown(runtime().agreements, query, which)
        repayments, repayments_hidden = _shown(runtime().repayments, query, which)
        return opened(
            StaffLiabilityShape(
                staff_id=staff_id,
                on=on,
                known_at=known_at,
                partial=agreements_hidden or repayments_hidden,
                contingent_pence=sum(row.amount_on("contingent", on) for row in agreements),
                contingent_deductible_pence=sum(row.amount_on("contingent_deductible", on) for row in agreements),
                receivable_pence=sum(row.amount_on("receivable", on) for row in repayments),
                receivable_deductible_pence=sum(row.amount_on("receivable_deductible", on) for row in repayments),
                agreements=[liability_shape(row.state, on, known_at) for row in agreements],
                repayments=[receivable_shape(row.state, on) for row in repayments],
            )
        )

    return reads.figures(query, compute)


@endpoints.get("/schools/<urn:school_urn>/liability", *OVERALL, query=schemas.OnDay, answer=SchoolLiabilityShape)
def get_school_liability(query: dict[str, Any], school_urn: str) -> Response:
    """A school's totals."""
    on, known_at = _when(query)
    acting_role(Reach(None, school_urn))
    known_school(runtime().commands, school_urn, query.get("known_at"))
    return reads.figures(
        query, lambda: school_liability_shape(school_urn, on, known_at, _totals(query, on, [school_urn]))
    )


@endpoints.get("/trust/liability", *OVERALL, query=schemas.OnDay, answer=TrustLiabilityShape)
def get_trust_liability(query: dict[str, Any]) -> Response:
    """The trust's totals, by school too; of the schools within reach."""
    on, known_at = _when(query)
    schools = visible_schools()
    urns = None if schools is None else sorted(schools)
    return reads.figures(
        query, lambda: trust_liability_shape(on, known_at, _totals(query, on, urns), partial=schools is not None)
    )


def _shown(versions: Versions[Any], query: dict[str, Any], which: Which) -> tuple[list[Believed[Any]], bool]:
    """A person's records within reach, and whether any lie beyond."""
    every = versions.as_known(query.get("known_at"), Which(staff_id=which.staff_id))
    shown = [row for row in every if which.school_urns is None or row.school_urn in which.school_urns]
    return shown, len(shown) < len(every)


def _when(query: dict[str, Any]) -> tuple[date, datetime]:
    now = runtime().clock()
    return query.get("on") or london_day(now), query.get("known_at") or now


def _totals(query: dict[str, Any], on: date, urns: list[str] | None) -> Totals:
    return runtime().totals(on, query.get("known_at"), urns)
