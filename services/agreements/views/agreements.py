"""Agreements as believed, with what each day would ask back from someone who resigns."""

from collections.abc import Sequence

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS, AgreementFact, fold_agreement
from services.agreements.domain.contingent import NOTHING, Contingent, contingent
from services.agreements.domain.repayment_facts import DISCHARGING, RepaymentFact, discharging
from services.agreements.domain.status import agreement_status
from shared.projections.versions import VersionsView


class AgreementsView(VersionsView[Agreement]):
    """One row an agreement, with every version believed of it. Its schedule is what is contingent."""

    name = "agreements"
    version = 5
    facts = (*AGREEMENT_FACTS, *DISCHARGING)
    state_type = Agreement
    schedule_type = Contingent

    def resource_ids(self, fact: AgreementFact | RepaymentFact) -> Sequence[str]:
        return (fact.agreement_id,)

    def fold(self, state: Agreement | None, fact: AgreementFact | RepaymentFact, position: int) -> Agreement | None:
        folded = fold_agreement(state, fact) if isinstance(fact, AgreementFact) else discharging(state, fact)
        if folded is not None:
            folded.basis.append(position)
        return folded

    def status(self, state: Agreement) -> str:
        return agreement_status(state)

    def owing(self, state: Agreement, before: Contingent | None) -> Contingent | None:
        return contingent(state, before or NOTHING) if state.signatures else None
