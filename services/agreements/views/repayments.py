"""Repayments as believed, with the balance on each day."""

from collections.abc import Sequence

from services.agreements.domain.repayment import Repayment, receivable_steps, status
from services.agreements.domain.repayment_facts import REPAYMENT_FACTS, RepaymentFact, fold_repayment
from shared.projections.schedule import Owing, Schedule
from shared.projections.versions import VersionsView


class RepaymentsView(VersionsView[Repayment]):
    """One row a repayment, with every version believed of it. Its schedule is what is receivable."""

    name = "repayments"
    version = 5
    facts = REPAYMENT_FACTS
    state_type = Repayment

    def resource_ids(self, fact: RepaymentFact) -> Sequence[str]:
        return (fact.repayment_id,)

    def fold(self, state: Repayment | None, fact: RepaymentFact, position: int) -> Repayment | None:
        folded = fold_repayment(state, fact)
        if folded is not None:
            folded.basis.append(position)
        return folded

    def status(self, state: Repayment) -> str:
        return status(state)

    def owing(self, state: Repayment, before: Owing | None) -> Schedule:  # noqa: ARG002  it is short enough to make anew
        steps = receivable_steps(state)
        balances = [pence for _, pence in steps]
        deductible = balances if state.computation.deductible else [0] * len(balances)
        return Schedule.of([day for day, _ in steps], receivable=balances, receivable_deductible=deductible)
