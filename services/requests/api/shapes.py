"""What the service answers about requests: made from a state, and the source of its JSON Schema."""

from datetime import date

import msgspec

from services.requests.domain.request import (
    Decision,
    Held,
    PaidCost,
    Recommendation,
    Request,
    RequestStatus,
    Share,
)
from services.requests.domain.shares import CostLine
from services.requests.domain.texts import unfolded
from services.requests.domain.words import Authority, Funding, NeedSource, Origin, Purpose, Standard
from shared.words import ActivityType


class AssessmentShape(msgspec.Struct, kw_only=True):
    """What was scored, by the criteria of a version, and the threshold of that day."""

    criteria_version: str
    scores: dict[str, int]
    notes: dict[str, str]
    total: int
    threshold: int
    assessed_on: date
    assessed_by: str


class RequestShape(msgspec.Struct, kw_only=True):
    """A request for development. `reason` is that of the last act with one, `missing` what its type still needs.

    Who only takes part in it reads of people themselves alone, and nothing that was said to judge who asks.
    """

    id: str
    status: RequestStatus
    staff_id: str
    school_urn: str
    participants: list[str]
    title: str
    activity_type: ActivityType
    sub_type: str | None
    origin: Origin
    purposes: list[Purpose]
    need_source: NeedSource
    need_id: str | None
    priority_ids: list[str]
    priority_exception: str | None
    starts_on: date
    ends_on: date
    cost_lines: list[CostLine]
    hours: float | None
    benefit: str | None
    mandatory: bool
    apprenticeship: bool
    provider: str | None
    service_agreement_id: str | None
    details: dict[str, str]
    standards: list[Standard]
    programme_item_id: str | None
    planned: bool
    emergent: bool
    missing: list[str]
    asked_pence: int
    submitted_on: date | None
    assessment: AssessmentShape | None
    scores: dict[str, int] | None
    notes: dict[str, str] | None
    total: int | None
    recommendation: Recommendation | None
    decisions: list[Decision]
    funding: Funding | None
    funded_percent: int | None
    shares: list[Share]
    agreements: list[Held]
    completed: dict[str, date]
    completed_on: date | None
    costs: list[PaidCost]
    refunds: list[PaidCost]
    reason: str | None


class StandingShape(msgspec.Struct, kw_only=True):
    """The clock of a request on a day: who decides, by when, for how many days it has been open."""

    id: str
    status: RequestStatus
    on: date
    decides: Authority | None
    submitted_on: date | None
    decide_by: date | None
    decided_on: date | None
    days_open: int | None
    overdue: bool


TOLD_OTHERWISE = frozenset({"assessment", "benefit", "details", "priority_exception", "reason"})
SAME = tuple(
    name for name in RequestShape.__struct_fields__ if name in Request.__struct_fields__ and name not in TOLD_OTHERWISE
)


def request_shape(request: Request) -> RequestShape:
    """The answer about a request whose texts are readable."""
    scored = _assessment_shape(request)
    return RequestShape(
        **{name: getattr(request, name) for name in SAME},
        status=request.status,
        benefit=request.benefit or None,
        priority_exception=request.priority_exception or None,
        details=unfolded(request.details),
        planned=request.programme_item_id is not None,
        emergent=request.emergent,
        missing=request.missing,
        asked_pence=request.asked_pence,
        assessment=scored,
        scores=scored.scores if scored else None,
        notes=scored.notes if scored else None,
        total=scored.total if scored else None,
        agreements=request.held,
        completed_on=max(request.completed.values(), default=None) if request.stage == "completed" else None,
        reason=request.reason or None,
    )


def _assessment_shape(request: Request) -> AssessmentShape | None:
    known = request.assessment
    if known is None:
        return None
    return AssessmentShape(
        criteria_version=known.criteria_version,
        scores=known.scores,
        notes=unfolded(known.notes),
        total=known.total,
        threshold=known.threshold,
        assessed_on=known.assessed_on,
        assessed_by=known.assessed_by,
    )
