"""What someone who takes part in another's request reads of it: what is planned, and their own part."""

import msgspec

from services.requests.domain.request import PaidCost, Request


def takes_part(request: Request, staff_id: str | None) -> bool:
    """Whether a person takes part in what was asked for. A draft is nobody's business but its author's."""
    return staff_id in request.participants and request.was_asked


def part_of(request: Request, staff_id: str) -> Request:
    """The request as one participant reads it: no other participant, and nothing said to judge who asks."""
    own = {each.agreement_id for each in request.held if each.staff_id == staff_id}
    return msgspec.structs.replace(
        request,
        participants=[staff_id],
        benefit="",
        priority_exception="",
        reason="",
        assessment=None,
        recommendation=None,
        decisions=[msgspec.structs.replace(each, reason="", decided_by="") for each in request.decisions],
        shares=[each for each in request.shares if each.staff_id == staff_id],
        held=[each for each in request.held if each.staff_id == staff_id],
        completed={person: day for person, day in request.completed.items() if person == staff_id},
        costs=_under(own, request.costs),
        refunds=_under(own, request.refunds),
    )


def _under(agreements: set[str], entries: list[PaidCost]) -> list[PaidCost]:
    return [each for each in entries if each.agreement_id in agreements]
