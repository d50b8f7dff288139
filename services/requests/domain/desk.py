"""What a command on a request has at hand: the request, and beside it the people, plans and money it touches."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from services.requests.domain.budget import BudgetStream
from services.requests.domain.need import Need, NeedStream
from services.requests.domain.person import StaffMember
from services.requests.domain.priority import Priority, PriorityStream
from services.requests.domain.programme import ProgrammeStream
from services.requests.domain.rating import RatingStream
from services.requests.domain.request import Request
from services.requests.domain.request_facts import RequestFact, fold_request
from services.requests.domain.school import School, SchoolSettings
from services.requests.domain.service_agreement import ServiceAgreementStream
from services.requests.domain.streams import (
    stream_in,
    stream_of_agreement,
    stream_of_budget,
    stream_of_person,
    stream_of_programme,
    stream_of_rating,
    stream_of_school,
)
from shared.errors import NotThere
from shared.eventstore.aggregate import Aggregate, Loads
from shared.eventstore.fact import Act, Fact
from shared.staff import Person

P = TypeVar("P", Priority, Need)


class RequestStream(Aggregate):
    """One request's stream."""

    state: Request | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, RequestFact):
            self.state = fold_request(self.state, fact)


class AgreementTied(Fact, frozen=True, kw_only=True):
    """A training agreement is about this request: by this its later events find the way."""

    TOPIC: ClassVar[str] = "requests.AgreementTied"
    agreement_id: str
    request_id: str


class AgreementStream(Aggregate):
    """Which request one agreement is about."""

    request_id: str | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, AgreementTied):
            self.request_id = fact.request_id


class Desk:
    """The aggregates of one command, by their names in the domain."""

    def __init__(self, work: Loads, act: Act) -> None:
        self._work = work
        self.act = act

    def stream(self, request_id: str) -> RequestStream:
        return self._work.load(RequestStream, stream_in(request_id))

    def request(self, request_id: str) -> Request:
        """Raises NotThere."""
        state = self.stream(request_id).state
        if state is None:
            raise NotThere(f"there is no request {request_id}")
        return state

    def record(self, request: Request, fact: type[RequestFact], **fields: Any) -> None:
        """State a fact about a request."""
        whose = {"request_id": request.id, "staff_id": request.staff_id, "school_urn": request.school_urn}
        self.stream(request.id).record(fact, **whose, **fields)

    def settings(self, urn: str) -> SchoolSettings:
        return self._work.load(School, stream_of_school(urn)).settings

    def person(self, staff_id: str) -> Person | None:
        return self._work.load(StaffMember, stream_of_person(staff_id)).person

    def priority(self, priority_id: str) -> PriorityStream:
        return self._work.load(PriorityStream, stream_in(priority_id))

    def priority_of(self, urn: str, priority_id: str) -> Priority | None:
        """A priority of a school; None where it has none of this id."""
        return _of_school(lambda: self.priority(priority_id).state, urn)

    def need_of(self, urn: str, need_id: str) -> Need | None:
        """Likewise a need."""
        return _of_school(lambda: self.need(need_id).state, urn)

    def need(self, need_id: str) -> NeedStream:
        return self._work.load(NeedStream, stream_in(need_id))

    def budget(self, urn: str, academic_year: str) -> BudgetStream:
        return self._work.load(BudgetStream, stream_of_budget(urn, academic_year)).of(urn, academic_year)

    def programme(self, urn: str, academic_year: str) -> ProgrammeStream:
        return self._work.load(ProgrammeStream, stream_of_programme(urn, academic_year)).of(urn, academic_year)

    def service_agreement(self, agreement_id: str) -> ServiceAgreementStream:
        return self._work.load(ServiceAgreementStream, stream_in(agreement_id))

    def rating(self, request_id: str, staff_id: str) -> RatingStream:
        return self._work.load(RatingStream, stream_of_rating(request_id, staff_id))

    def agreement(self, agreement_id: str) -> AgreementStream:
        return self._work.load(AgreementStream, stream_of_agreement(agreement_id))


def _of_school(find: Callable[[], P | None], urn: str) -> P | None:
    try:
        found = find()
    except NotThere:
        return None
    return found if found is not None and found.school_urn == urn else None
