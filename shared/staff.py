"""A member of staff as a service knows them from HR: where, as what and under whom they work, and until when.

A service takes what is here under topics of its own: it declares the three facts and names them in `StaffFacts`.
"""

from collections.abc import Callable
from datetime import date
from typing import ClassVar, NamedTuple
from uuid import UUID

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact, Sealed
from shared.hr import StaffMessage
from shared.leaving import Ending, Leaving, LeavingTold
from shared.words import RoleCategory, WorkingPattern


class Employment(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One employment of a person.

    It began on `started_on`; the school and the role are these since `placed_on`, and all of it since `described_on`.
    """

    id: str
    school_urn: str
    started_on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None
    last_day: date | None = None
    working_pattern: WorkingPattern | None = None
    placed_on: date | None = None
    described_on: date | None = None

    def is_as(self, said: StaffMessage) -> bool:
        """Whether a message says nothing else of the school and the role."""
        return self.school_urn == said.school_urn and said.role_category in (None, self.role_category)

    def is_managed_as(self, said: StaffMessage) -> bool:
        """Whether it says nothing else of the manager and the working pattern."""
        told = (said.line_manager_id, self.line_manager_id), (said.working_pattern, self.working_pattern)
        return all(new in (None, known) for new, known in told)


class Person(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A person with every employment that HR told of. `name` is empty in a service that does not ask for it."""

    staff_id: str
    employments: list[Employment] = []
    name: str = ""
    version: int = 0

    @property
    def current(self) -> Employment:
        """The latest employment that has not been ended, else the latest."""
        by_start = sorted(self.employments, key=lambda employment: employment.started_on)
        return next((each for each in reversed(by_start) if each.last_day is None), by_start[-1])

    @property
    def school_urn(self) -> str:
        return self.current.school_urn

    def works_on(self, day: date) -> bool:
        """Whether the person is employed on a day."""
        return any(
            each.started_on <= day and (each.last_day is None or day <= each.last_day) for each in self.employments
        )


class StaffFact(Fact, frozen=True, kw_only=True):
    """A fact about a person that HR told. `change` applies it to the state and cannot fail."""

    def change(self, person: Person) -> None:
        raise NotImplementedError


class EmploymentFact(StaffFact, frozen=True, kw_only=True):
    """A fact about one employment."""

    EFFECTIVE: ClassVar[str] = "on"
    employment_id: str
    on: date

    def change(self, person: Person) -> None:
        known = next((each for each in person.employments if each.id == self.employment_id), None)
        others = [each for each in person.employments if each.id != self.employment_id]
        now = self.employment(known)
        person.employments = others if now is None else [*others, now]

    def employment(self, known: Employment | None) -> Employment | None:
        """The employment from now on; None where nothing is known of it."""
        raise NotImplementedError


class Stated(EmploymentFact, frozen=True, kw_only=True):
    """An employment as HR now describes it, whole: someone joined, moved within the trust, or is described anew.

    `placed_on`: since when the school and the role are these; where it is not said, since `on`.
    """

    started_on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None
    working_pattern: WorkingPattern | None = None
    placed_on: date | None = None

    def employment(self, known: Employment | None) -> Employment:
        return Employment(
            id=self.employment_id,
            school_urn=self.school_urn,
            started_on=self.started_on,
            role_category=self.role_category,
            line_manager_id=self.line_manager_id,
            working_pattern=self.working_pattern,
            last_day=known.last_day if known else None,
            placed_on=self.placed_on or self.on,
            described_on=self.on,
        )


class Ended(EmploymentFact, frozen=True, kw_only=True):
    """`on` is the last day of service, which may lie ahead."""

    def employment(self, known: Employment | None) -> Employment | None:
        return None if known is None else msgspec.structs.replace(known, last_day=self.on)


class Resumed(EmploymentFact, frozen=True, kw_only=True):
    """The ending was withdrawn, or the person reinstated."""

    def employment(self, known: Employment | None) -> Employment | None:
        return None if known is None else msgspec.structs.replace(known, last_day=None)


class Named(StaffFact, frozen=True, kw_only=True):
    """The person's name, as HR has it."""

    name: Sealed

    def change(self, person: Person) -> None:
        person.name = self.name


class StaffFacts(NamedTuple):
    """A service's own classes of these facts. `named` is None where it asks for no names."""

    stated: type[Stated]
    ended: type[Ended]
    resumed: type[Resumed]
    leaving: type[LeavingTold]
    named: type[Named] | None = None


class StaffStream(Aggregate):
    """One person's stream, as far as HR tells of it."""

    STAFF_FACTS: ClassVar[StaffFacts]
    person: Person | None = None

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.endings: dict[str, Ending] = {}

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, StaffFact):
            self.person = fold_person(self.person, fact)
        elif isinstance(fact, LeavingTold):
            self.endings[fact.ending_id] = Ending(fact.order, fact.employment_id)

    def hear(self, type_: str, said: StaffMessage) -> None:
        """Record what a message of HR of a known type says; what is known already changes nothing."""
        HEARD[type_](self, said)

    def describe(self, said: StaffMessage) -> None:
        """Someone joins, or is described otherwise: it is their first day that is said."""
        known = self._employment(said.employment_id)
        elsewhere = known is not None and known.school_urn != said.school_urn
        rose = known is not None and known.is_as(said) and known.placed_on != known.started_on
        self._describe(
            said,
            known,
            started_on=known.started_on if known is not None and elsewhere else said.on,
            placed_on=known.placed_on if known is not None and rose else said.on,
        )

    def move(self, said: StaffMessage) -> None:
        """Someone's school, role or manager is another from a day on; the same of another day corrects the day."""
        known = self._employment(said.employment_id)
        if known is None:
            self._describe(said, None, started_on=said.on, placed_on=said.on)
            return
        placed_on = known.placed_on
        if not known.is_as(said) or (known.placed_on == known.described_on and known.is_managed_as(said)):
            placed_on = said.on
        again = known.described_on != said.on
        self._describe(said, known, started_on=known.started_on, placed_on=placed_on, anyway=again)

    def _describe(
        self,
        said: StaffMessage,
        known: Employment | None,
        *,
        started_on: date,
        placed_on: date | None,
        anyway: bool = False,
    ) -> None:
        """State it, where anything is new; what is not said stays."""
        fields = {
            "school_urn": said.school_urn,
            "started_on": started_on,
            "placed_on": placed_on,
            "role_category": said.role_category or (known.role_category if known else None),
            "line_manager_id": said.line_manager_id or (known.line_manager_id if known else None),
            "working_pattern": said.working_pattern or (known.working_pattern if known else None),
        }
        if known is None or anyway or any(getattr(known, name) != value for name, value in fields.items()):
            whose = {"staff_id": said.staff_id, "employment_id": said.employment_id}
            self.record(self.STAFF_FACTS.stated, **whose, on=said.on, **fields)
        named = self.STAFF_FACTS.named
        if named is not None and said.name and (self.person is None or self.person.name != said.name):
            self.record(named, staff_id=said.staff_id, school_urn=said.school_urn, name=said.name)

    def end(self, said: StaffMessage) -> None:
        """The employment ends; an employment that nobody told of begins, as far as known, on that day."""
        last_day = said.last_day or said.on
        if self._employment(said.employment_id) is None:
            self.describe(msgspec.structs.replace(said, on=last_day))
        known = self._employment(said.employment_id)
        if known is not None and known.last_day != last_day:
            self._record_of(self.STAFF_FACTS.ended, said, last_day)

    def resume(self, said: StaffMessage) -> None:
        """The employment does not end after all."""
        known = self._employment(said.employment_id)
        if known is not None and known.last_day is not None:
            self._record_of(self.STAFF_FACTS.resumed, said, said.on)

    def note_leaving(self, said: Leaving) -> None:
        """An employment ends, or does not after all; what a later message of the same ending overtook says nothing."""
        before = self.endings.get(said.ending_id)
        if before is not None and said.order <= before.order:
            return
        employment_id = said.employment_id or (before.employment_id if before is not None else "")
        self.record(
            self.STAFF_FACTS.leaving,
            staff_id=said.staff_id,
            school_urn=said.school_urn,
            ending_id=said.ending_id,
            employment_id=employment_id,
            order=said.order,
            last_day=said.last_day,
        )
        if employment_id:
            heard = StaffMessage(
                staff_id=said.staff_id,
                employment_id=employment_id,
                school_urn=said.school_urn,
                on=said.on,
                last_day=said.last_day,
            )
            (self.resume if said.last_day is None else self.end)(heard)

    def _record_of(self, fact: type[EmploymentFact], said: StaffMessage, on: date) -> None:
        whose = {"staff_id": said.staff_id, "employment_id": said.employment_id, "school_urn": said.school_urn}
        self.record(fact, **whose, on=on)

    def _employment(self, employment_id: str) -> Employment | None:
        among = self.person.employments if self.person else []
        return next((each for each in among if each.id == employment_id), None)


def fold_person(state: Person | None, fact: StaffFact) -> Person:
    """The person with `fact`."""
    person = state or Person(staff_id=fact.staff_id)
    fact.change(person)
    person.version += 1
    return person


HEARD: dict[str, Callable[[StaffStream, StaffMessage], None]] = {
    "hr.StaffJoined.v1": StaffStream.describe,
    "hr.StaffMoved.v1": StaffStream.move,
    "hr.ResignationReceived.v1": StaffStream.end,
    "hr.EmploymentEnded.v1": StaffStream.end,
    "hr.LeavingDateChanged.v1": StaffStream.end,
    "hr.ResignationWithdrawn.v1": StaffStream.resume,
    "hr.Reinstated.v1": StaffStream.resume,
}
"""By type of message, what is done about it."""
