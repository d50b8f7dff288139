"""What a command that touches several streams has at hand, by its names in the domain."""

from uuid import UUID

from services.reviews.domain.dissemination import Dissemination, DisseminationStream
from services.reviews.domain.plan import BudgetStream, PlanStream
from services.reviews.domain.school import School, SchoolSettings
from services.reviews.domain.staff_member import StaffMember
from services.reviews.domain.streams import (
    stream_in,
    stream_of_budget,
    stream_of_person,
    stream_of_plan,
    stream_of_school,
    stream_of_undertaking,
)
from services.reviews.domain.undertakings import UndertakingStream
from shared.errors import NotThere
from shared.eventstore.aggregate import Loads
from shared.eventstore.fact import Act


class Desk:
    """The aggregates of one command."""

    def __init__(self, work: Loads, act: Act) -> None:
        self._work = work
        self.act = act

    def person(self, staff_id: str) -> StaffMember:
        """A member of staff, known or not."""
        return self.person_of(stream_of_person(staff_id))

    def person_of(self, stream_id: UUID) -> StaffMember:
        return self._work.load(StaffMember, stream_id)

    def undertaking(self, undertaking_id: str) -> UndertakingStream:
        """What was heard of a request or an agreement."""
        return self._work.load(UndertakingStream, stream_of_undertaking(undertaking_id))

    def plan(self, urn: str) -> PlanStream:
        """What was heard of a school's priorities."""
        return self._work.load(PlanStream, stream_of_plan(urn))

    def budget(self, urn: str, academic_year: str) -> BudgetStream:
        """What was heard of the money of a school's year."""
        return self._work.load(BudgetStream, stream_of_budget(urn, academic_year))

    def settings(self, urn: str) -> SchoolSettings:
        return self._work.load(School, stream_of_school(urn)).settings

    def dissemination_stream(self, dissemination_id: str) -> DisseminationStream:
        return self._work.load(DisseminationStream, stream_in(dissemination_id))

    def dissemination(self, dissemination_id: str) -> Dissemination:
        """Raises NotThere."""
        state = self.dissemination_stream(dissemination_id).state
        if state is None or state.id != dissemination_id:
            raise NotThere(f"there is no dissemination {dissemination_id}")
        return state
