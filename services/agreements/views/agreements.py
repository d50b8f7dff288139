"""Agreements as believed, with what each day would ask back from someone who resigns."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS, AgreementFact, fold_agreement
from services.agreements.domain.repayment_facts import DISCHARGING, RepaymentFact, discharging
from services.agreements.domain.status import agreement_status
from services.agreements.domain.stretches import Stretch, grounds, stretches
from shared.projections.versions import Fields, VersionsView


class Contingent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is contingent on each day, and what of it is deductible: worked out when someone asks."""

    stretches: Sequence[Stretch] = ()

    def amounts_on(self, day: date) -> Mapping[str, int]:
        for stretch in reversed(self.stretches):
            if stretch.since <= day:
                amount = stretch.amount_on(day)
                return {"contingent": amount, "contingent_deductible": amount if stretch.deductible else 0}
        return {}

    def owed_until(self) -> int:
        return self.stretches[-1].nothing_after().toordinal() + 1 if self.stretches else 0


NOTHING = Contingent()


class AgreementsView(VersionsView[Agreement]):
    """One row an agreement, with every version believed of it. Its schedule is what is contingent."""

    name = "agreements"
    version = 3
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

    def fields(self, state: Agreement) -> Fields:
        return Fields(state.staff_id, state.school_urn, agreement_status(state))

    def schedule(self, state: Agreement) -> Contingent:
        return Contingent(stretches(state)) if state.signatures else NOTHING

    def grounds(self, state: Agreement) -> object:
        return grounds(state) if state.signatures else None
