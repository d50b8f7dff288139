"""The service's commands: find the streams, run one function of the domain on them, save. Nothing is decided here."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from services.requests.accesses import ACCESSES
from services.requests.domain import buying
from services.requests.domain.budget import BudgetStream
from services.requests.domain.budget_facts import BUDGET_FACTS, Budget
from services.requests.domain.desk import AgreementTied, Desk
from services.requests.domain.history_facts import HISTORY_FACTS
from services.requests.domain.minute import MINUTE_FACTS, Minute, MinuteStream
from services.requests.domain.need import NEED_FACTS
from services.requests.domain.person import PERSON_FACTS, LeavingNoted, StaffMember
from services.requests.domain.priority import PRIORITY_FACTS, Priority, PriorityStream
from services.requests.domain.programme import PROGRAMME_FACTS, Programme
from services.requests.domain.rating import RATING_FACTS
from services.requests.domain.request import Request
from services.requests.domain.request_facts import REQUEST_FACTS
from services.requests.domain.school import SCHOOL_FACTS, School
from services.requests.domain.service_agreement import SERVICE_AGREEMENT_FACTS, ServiceAgreement
from services.requests.domain.streams import (
    stream_in,
    stream_of_budget,
    stream_of_person,
    stream_of_school,
    stream_of_workforce,
)
from services.requests.domain.workforce import WORKFORCE_FACTS, Workforce, WorkforceStream
from services.requests.letters import OPERATORS_FACTS
from shared.errors import NotThere
from shared.eventstore.fact import Act, Fact
from shared.eventstore.ledger import Call, Done, Ledger, Work
from shared.schools import Schools
from shared.staff import Person

FACTS: tuple[type[Fact], ...] = (
    *REQUEST_FACTS,
    *HISTORY_FACTS,
    *BUDGET_FACTS,
    *PRIORITY_FACTS,
    *NEED_FACTS,
    *PROGRAMME_FACTS,
    *MINUTE_FACTS,
    *WORKFORCE_FACTS,
    *SERVICE_AGREEMENT_FACTS,
    *RATING_FACTS,
    *PERSON_FACTS,
    *SCHOOL_FACTS,
    AgreementTied,
    LeavingNoted,
    *OPERATORS_FACTS,
    *ACCESSES,
)

T = TypeVar("T")


class Requests(Schools[School]):
    """The requests service as its callers see it: HTTP, reactions and imports alike."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, School, stream_of_school)

    def at_desk(self, call: Call, command: Callable[..., T], *args: Any, **fields: Any) -> Done[T]:
        """Run a command on whatever it asks for, all of it saved together."""
        return self.ledger.execute_work(call, lambda work: command(Desk(work, call.act), *args, **fields))

    def rehearse(self, act: Act, command: Callable[[Desk], object]) -> None:
        """Run a command and save nothing of it: whether it would be refused. Raises what it raises."""
        command(Desk(Work(self.ledger, act), act))

    def on_request(self, call: Call, request_id: str, command: Callable[..., Request], **fields: Any) -> Done[Request]:
        """Run a command on one request. Raises NotThere."""

        def run(work: Work) -> Request:
            desk = Desk(work, call.act)
            call.guard(desk.request(request_id))
            return command(desk, request_id, **fields)

        return self.ledger.execute_work(call, run, told_of=request_id)

    def on_service_agreement(
        self, call: Call, agreement_id: str, command: Callable[..., ServiceAgreement], **fields: Any
    ) -> Done[ServiceAgreement]:
        """Run a command on one service agreement. Raises NotThere."""

        def run(work: Work) -> ServiceAgreement:
            desk = Desk(work, call.act)
            call.guard(buying.known(desk, agreement_id))
            return command(desk, agreement_id, **fields)

        return self.ledger.execute_work(call, run, told_of=agreement_id)

    def on_programme(
        self, call: Call, urn: str, year: str, command: Callable[..., Programme], **fields: Any
    ) -> Done[Programme]:
        """Run a command on one school's programme of one year."""

        def run(work: Work) -> Programme:
            desk = Desk(work, call.act)
            if (known := desk.programme(urn, year).state) is not None:
                call.guard(known)
            return command(desk, urn, year, **fields)

        return self.ledger.execute_work(call, run, told_of=f"{urn} {year}")

    def on_minute(self, call: Call, minute_id: UUID, command: Callable[[MinuteStream], Minute]) -> Done[Minute]:
        """Run a command on one reference to minutes."""
        return self.ledger.execute(MinuteStream, minute_id, call, command)

    def correct_minute(self, call: Call, minute_id: str, because: str, **said: Any) -> Done[Minute]:
        """Refer to minutes otherwise. Raises NotThere, FieldRefused."""

        def run(stream: MinuteStream) -> Minute:
            call.guard(stream.known())
            return stream.correct(because, **said)

        return self.on_minute(call, stream_in(minute_id), run)

    def count_workforce(self, call: Call, urn: str, year: str, **counted: Any) -> Done[Workforce]:
        """Take HR's counts of a school's people in a year. Raises FieldRefused."""

        def run(stream: WorkforceStream) -> Workforce:
            if stream.state is not None:
                call.guard(stream.state)
            return stream.count(urn, year, **counted)

        return self.ledger.execute(WorkforceStream, stream_of_workforce(urn, year), call, run)

    def on_person(self, call: Call, staff_id: str, command: Callable[[StaffMember], T]) -> Done[T]:
        """Record what HR says of a person."""
        return self.ledger.execute(StaffMember, stream_of_person(staff_id), call, command)

    def person(self, staff_id: str) -> Person | None:
        """A person as the log has them; None for someone unknown."""
        return self.ledger.load(StaffMember, stream_of_person(staff_id)).person

    def line_manager_of(self, staff_id: str) -> str | None:
        """Who manages a person."""
        person = self.person(staff_id)
        return None if person is None else person.current.line_manager_id

    def adopt_priority(self, call: Call, priority_id: UUID, **fields: Any) -> Done[Priority]:
        """A school's plan takes a priority up."""

        def run(stream: PriorityStream) -> Priority:
            stream.adopt(**fields)
            return _there(stream.state, priority_id)

        return self.ledger.execute(PriorityStream, priority_id, call, run)

    def import_priority(self, call: Call, priority_id: UUID, *, retired_because: str = "", **fields: Any) -> None:
        """A school's plan of some year had this priority; where a reason is given, it was taken out again."""

        def run(stream: PriorityStream) -> Priority:
            stream.adopt(**fields)
            if retired_because:
                stream.retire(retired_because)
            return _there(stream.state, priority_id)

        self.ledger.execute(PriorityStream, priority_id, call, run)

    def on_priority(self, call: Call, priority_id: str, command: Callable[[PriorityStream], None]) -> Done[Priority]:
        """Run a command on one priority. Raises NotThere."""

        def run(stream: PriorityStream) -> Priority:
            call.guard(_there(stream.state, priority_id))
            command(stream)
            return _there(stream.state, priority_id)

        return self.ledger.execute(PriorityStream, stream_in(priority_id), call, run)

    def on_budget(self, call: Call, urn: str, year: str, command: Callable[[BudgetStream], Budget]) -> Done[Budget]:
        """Run a command on one school's budget of one year."""

        def run(stream: BudgetStream) -> Budget:
            stream.of(urn, year)
            call.guard(stream.budget)
            return command(stream)

        return self.ledger.execute(BudgetStream, stream_of_budget(urn, year), call, run)

    def move_funds(
        self, call: Call, taken: tuple[str, str], given: tuple[str, str], pence: int, because: str
    ) -> Done[Budget]:
        """Move money from one budget (school, year) to another."""

        def run(work: Work) -> Budget:
            desk = Desk(work, call.act)
            source = desk.budget(*taken)
            call.guard(source.budget)
            return source.move(pence, desk.budget(*given), because)

        return self.ledger.execute_work(call, run)

    def budget(self, urn: str, year: str) -> Budget:
        """A budget as the log has it now; without any money where nothing was allocated."""
        return self.ledger.load(BudgetStream, stream_of_budget(urn, year)).of(urn, year).budget


def _there(state: T | None, resource_id: object) -> T:
    if state is None:
        raise NotThere(f"there is no {resource_id}")
    return state
