"""The facts of a person's employments: joining, moving, leaving, and what was corrected later."""

from datetime import date
from typing import ClassVar

import msgspec

from shared.eventstore.fact import Fact, Sealed
from shared.words import RoleCategory


class Employment(msgspec.Struct, frozen=True, kw_only=True):
    """One employment of a person. Someone who leaves and returns has two."""

    id: str
    school_urn: str
    started_on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None
    payroll_number: str = ""
    name: str = ""


class Ending(msgspec.Struct, kw_only=True):
    """The end of an employment as known. `transfer`: a move within the trust; only some terms count it as leaving.

    `liable`: whether the school's usual terms asked costs back for the reason, as it was recorded.
    """

    id: str
    staff_id: str
    employment_id: str
    school_urn: str
    notified_on: date
    last_day: date
    reason: str
    payroll_number: str = ""
    transfer: bool = False
    withdrawn_on: date | None = None
    withdrawal_reason: str = ""
    correction_reason: str = ""
    liable: bool = False
    version: int = 0
    basis: list[int] = []


class EmploymentFact(Fact, frozen=True, kw_only=True):
    """An employment as HR now describes it, whole."""

    EFFECTIVE: ClassVar[str] = "on"
    employment_id: str
    on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None
    payroll_number: str = ""
    name: Sealed = ""

    def employment(self) -> Employment:
        return Employment(
            id=self.employment_id,
            school_urn=self.school_urn,
            started_on=self.on,
            role_category=self.role_category,
            line_manager_id=self.line_manager_id,
            payroll_number=self.payroll_number,
            name=self.name,
        )


class StaffJoined(EmploymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.StaffJoined"


class EmploymentCorrected(EmploymentFact, frozen=True, kw_only=True):
    """HR described the same employment otherwise. `on` is its start, not the day of the correction."""

    TOPIC: ClassVar[str] = "agreements.EmploymentCorrected"


class StaffMoved(Fact, frozen=True, kw_only=True):
    """The person moved to `school_urn` within the trust: the same employer, the same employment."""

    TOPIC: ClassVar[str] = "agreements.StaffMoved"
    EFFECTIVE: ClassVar[str] = "on"
    employment_id: str
    ending_id: str
    on: date
    role_category: RoleCategory | None = None
    line_manager_id: str | None = None
    payroll_number: str = ""

    def ending(self) -> Ending:
        return Ending(
            id=self.ending_id,
            staff_id=self.staff_id,
            employment_id=self.employment_id,
            school_urn=self.school_urn,
            notified_on=self.on,
            last_day=self.on,
            reason="transfer",
            payroll_number=self.payroll_number,
            transfer=True,
        )


class EndingFact(Fact, frozen=True, kw_only=True):
    """A fact about the end of an employment."""

    ending_id: str

    def change(self, ending: Ending) -> None:
        raise NotImplementedError


class LeavingStated(EndingFact, frozen=True, kw_only=True):
    """When notice was given, the last day of service and why, whole. `leaving_reason` is sealed; `liable` tells only
    whether the school's usual terms ask costs back for it."""

    EFFECTIVE: ClassVar[str] = "notified_on"
    employment_id: str
    notified_on: date
    last_day: date
    leaving_reason: Sealed
    liable: bool
    payroll_number: str = ""


class StaffResigned(LeavingStated, frozen=True, kw_only=True):
    """An employment ends, for whatever reason: the name tells no more than the sealed reason does."""

    TOPIC: ClassVar[str] = "agreements.StaffResigned"

    def begin(self) -> Ending:
        return Ending(
            id=self.ending_id,
            staff_id=self.staff_id,
            employment_id=self.employment_id,
            school_urn=self.school_urn,
            notified_on=self.notified_on,
            last_day=self.last_day,
            reason=self.leaving_reason,
            payroll_number=self.payroll_number,
            liable=self.liable,
        )

    def change(self, ending: Ending) -> None:
        """Nothing: resigning begins the state."""


class ResignationCorrected(LeavingStated, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.ResignationCorrected"

    def change(self, ending: Ending) -> None:
        ending.notified_on = self.notified_on
        ending.last_day = self.last_day
        ending.reason = self.leaving_reason
        ending.school_urn = self.school_urn
        ending.payroll_number = self.payroll_number
        ending.correction_reason = self.reason
        ending.liable = self.liable


class ResignationWithdrawn(EndingFact, frozen=True, kw_only=True):
    """The ending did not come about: withdrawn by the person, or the person was reinstated."""

    TOPIC: ClassVar[str] = "agreements.ResignationWithdrawn"
    EFFECTIVE: ClassVar[str] = "withdrawn_on"
    withdrawn_on: date

    def change(self, ending: Ending) -> None:
        ending.withdrawn_on = self.withdrawn_on
        ending.withdrawal_reason = self.reason


class WithdrawalCameEarly(Fact, frozen=True, kw_only=True):
    """HR took back an ending that nobody has told of yet. It waits for it."""

    TOPIC: ClassVar[str] = "agreements.WithdrawalCameEarly"
    EFFECTIVE: ClassVar[str] = "withdrawn_on"
    employment_id: str
    withdrawn_on: date


def fold_ending(state: Ending | None, fact: EndingFact) -> Ending | None:
    """The state with `fact`; None where no employment ended. Changes `state` in place."""
    if isinstance(fact, StaffResigned):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.version += 1
    return state


EMPLOYMENT_FACTS: tuple[type[Fact], ...] = (StaffJoined, EmploymentCorrected, StaffMoved)
ENDING_FACTS: tuple[type[Fact], ...] = (StaffResigned, ResignationCorrected, ResignationWithdrawn, WithdrawalCameEarly)
