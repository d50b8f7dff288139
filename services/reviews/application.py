"""The service's commands: find the streams, run one function of the domain on them, save. Nothing is decided here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from services.reviews.accesses import ACCESSES
from services.reviews.domain.activity import Activity
from services.reviews.domain.activity_facts import ACTIVITY_FACTS
from services.reviews.domain.annual_review import ANNUAL_REVIEW_FACTS, AnnualReview
from services.reviews.domain.desk import Desk
from services.reviews.domain.dissemination import DISSEMINATION_FACTS, Dissemination
from services.reviews.domain.entry import ENTRY_FACTS, Entry
from services.reviews.domain.evaluating import resume
from services.reviews.domain.impact import Impact
from services.reviews.domain.leaving_facts import LeavingNoted
from services.reviews.domain.person_facts import PERSON_FACTS
from services.reviews.domain.plan import PLAN_FACTS
from services.reviews.domain.reviewing import AnnualReviews
from services.reviews.domain.school import SCHOOL_FACTS, School
from services.reviews.domain.staff_member import CompletionNoted, StaffMember
from services.reviews.domain.streams import stream_in, stream_of_annual_reviews, stream_of_person, stream_of_school
from services.reviews.domain.undertaking_facts import UNDERTAKING_FACTS
from services.reviews.letters import OPERATORS_FACTS
from shared.errors import FieldRefused
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Call, Done, Ledger, Work
from shared.schools import Schools

FACTS: tuple[type[Fact], ...] = (
    *PERSON_FACTS,
    *ACTIVITY_FACTS,
    CompletionNoted,
    LeavingNoted,
    *ENTRY_FACTS,
    *DISSEMINATION_FACTS,
    *SCHOOL_FACTS,
    *UNDERTAKING_FACTS,
    *ANNUAL_REVIEW_FACTS,
    *PLAN_FACTS,
    *OPERATORS_FACTS,
    *ACCESSES,
)

T = TypeVar("T")
Freeze = Callable[[datetime], tuple[Impact, int]]
"""Gives the figures as known at an instant, and the position of the log that they rest on."""


class Reviews(Schools[School]):
    """The reviews service as its callers see it: HTTP, reactions, timers and imports alike."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, School, stream_of_school)

    def at_desk(self, call: Call, command: Callable[..., T], *args: Any, **fields: Any) -> Done[T]:
        """Run a command on whatever it asks for, all of it saved together."""
        return self.ledger.execute_work(call, lambda work: command(Desk(work, call.act), *args, **fields))

    def on_person(self, call: Call, staff_id: str, command: Callable[[StaffMember], T]) -> Done[T]:
        """Record what HR says of a person; what had lapsed is expected of someone who works here again."""

        def run(member: StaffMember) -> T:
            result = command(member)
            resume(member)
            return result

        return self.ledger.execute(StaffMember, stream_of_person(staff_id), call, run)

    def of_person(self, call: Call, staff_id: str, command: Callable[..., T], **fields: Any) -> Done[T]:
        """Run a command on a person whom HR told of. Raises FieldRefused for another."""

        def run(member: StaffMember) -> T:
            if member.person is None:
                raise FieldRefused(staff_id="no member of staff of this trust is known by this id")
            return command(member, **fields)

        return self.ledger.execute(StaffMember, stream_of_person(staff_id), call, run)

    def on_activity(
        self, call: Call, activity_id: str, command: Callable[..., Activity], **fields: Any
    ) -> Done[Activity]:
        """Run a command on one activity, or its evaluation. Raises NotThere."""

        def run(member: StaffMember) -> Activity:
            call.guard(member.activity(activity_id))
            return command(member, activity_id, **fields)

        return self.ledger.execute(StaffMember, stream_in(activity_id), call, run)

    def on_entry(self, call: Call, entry_id: str, command: Callable[..., Entry], **fields: Any) -> Done[Entry]:
        """Run a command on one entry of a portfolio. Raises NotThere."""

        def run(member: StaffMember) -> Entry:
            call.guard(member.entry(entry_id))
            return command(member, entry_id, **fields)

        return self.ledger.execute(StaffMember, stream_in(entry_id), call, run)

    def on_dissemination(
        self, call: Call, dissemination_id: str, command: Callable[..., Dissemination], **fields: Any
    ) -> Done[Dissemination]:
        """Run a command on one dissemination. Raises NotThere."""

        def run(work: Work) -> Dissemination:
            desk = Desk(work, call.act)
            call.guard(desk.dissemination(dissemination_id))
            return command(desk, dissemination_id, **fields)

        return self.ledger.execute_work(call, run, told_of=dissemination_id)

    def open_review(self, call: Call, urn: str, academic_year: str, freeze: Freeze) -> Done[AnnualReview]:
        """Begin the review of a school's year. `freeze` is asked for its figures once it is known that it may begin."""

        def run(stream: AnnualReviews) -> AnnualReview:
            stream.check_may_open(academic_year)
            impact, position = freeze(call.act.recorded_at)
            return stream.open(urn, self.school(urn).settings.name, impact, position)

        return self.ledger.execute(AnnualReviews, stream_of_annual_reviews(urn, academic_year), call, run)

    def on_review(
        self, call: Call, review_id: str, command: Callable[[AnnualReviews], AnnualReview]
    ) -> Done[AnnualReview]:
        """Run a command on one annual review. Raises NotThere."""

        def run(stream: AnnualReviews) -> AnnualReview:
            call.guard(stream.review(review_id))
            return command(stream)

        return self.ledger.execute(AnnualReviews, stream_in(review_id), call, run)

    def person(self, staff_id: str) -> StaffMember:
        """A person as the log has them; without employments for someone unknown."""
        return self.ledger.load(StaffMember, stream_of_person(staff_id))

    def activity(self, activity_id: str) -> Activity:
        """An activity as the log has it. Raises NotThere."""
        return self._member(stream_in(activity_id)).activity(activity_id)

    def _member(self, stream_id: UUID) -> StaffMember:
        return self.ledger.load(StaffMember, stream_id)
