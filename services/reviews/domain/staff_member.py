"""A member of staff as reviews see them: employments, what they took part in, its evaluations, their portfolio.

All of it is one stream, so that whatever is heard about a person, in any order, is judged against all that is known.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from services.reviews.domain.activity import Activity
from services.reviews.domain.activity_facts import ActivityFact, EvaluationFact, fold_activity
from services.reviews.domain.entry import Entry, EntryFact, fold_entry
from services.reviews.domain.leaving_facts import LeavingNoted
from services.reviews.domain.person_facts import EmploymentEnded, EmploymentResumed, EmploymentStated, PersonNamed
from shared.errors import NotThere
from shared.eventstore.fact import Fact
from shared.staff import Person, StaffFacts, StaffStream


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The last that one agreement, or request, said of a person's training. `order` tells which message is last."""

    order: int
    completed_on: date | None = None
    imported: bool = False


class CompletionNoted(Fact, frozen=True, kw_only=True):
    """An agreement or a request told that its training was completed on a day, or (None) is not to be any more.

    `told_by` is its id; `order` the place of the message in its service's log. `imported`: it is of a time before.
    """

    TOPIC: ClassVar[str] = "reviews.CompletionNoted"
    told_by: str
    order: int
    completed_on: date | None = None
    imported: bool = False


class StaffMember(StaffStream):
    """One person's stream."""

    STAFF_FACTS = StaffFacts(EmploymentStated, EmploymentEnded, EmploymentResumed, LeavingNoted, PersonNamed)

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.staff_id = ""
        self.activities: dict[str, Activity] = {}
        self.entries: dict[str, Entry] = {}
        self.told: dict[str, Told] = {}

    def evolve(self, fact: Fact) -> None:
        super().evolve(fact)
        self.staff_id = fact.staff_id
        if isinstance(fact, ActivityFact):
            activity = fold_activity(self.activities.get(fact.activity_id), fact)
            if activity is not None:
                self.activities[activity.id] = activity
        elif isinstance(fact, EntryFact):
            entry = fold_entry(self.entries.get(fact.entry_id), fact)
            if entry is not None:
                self.entries[entry.id] = entry
        elif isinstance(fact, CompletionNoted):
            self.told[fact.told_by] = Told(order=fact.order, completed_on=fact.completed_on, imported=fact.imported)

    @property
    def school_urn(self) -> str:
        """Where the person works, or last worked; empty where HR told of no employment."""
        return self.person.school_urn if self.person else ""

    @property
    def line_manager_id(self) -> str | None:
        return self.person.current.line_manager_id if self.person else None

    def left_by(self, day: date) -> date | None:
        """The last day of someone who works here no more on `day`; None for others, and where HR told nothing."""
        return left_by(self.person, day)

    def activity(self, activity_id: str) -> Activity:
        """Raises NotThere."""
        try:
            return self.activities[activity_id]
        except KeyError:
            raise NotThere(f"there is no activity {activity_id}") from None

    def entry(self, entry_id: str) -> Entry:
        """Raises NotThere."""
        try:
            return self.entries[entry_id]
        except KeyError:
            raise NotThere(f"there is no entry {entry_id}") from None

    def next_activity_id(self) -> str:
        return f"{self.id}-a{len(self.activities) + 1}"

    def next_entry_id(self) -> str:
        return f"{self.id}-p{len(self.entries) + 1}"

    def record_of(self, activity: Activity, fact: type[EvaluationFact], **fields: Any) -> None:
        """State a fact about the evaluation of an activity."""
        whose = {"staff_id": activity.staff_id, "school_urn": activity.school_urn, "activity_id": activity.id}
        self.record(fact, **whose, evaluation_id=activity.evaluation_id, **fields)


def left_by(person: Person | None, day: date) -> date | None:
    """The last day of someone whose every employment has ended before `day`; None for others."""
    employments = person.employments if person else []
    last_days = [each.last_day for each in employments if each.last_day is not None and each.last_day < day]
    return max(last_days) if last_days and len(last_days) == len(employments) else None
