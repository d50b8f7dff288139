"""Where an agreement stands, in one word: derived, never stored."""

from typing import Literal

from services.agreements.domain.agreement import Agreement

AgreementStatus = Literal[
    "drafted", "refused", "signed", "varied", "in_training", "completed", "withdrawn", "discharged", "cancelled"
]


def agreement_status(agreement: Agreement) -> AgreementStatus:
    """The furthest the agreement has come. `varied`: signed, with a variation that waits for its signature."""
    if agreement.called_off:
        return "cancelled"
    if agreement.discharges:
        return "discharged"
    return _of_training(agreement) if agreement.draft is None else _of_paper(agreement)


def _of_paper(agreement: Agreement) -> AgreementStatus:
    if agreement.refused:
        return "refused"
    return "varied" if agreement.signatures else "drafted"


def _of_training(agreement: Agreement) -> AgreementStatus:
    if agreement.completed_on is not None:
        return "completed"
    if agreement.withdrawn_on is not None:
        return "withdrawn"
    return "signed" if agreement.started_on is None else "in_training"
