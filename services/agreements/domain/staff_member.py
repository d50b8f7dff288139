"""A member of staff: employments, agreements, endings and repayments, kept consistent with one another."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AgreementFact, fold_agreement
from services.agreements.domain.repayment import Repayment
from services.agreements.domain.repayment_facts import RepaymentFact, discharging, fold_repayment
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_facts import (
    Employment,
    EmploymentFact,
    Ending,
    EndingFact,
    StaffMoved,
    WithdrawalCameEarly,
    fold_ending,
)
from shared.errors import NotThere
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

T = TypeVar("T")
STAFF_NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:agreements:staff")


def stream_of(staff_id: str) -> UUID:
    """The stream that holds everything about one person."""
    return uuid5(STAFF_NAMESPACE, staff_id)


def stream_in(resource_id: str) -> UUID:
    """The stream that the id of an agreement, ending or repayment carries. Raises NotThere."""
    try:
        return UUID(resource_id[:36])
    except ValueError:
        raise NotThere(f"there is no {resource_id}") from None


class StaffMember(Aggregate):
    """One person's stream. The commands are the functions of the modules beside this one; this class is the state.

    `settings_of` gives the settings of a school while a command runs; folding never asks for them.
    """

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.staff_id = ""
        self.employments: dict[str, Employment] = {}
        self.agreements: dict[str, Agreement] = {}
        self.endings: dict[str, Ending] = {}
        self.early_withdrawals: dict[str, date] = {}
        self.repayments: dict[str, Repayment] = {}
        self.settings_of: Callable[[str], SchoolSettings] = lambda _: SchoolSettings()

    def record(self, fact_class: type[Fact], **fields: Any) -> None:
        """State a new fact about this person."""
        super().record(fact_class, staff_id=self.staff_id, **fields)

    def record_of_agreement(self, agreement: Agreement, fact_class: type[AgreementFact], **fields: Any) -> None:
        self.record(fact_class, agreement_id=agreement.id, school_urn=agreement.school_urn, **fields)

    def record_of_repayment(self, repayment: Repayment, fact_class: type[RepaymentFact], **fields: Any) -> None:
        self.record(
            fact_class,
            repayment_id=repayment.id,
            agreement_id=repayment.agreement_id,
            school_urn=repayment.school_urn,
            **fields,
        )

    def evolve(self, fact: Fact) -> None:
        self.staff_id = fact.staff_id
        if isinstance(fact, AgreementFact):
            self._evolve_agreement(fact)
        elif isinstance(fact, RepaymentFact):
            self._evolve_repayment(fact)
        elif isinstance(fact, EmploymentFact):
            self.employments[fact.employment_id] = fact.employment()
        elif isinstance(fact, StaffMoved):
            self._move(fact)
        elif isinstance(fact, EndingFact):
            self._evolve_ending(fact)
        elif isinstance(fact, WithdrawalCameEarly):
            self.early_withdrawals[fact.employment_id] = fact.withdrawn_on

    def _evolve_agreement(self, fact: AgreementFact) -> None:
        agreement = fold_agreement(self.agreements.get(fact.agreement_id), fact)
        if agreement is not None:
            self.agreements[fact.agreement_id] = agreement

    def _evolve_repayment(self, fact: RepaymentFact) -> None:
        repayment = fold_repayment(self.repayments.get(fact.repayment_id), fact)
        if repayment is not None:
            self.repayments[fact.repayment_id] = repayment
        discharging(self.agreements.get(fact.agreement_id), fact)

    def _evolve_ending(self, fact: EndingFact) -> None:
        ending = fold_ending(self.endings.get(fact.ending_id), fact)
        if ending is not None:
            self.endings[fact.ending_id] = ending

    def _move(self, fact: StaffMoved) -> None:
        self.endings[fact.ending_id] = fact.ending()
        before = self.employments.get(fact.employment_id)
        self.employments[fact.employment_id] = Employment(
            id=fact.employment_id,
            school_urn=fact.school_urn,
            started_on=before.started_on if before else fact.on,
            role_category=fact.role_category or (before.role_category if before else None),
            line_manager_id=fact.line_manager_id or (before.line_manager_id if before else None),
            payroll_number=fact.payroll_number or (before.payroll_number if before else ""),
            name=before.name if before else "",
        )

    def agreement(self, agreement_id: str) -> Agreement:
        """Raises NotThere."""
        return _found(self.agreements, agreement_id)

    def ending(self, ending_id: str) -> Ending:
        """Raises NotThere; a move within the trust is no resignation."""
        ending: Ending = _found(self.endings, ending_id)
        if ending.transfer:
            raise NotThere(f"there is no {ending_id}")
        return ending

    def repayment(self, repayment_id: str) -> Repayment:
        """Raises NotThere."""
        return _found(self.repayments, repayment_id)

    def open_ending(self, employment_id: str) -> Ending | None:
        """The ending of an employment that stands, if any."""
        return next(
            (
                ending
                for ending in self.endings.values()
                if ending.employment_id == employment_id and not ending.transfer and ending.withdrawn_on is None
            ),
            None,
        )

    def current_employment(self) -> Employment | None:
        """The latest employment that has not ended, else the latest of all."""
        by_start = sorted(self.employments.values(), key=lambda employment: employment.started_on)
        standing = [employment for employment in by_start if self.open_ending(employment.id) is None]
        return next(reversed(standing or by_start), None)

    def new_id(self, kind: str, among: dict[str, Any]) -> str:
        return f"{self.id}-{kind}{len(among) + 1}"


def _found(among: dict[str, T], resource_id: str) -> T:
    try:
        return among[resource_id]
    except KeyError:
        raise NotThere(f"there is no {resource_id}") from None
