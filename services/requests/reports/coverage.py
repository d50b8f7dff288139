"""How the plan's priorities are covered: what was asked for and granted for each, and which have nothing."""

from collections.abc import Iterable, Sequence

import msgspec

from services.requests.domain.priority import Priority
from services.requests.domain.request import Request
from services.requests.domain.shares import schools_share_pence


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """One priority with what is linked to it. A request that names two counts for each. Money in pence."""

    priority_id: str
    title: str
    plan_year: str
    status: str
    requests: int
    approved: int
    approved_pence: int
    spent_pence: int
    people: int


def covered(priorities: Iterable[Priority], requests: Sequence[Request]) -> list[Coverage]:
    """The coverage of each priority, those with nothing included."""
    return [_of(priority, [each for each in requests if priority.id in each.priority_ids]) for priority in priorities]


def _of(priority: Priority, linked: Sequence[Request]) -> Coverage:
    asked = [request for request in linked if request.was_asked]
    granted = [request for request in asked if request.taking_part]
    sums = (
        schools_share_pence([line.amount_pence for line in request.cost_lines], request.funded_percent or 0)
        for request in granted
    )
    return Coverage(
        priority_id=priority.id,
        title=priority.title,
        plan_year=priority.plan_year,
        status=priority.status,
        requests=len(asked),
        approved=len(granted),
        approved_pence=sum(sums),
        spent_pence=sum(request.spent_pence for request in asked),
        people=len({staff_id for request in granted for staff_id in request.taking_part}),
    )
