"""What an approval says of the money and of those who take part: complete in itself, for others go by it alone."""

from typing import Any

from services.requests.domain.desk import Desk
from services.requests.domain.request import Request, Share
from services.requests.domain.shares import schools_share_pence, shared_equally
from services.requests.domain.words import Funding
from shared.checks import sound_share
from shared.dates import academic_year
from shared.errors import FieldRefused

PERCENT: dict[Funding, int] = {"full": 100, "none": 0}


def percent_of(funding: Funding, funded_percent: int | None) -> int:
    """The school's share. Raises FieldRefused."""
    if funding != "part":
        if funded_percent not in (None, PERCENT[funding]):
            raise FieldRefused(funded_percent=f"is {PERCENT[funding]} where funding is {funding}")
        return PERCENT[funding]
    if funded_percent is None or not 0 < funded_percent < 100:
        raise FieldRefused(funded_percent="must lie between 1 and 99 where funding is part")
    sound_share(funded_percent)
    return funded_percent


def granted(desk: Desk, request: Request, funding: Funding, percent: int) -> dict[str, Any]:
    """The fields of an approval of `percent` of the cost. Raises FieldRefused."""
    unpaid = [line.amount_pence for line in request.cost_lines if not request.is_bought(line.category)]
    return {
        "funding": funding,
        "funded_percent": percent,
        "committed_pence": schools_share_pence(unpaid, percent),
        "academic_year": academic_year(request.starts_on),
        "title": request.title,
        "activity_type": request.activity_type,
        "starts_on": request.starts_on,
        "ends_on": request.ends_on,
        "shares": _shares(desk, request),
        "mandatory": request.mandatory,
        "apprenticeship": request.apprenticeship,
        "hours": request.hours,
    }


def _shares(desk: Desk, request: Request) -> list[Share]:
    parts = shared_equally(request.cost_lines, len(request.participants))
    shares = []
    for staff_id, lines in zip(request.participants, parts, strict=True):
        person = desk.person(staff_id)
        if person is None:
            raise FieldRefused(participants=f"{staff_id} is not known as a member of staff")
        employed = person.current
        share = Share(
            staff_id=staff_id, employment_id=employed.id, employed_since=employed.started_on, cost_lines=lines
        )
        shares.append(share)
    return shares
