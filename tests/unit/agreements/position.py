"""What is owed by school and pay period, added up from the facts alone."""

from collections import defaultdict
from collections.abc import Iterable

from services.agreements.domain import repayment_facts as facts
from services.agreements.domain.repayment import Repayment, current_balance
from services.agreements.domain.repayment_facts import RepaymentFact, fold_repayment
from shared.eventstore.fact import Fact

PERIOD = "%Y-%m"


class Positions:
    """Opening + changes of amount − taken + refunded − changes of waived and written off = closing."""

    def __init__(self) -> None:
        self.changes: dict[tuple[str, str], int] = defaultdict(int)
        self.repayments: dict[str, Repayment] = {}

    def add(self, fact: Fact) -> None:
        if not isinstance(fact, RepaymentFact):
            return
        let_go = self._let_go(fact.repayment_id)
        folded = fold_repayment(self.repayments.get(fact.repayment_id), fact)
        if folded is not None:
            self.repayments[fact.repayment_id] = folded
        period = fact.school_urn, fact.recorded_at.strftime(PERIOD)
        self.changes[period] += _moved(fact) - (self._let_go(fact.repayment_id) - let_go)

    def _let_go(self, repayment_id: str) -> int:
        if repayment_id not in self.repayments:
            return 0
        now = current_balance(self.repayments[repayment_id])
        return now.waived_pence + now.written_off_pence

    def closing(self) -> dict[tuple[str, str], int]:
        """By school and period, the position at the period's end."""
        standing: dict[str, int] = defaultdict(int)
        closing = {}
        for (school, period), change in sorted(self.changes.items(), key=lambda item: item[0][1]):
            standing[school] += change
            closing[school, period] = standing[school]
        return closing

    def agree_with(self, repayments: Iterable[Repayment]) -> None:
        """The last closing position of each school is what is owed there less what is due back."""
        owed: dict[str, int] = defaultdict(int)
        for repayment in repayments:
            now = current_balance(repayment)
            owed[repayment.school_urn] += now.balance_pence - now.refund_due_pence
        last = {school: position for (school, _), position in self.closing().items()}
        assert last == owed


def _moved(fact: RepaymentFact) -> int:
    """The change of amount − taken + refunded that one fact states."""
    match fact:
        case facts.RepaymentAssessed():
            return fact.computation.amount_pence
        case facts.RepaymentAdjusted() | facts.RepaymentCancelled():
            return fact.difference_pence
        case facts.DeductionReported():
            return -fact.taken_pence
        case facts.PaymentReceived():
            return -fact.amount_pence
        case facts.DeductionReversed() | facts.RefundPaid():
            return fact.amount_pence
    return 0
