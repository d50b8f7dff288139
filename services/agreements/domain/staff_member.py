"""A member of staff: employments, agreements, endings and repayments, kept consistent with one another in one stream."""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AgreementDrafted, AgreementFact
from services.agreements.domain.repayment import Repayment
from services.agreements.domain.repayment_facts import (
    RepaymentAdjusted,
    RepaymentAssessed,
    RepaymentCancelled,
    RepaymentFact,
)
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_facts import (
    EmploymentFact,
    Employment,
    Ending,
    EndingFact,
    StaffMoved,
    StaffResigned,
)
from shared.errors import NotThere
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

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

    def _evolve_agreement(self, fact: AgreementFact) -> None:
        if isinstance(fact, AgreementDrafted):
            self.agreements[fact.agreement_id] = fact.begin()
        agreement = self.agreements[fact.agreement_id]
        fact.change(agreement)
        agreement.version += 1

    def _evolve_repayment(self, fact: RepaymentFact) -> None:
        if isinstance(fact, RepaymentAssessed):
            self.repayments[fact.repayment_id] = fact.begin()
        repayment = self.repayments[fact.repayment_id]
        fact.change(repayment)
        repayment.version += 1
        if isinstance(fact, RepaymentAssessed | RepaymentAdjusted | RepaymentCancelled):
            agreement = self.agreements[fact.agreement_id]
            fact.change_agreement(agreement)
            agreement.version += 1

    def _evolve_ending(self, fact: EndingFact) -> None:
        if isinstance(fact, StaffResigned):
            self.endings[fact.ending_id] = fact.begin()
        ending = self.endings[fact.ending_id]
        fact.change(ending)  # type: ignore[attr-defined]
        ending.version += 1

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
        ending = _found(self.endings, ending_id)
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
        return (standing or by_start or [None])[-1]

    def new_id(self, kind: str, among: dict[str, Any]) -> str:
        return f"{self.id}-{kind}{len(among) + 1}"


def _found(among: dict[str, Any], resource_id: str) -> Any:
    try:
        return among[resource_id]
    except KeyError:
        raise NotThere(f"there is no {resource_id}") from None
