"""Where an agreement stands, in one word: derived, never stored."""

from typing import Literal

from services.agreements.domain.agreement import Agreement

AgreementStatus = Literal[
    "drafted", "refused", "signed", "varied", "in_training", "completed", "withdrawn", "discharged", "cancelled"
]


def agreement_status(agreement: Agreement) -> AgreementStatus:
    """The furthest the agreement has come. `varied`: signed, with a variation that waits for its signature."""
    holds: dict[AgreementStatus, bool] = {
        "cancelled": agreement.cancelled or agreement.training_cancelled_on is not None,
        "discharged": bool(agreement.discharges),
        "refused": agreement.refused,
        "varied": agreement.unsigned_variation,
        "drafted": not agreement.signatures,
        "completed": agreement.completed_on is not None,
        "withdrawn": agreement.withdrawn_on is not None,
        "in_training": agreement.started_on is not None,
        "signed": True,
    }
    return next(status for status, does in holds.items() if does)
