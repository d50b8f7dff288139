"""Agreements as believed, with what each day would ask back from someone who resigns."""

from collections.abc import Sequence

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS, AgreementFact, fold_agreement
from services.agreements.domain.repayment_facts import DISCHARGING, RepaymentFact, discharging
from services.agreements.domain.schedule import deductible_schedule
from services.agreements.domain.status import agreement_status
from shared.projections.schedule import Schedule
from shared.projections.versions import Fields, VersionsView


class AgreementsView(VersionsView[Agreement]):
    """One row a believed version of an agreement. Its schedule is what is contingent."""

    name = "agreements"
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
        spans = deductible_schedule(state)
        return Fields(
            staff_id=state.staff_id,
            school_urn=state.school_urn,
            status=agreement_status(state),
            schedule=Schedule.of(
                [span.valid_from for span in spans],
                contingent=[span.amount_pence for span in spans],
                contingent_deductible=[span.deductible_pence for span in spans],
            ),
        )
