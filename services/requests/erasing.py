"""What this service keeps of a person, and until when."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.requests.application import Requests
from services.requests.domain.request import Request
from services.requests.domain.request_facts import RequestFact, fold_request
from shared.erasure.known import facts_about
from shared.erasure.retention import Kept, employments_kept
from shared.stores import Stores


def kept(stores: Stores, commands: Requests, staff_id: str) -> Sequence[Kept]:
    """The person's employments, and what was approved for them and paid."""
    person = commands.person(staff_id)
    last_days = {each.id: each.last_day for each in person.employments} if person else {}
    funded = [each for each in _requests(stores, staff_id) if each.funding not in (None, "none") or each.costs]
    trainings = [Kept(kind="funded_training", ended_on=max(_days(each))) for each in funded]
    return [*employments_kept(last_days), *trainings]


def _requests(stores: Stores, staff_id: str) -> Sequence[Request]:
    found: dict[str, Request] = {}
    for fact in facts_about(stores, staff_id):
        if isinstance(fact, RequestFact):
            folded = fold_request(found.get(fact.request_id), fact)
            if folded is not None:
                found[fact.request_id] = folded
    return list(found.values())


def _days(request: Request) -> Iterator[date]:
    yield request.ends_on
    yield from (cost.on for cost in (*request.costs, *request.refunds))
