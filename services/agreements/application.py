"""The service's commands: find the stream, run one function of the domain on it, save. Nothing is decided here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from services.agreements.accesses import ACCESSES
from services.agreements.domain import leaving
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS
from services.agreements.domain.granting import (
    GRANT_FACTS,
    Grant,
    Granted,
    TakenBack,
    cancel_unsigned,
    draft_for,
    stream_of_grant,
)
from services.agreements.domain.repayment import Repayment
from services.agreements.domain.repayment_facts import REPAYMENT_FACTS
from services.agreements.domain.school import SCHOOL_FACTS, School, SchoolSettings
from services.agreements.domain.staff_facts import EMPLOYMENT_FACTS, ENDING_FACTS, Ending
from services.agreements.domain.staff_member import StaffMember, stream_in, stream_of
from services.agreements.letters import OPERATORS_FACTS
from shared.errors import NotThere
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Call, Done, Ledger, Work
from shared.schools import Schools

FACTS: tuple[type[Fact], ...] = (
    *EMPLOYMENT_FACTS,
    *ENDING_FACTS,
    *AGREEMENT_FACTS,
    *REPAYMENT_FACTS,
    *SCHOOL_FACTS,
    *GRANT_FACTS,
    *OPERATORS_FACTS,
    *ACCESSES,
)
SCHOOL_NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:agreements:school")

P = ParamSpec("P")
T = TypeVar("T")


def stream_of_school(urn: str) -> UUID:
    return uuid5(SCHOOL_NAMESPACE, urn)


class Agreements(Schools[School]):
    """The agreements service as its callers see it: HTTP, reactions, imports and timers alike."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, School, stream_of_school)

    def on_person(
        self,
        call: Call,
        staff_id: str,
        command: Callable[Concatenate[StaffMember, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Done[T]:
        """Run a command on a person, known or not."""

        def run(member: StaffMember) -> T:
            member.staff_id = staff_id
            return command(member, *args, **kwargs)

        return self._execute(stream_of(staff_id), call, run)

    def grant(self, call: Call, granted: Granted) -> Done[None]:
        """Draft an agreement for each participant whose share asks for one: all of them, or none."""
        settings = self._settings()

        def run(work: Work) -> None:
            grant = work.load(Grant, stream_of_grant(granted.request_id))
            if not grant.taken_back:
                members = ((_member(work, share.staff_id, settings), share) for share in granted.shares)
                grant.follow(granted, [m.staff_id for m, share in members if draft_for(m, granted, share)])

        return self.ledger.execute_work(call, run, told_of=granted.request_id)

    def take_back(self, call: Call, taken_back: TakenBack) -> Done[None]:
        """Cancel what nobody has signed of a request that was withdrawn, and draft nothing from it any more."""
        settings = self._settings()

        def run(work: Work) -> None:
            grant = work.load(Grant, stream_of_grant(taken_back.request_id))
            for staff_id in grant.drafted_for:
                cancel_unsigned(_member(work, staff_id, settings), taken_back.request_id)
            grant.take_back(taken_back.request_id, taken_back.school_urn)

        return self.ledger.execute_work(call, run, told_of=taken_back.request_id)

    def on_agreement(
        self, call: Call, agreement_id: str, command: Callable[..., Agreement], **fields: Any
    ) -> Done[Agreement]:
        """Run a command on one agreement. Raises NotThere."""

        def run(member: StaffMember) -> Agreement:
            call.guard(member.agreement(agreement_id))
            return command(member, agreement_id, **fields)

        return self._execute(stream_in(agreement_id), call, run)

    def resign(self, call: Call, staff_id: str, **fields: Any) -> Done["Left"]:
        """Record that an employment of a person ends."""

        def run(member: StaffMember) -> Left:
            ending, new = leaving.resign(member, **fields)
            return left_by(ending, member.repayments.values(), known_before=not new)

        return self.on_person(call, staff_id, run)

    def on_ending(
        self, call: Call, staff_id: str, ending_id: str, command: Callable[..., Ending], **fields: Any
    ) -> Done["Left"]:
        """Run a command on one resignation of a person. Raises NotThere."""

        def run(member: StaffMember) -> Left:
            call.guard(left_by(member.ending(ending_id), member.repayments.values()))
            return left_by(command(member, ending_id, **fields), member.repayments.values())

        if stream_in(ending_id) != stream_of(staff_id):
            raise NotThere(f"{staff_id} has no resignation {ending_id}")
        return self._execute(stream_in(ending_id), call, run)

    def on_repayment(
        self, call: Call, repayment_id: str, command: Callable[..., Repayment], *args: Any, **fields: Any
    ) -> Done[Repayment]:
        """Run a command on one repayment. Raises NotThere."""

        def run(member: StaffMember) -> Repayment:
            call.guard(member.repayment(repayment_id))
            return command(member, repayment_id, *args, **fields)

        return self._execute(stream_in(repayment_id), call, run)

    def person(self, staff_id: str, known_at: datetime | None = None) -> StaffMember:
        """A person as known at an instant, or now; without employments for someone unknown."""
        return self.ledger.as_known(StaffMember, stream_of(staff_id), known_at)

    def _execute(self, stream_id: UUID, call: Call, command: Callable[[StaffMember], T]) -> Done[T]:
        settings = self._settings()

        def run(member: StaffMember) -> T:
            member.settings_of = settings
            return command(member)

        return self.ledger.execute(StaffMember, stream_id, call, run)

    def _settings(self) -> Callable[[str], SchoolSettings]:
        """The settings of schools, each looked up once in a command."""
        return cache(lambda urn: self.school(urn).settings)


def _member(work: Work, staff_id: str, settings: Callable[[str], SchoolSettings]) -> StaffMember:
    """A person among what one command touches."""
    member = work.load(StaffMember, stream_of(staff_id))
    member.staff_id, member.settings_of = staff_id, settings
    return member


@dataclass(frozen=True)
class Left:
    """A resignation with what it made repayable. Its version rises with either."""

    ending: Ending
    repayments: list[Repayment]
    known_before: bool = False

    @property
    def staff_id(self) -> str:
        return self.ending.staff_id

    @property
    def school_urn(self) -> str:
        return self.ending.school_urn

    @property
    def version(self) -> int:
        return self.ending.version + sum(repayment.version for repayment in self.repayments)


def left_by(ending: Ending, repayments: Iterable[Repayment], *, known_before: bool = False) -> Left:
    """A resignation, and those of the person's `repayments` that it opened."""
    return Left(ending, [repayment for repayment in repayments if repayment.ending_id == ending.id], known_before)
