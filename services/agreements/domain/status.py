"""Where an agreement stands, in one word: derived, never stored."""

from typing import Literal

from services.agreements.domain.agreement import Agreement

AgreementStatus = Literal[
    "drafted", "refused", "signed", "varied", "in_training", "completed", "withdrawn", "discharged", "cancelled"
]


FURTHEST_FIRST: tuple[AgreementStatus, ...] = (
    "cancelled",
    "discharged",
    "refused",
    "varied",
    "drafted",
    "completed",
    "withdrawn",
    "in_training",
    "signed",
)


def agreement_status(agreement: Agreement) -> AgreementStatus:
    """The furthest the agreement has come. `varied`: signed, with a variation that waits for its signature."""
    holds = (
        agreement.cancelled or agreement.training_cancelled_on is not None,
        bool(agreement.discharges),
        agreement.refused,
        agreement.unsigned_variation,
        not agreement.signatures,
        agreement.completed_on is not None,
        agreement.withdrawn_on is not None,
        agreement.started_on is not None,
        True,
    )
    return FURTHEST_FIRST[holds.index(True)]
