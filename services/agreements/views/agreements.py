"""Agreements as believed, with what each day would ask back from someone who resigns."""

from collections.abc import Sequence

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS, AgreementFact, fold_agreement
from services.agreements.domain.repayment_facts import DISCHARGING, RepaymentFact, discharging
from services.agreements.domain.schedule import grounds, steps
from services.agreements.domain.status import agreement_status
from shared.projections.schedule import Schedule
from shared.projections.versions import Fields, VersionsView

NOTHING = Schedule()


class AgreementsView(VersionsView[Agreement]):
    """One row a believed version of an agreement. Its schedule is what is contingent."""

    name = "agreements"
    version = 2
    facts = (*AGREEMENT_FACTS, *DISCHARGING)
    state_type = Agreement

    def resource_ids(self, fact: AgreementFact | RepaymentFact) -> Sequence[str]:
        return (fact.agreement_id,)

    def fold(self, state: Agreement | None, fact: AgreementFact | RepaymentFact, position: int) -> Agreement | None:
        folded = fold_agreement(state, fact) if isinstance(fact, AgreementFact) else discharging(state, fact)
        if folded is not None:
            folded.basis = [*folded.basis, position]
        return folded

    def fields(self, state: Agreement) -> Fields:
        return Fields(state.staff_id, state.school_urn, agreement_status(state))

    def schedule(self, state: Agreement) -> Schedule:
        if not state.signatures:
            return NOTHING
        days, amounts, deductible = steps(state)
        return Schedule.of(days, contingent=amounts, contingent_deductible=deductible)

    def grounds(self, state: Agreement) -> object:
        return grounds(state)
