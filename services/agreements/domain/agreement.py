"""What a member of staff and a school agreed about one training, and what became of it: state folded from facts."""

from datetime import date

import msgspec

from services.agreements.domain.terms import RepaymentTerms
from shared.words import CostCategory


class CostLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one category is expected to cost, in pence net of recoverable VAT."""

    category: CostCategory
    amount_pence: int


class DatedCost(msgspec.Struct, frozen=True, kw_only=True):
    """A cost paid or refunded on a day."""

    category: CostCategory
    amount_pence: int
    on: date
    reference: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What is put before the person to sign."""

    cost_lines: list[CostLine]
    terms: RepaymentTerms | None


class Signature(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One signed version: the terms and cost lines that hold from `signed_on` until a later version is signed."""

    version: int
    signed_on: date
    deduction_consent: bool
    by_governor: bool
    cost_lines: list[CostLine]
    terms: RepaymentTerms | None
    document_ref: str = ""


class Discharge(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The agreement was assessed when an employment ended: from `on` nothing is contingent."""

    ending_id: str
    on: date


class Agreement(msgspec.Struct, kw_only=True, array_like=True):
    """One training agreement as known. `draft` is what nobody has signed yet, None where the last signature stands.

    `reason` is that of the last act that had one, `version` counts its facts, `basis` are the log positions of those
    facts (known to views, empty inside an aggregate).
    """

    id: str
    staff_id: str
    employment_id: str
    school_urn: str
    title: str
    activity_type: str
    planned_start: date
    planned_end: date
    funded_percent: int
    draft: Draft | None = None
    request_id: str | None = None
    mandatory: bool = False
    apprenticeship: bool = False
    signatures: list[Signature] = []
    refused: bool = False
    started_on: date | None = None
    completed_on: date | None = None
    withdrawn_on: date | None = None
    training_cancelled_on: date | None = None
    training_cancelled_by: str | None = None
    cancelled: bool = False
    costs: list[DatedCost] = []
    refunds: list[DatedCost] = []
    discharges: list[Discharge] = []
    reason: str = ""
    version: int = 0
    basis: list[int] = []

    @property
    def newest(self) -> Draft | Signature:
        """What it says by the last word on it, signed or not."""
        return self.draft or self.signatures[-1]

    @property
    def unsigned_variation(self) -> bool:
        """Whether what was signed is to be changed, and the change waits for its signature."""
        return self.draft is not None and bool(self.signatures)

    @property
    def ended_on(self) -> date | None:
        """When the training ended: completed, or left (withdrawing does not escape the scale)."""
        return self.completed_on or self.withdrawn_on

    @property
    def called_off(self) -> bool:
        """Whether the agreement, or the training that it is about, was cancelled."""
        return self.cancelled or self.training_cancelled_on is not None

    @property
    def exempt(self) -> bool:
        """Whether the training is of a kind that is never repayable."""
        return self.mandatory or self.apprenticeship

    @property
    def begins_on(self) -> date:
        """When the training began, or is planned to begin where no start is recorded."""
        return self.started_on or self.planned_start
