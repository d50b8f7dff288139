"""The facts of an agreement and what each changes in its state."""

from datetime import date
from typing import ClassVar, Literal

from services.agreements.domain.agreement import Agreement, CostLine, DatedCost, Draft, Signature
from services.agreements.domain.terms import RepaymentTerms
from shared.eventstore.fact import Fact, Sealed
from shared.words import CostCategory


class AgreementFact(Fact, frozen=True, kw_only=True):
    """A fact about one agreement. `change` applies it to the state and cannot fail."""

    agreement_id: str

    def change(self, agreement: Agreement) -> None:
        raise NotImplementedError


class AgreementDrafted(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.AgreementDrafted"
    employment_id: str
    title: Sealed
    activity_type: str
    planned_start: date
    planned_end: date
    cost_lines: list[CostLine]
    funded_percent: int
    terms: RepaymentTerms | None
    request_id: str | None = None
    mandatory: bool = False
    apprenticeship: bool = False

    def begin(self) -> Agreement:
        return Agreement(
            id=self.agreement_id,
            staff_id=self.staff_id,
            employment_id=self.employment_id,
            school_urn=self.school_urn,
            title=self.title,
            activity_type=self.activity_type,
            planned_start=self.planned_start,
            planned_end=self.planned_end,
            funded_percent=self.funded_percent,
            draft=Draft(cost_lines=self.cost_lines, terms=self.terms),
            request_id=self.request_id,
            mandatory=self.mandatory,
            apprenticeship=self.apprenticeship,
        )

    def change(self, agreement: Agreement) -> None:
        """Nothing: drafting begins the state."""


class AgreementVaried(AgreementFact, frozen=True, kw_only=True):
    """New terms or cost lines, whole. After a signature they hold only once signed again."""

    TOPIC: ClassVar[str] = "agreements.AgreementVaried"
    cost_lines: list[CostLine]
    terms: RepaymentTerms | None

    def change(self, agreement: Agreement) -> None:
        agreement.draft = Draft(cost_lines=self.cost_lines, terms=self.terms)
        agreement.refused = False


class AgreementSigned(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.AgreementSigned"
    EFFECTIVE: ClassVar[str] = "signed_on"
    signed_on: date
    deduction_consent: bool
    by_governor: bool
    document_ref: Sealed = ""

    def change(self, agreement: Agreement) -> None:
        signature = Signature(
            version=len(agreement.signatures) + 1,
            signed_on=self.signed_on,
            deduction_consent=self.deduction_consent,
            by_governor=self.by_governor,
            cost_lines=agreement.newest.cost_lines,
            terms=agreement.newest.terms,
            document_ref=self.document_ref,
        )
        agreement.signatures = [*agreement.signatures, signature]
        agreement.draft = None


class AgreementRefused(AgreementFact, frozen=True, kw_only=True):
    """The person will not sign. A refused variation leaves what was signed before in force."""

    TOPIC: ClassVar[str] = "agreements.AgreementRefused"

    def change(self, agreement: Agreement) -> None:
        if agreement.signatures:
            agreement.draft = None
        else:
            agreement.refused = True


class AgreementCancelled(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.AgreementCancelled"

    def change(self, agreement: Agreement) -> None:
        agreement.cancelled = True


class CostRecorded(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.CostRecorded"
    EFFECTIVE: ClassVar[str] = "on"
    category: CostCategory
    amount_pence: int
    on: date
    reference: Sealed = ""

    def change(self, agreement: Agreement) -> None:
        agreement.costs = [*agreement.costs, _dated(self)]


class CostRefunded(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.CostRefunded"
    EFFECTIVE: ClassVar[str] = "on"
    category: CostCategory
    amount_pence: int
    on: date
    reference: Sealed = ""

    def change(self, agreement: Agreement) -> None:
        agreement.refunds = [*agreement.refunds, _dated(self)]


def _dated(fact: CostRecorded | CostRefunded) -> DatedCost:
    return DatedCost(category=fact.category, amount_pence=fact.amount_pence, on=fact.on, reference=fact.reference)


class TrainingStarted(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.TrainingStarted"
    EFFECTIVE: ClassVar[str] = "started_on"
    started_on: date

    def change(self, agreement: Agreement) -> None:
        agreement.started_on = self.started_on


class StartCorrected(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.StartCorrected"
    EFFECTIVE: ClassVar[str] = "started_on"
    started_on: date
    previously: date

    def change(self, agreement: Agreement) -> None:
        agreement.started_on = self.started_on


class TrainingCompleted(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.TrainingCompleted"
    EFFECTIVE: ClassVar[str] = "completed_on"
    completed_on: date

    def change(self, agreement: Agreement) -> None:
        agreement.completed_on = self.completed_on


class CompletionCorrected(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.CompletionCorrected"
    EFFECTIVE: ClassVar[str] = "completed_on"
    completed_on: date
    previously: date

    def change(self, agreement: Agreement) -> None:
        agreement.completed_on = self.completed_on


class TrainingWithdrawn(AgreementFact, frozen=True, kw_only=True):
    """The person left the training before its end; the scale runs from that day."""

    TOPIC: ClassVar[str] = "agreements.TrainingWithdrawn"
    EFFECTIVE: ClassVar[str] = "withdrawn_on"
    withdrawn_on: date

    def change(self, agreement: Agreement) -> None:
        agreement.withdrawn_on = self.withdrawn_on


class WithdrawalCorrected(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.WithdrawalCorrected"
    EFFECTIVE: ClassVar[str] = "withdrawn_on"
    withdrawn_on: date
    previously: date

    def change(self, agreement: Agreement) -> None:
        agreement.withdrawn_on = self.withdrawn_on


class TrainingCancelled(AgreementFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "agreements.TrainingCancelled"
    EFFECTIVE: ClassVar[str] = "cancelled_on"
    cancelled_on: date
    by: Literal["provider", "school"]

    def change(self, agreement: Agreement) -> None:
        agreement.training_cancelled_on = self.cancelled_on
        agreement.training_cancelled_by = self.by


def fold_agreement(state: Agreement | None, fact: AgreementFact) -> Agreement | None:
    """The state with `fact`; None where nothing was drafted. Changes `state` in place."""
    if isinstance(fact, AgreementDrafted):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        if fact.reason:
            state.reason = fact.reason
        state.version += 1
    return state


AGREEMENT_FACTS: tuple[type[AgreementFact], ...] = (
    AgreementDrafted,
    AgreementVaried,
    AgreementSigned,
    AgreementRefused,
    AgreementCancelled,
    CostRecorded,
    CostRefunded,
    TrainingStarted,
    StartCorrected,
    TrainingCompleted,
    CompletionCorrected,
    TrainingWithdrawn,
    WithdrawalCorrected,
    TrainingCancelled,
)
