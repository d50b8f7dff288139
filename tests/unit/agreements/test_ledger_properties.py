"""Whatever happens to a person, in whatever order, the ledger adds up and payroll agrees with it."""

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.assessment import reassess
from services.agreements.domain.liability import assess, reason_is_liable
from services.agreements.domain.repayment import current_balance
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from tests.unit.agreements.histories import Histories
from tests.unit.agreements.payroll import Payroll


class Ledgers(Histories):
    """What holds after every step."""

    @invariant()
    def the_ledger_adds_up(self) -> None:
        for repayment in self.member.repayments.values():
            now = current_balance(repayment)
            accounted = now.net_pence + now.waived_pence + now.written_off_pence + now.balance_pence
            assert now.amount_pence + now.refund_due_pence == accounted
            assert now.balance_pence * now.refund_due_pence == 0

    @invariant()
    def one_repayment_for_an_agreement_and_standing_ending(self) -> None:
        standing = [(r.agreement_id, r.ending_id) for r in self.member.repayments.values() if not r.reversed]
        assert len(standing) == len(set(standing))
        for _, ending_id in standing:
            assert self.member.endings[ending_id].withdrawn_on is None
        for ending in self.member.endings.values():
            for agreement in self.member.agreements.values():
                if agreement.employment_id == ending.employment_id and not ending.transfer:
                    assert ((agreement.id, ending.id) in standing) == (ending.withdrawn_on is None)

    @invariant()
    def each_amount_is_that_of_a_fresh_assessment(self) -> None:
        for r in self.member.repayments.values():
            if not r.reversed:
                ending, agreement = self.member.endings[r.ending_id], self.member.agreements[r.agreement_id]
                liable = ending.transfer or reason_is_liable(
                    _terms_on(agreement, r.computation.trigger_on), ending.reason
                )
                found = assess(agreement, r.computation.trigger_on, reason_liable=liable, ending_id=ending.id)
                assert (r.amount_pence, r.computation.rule) == (found.amount_pence, found.rule)

    @invariant()
    def nobody_pays_twice_for_an_agreement(self) -> None:
        owed = [r.agreement_id for r in self.member.repayments.values() if r.amount_pence > 0]
        assert len(owed) == len(set(owed))

    @invariant()
    def another_look_changes_nothing(self) -> None:
        reassess(self.member)
        assert self.member.collect_events() == []

    @invariant()
    def payroll_has_what_is_outstanding_and_what_is_due_back(self) -> None:
        for r in self.member.repayments.values():
            now, known = current_balance(r), self.payrolls.get(r.id, Payroll())
            assert known.outstanding_pence == 0 or r.computation.deductible
            assert known.outstanding_pence <= now.balance_pence
            settled_with_all = r.authorised_pence is not None and r.authorised_pence >= r.amount_pence
            numbered = r.messages or (r.payroll_number and not r.held_because)
            if settled_with_all and not r.waits(self.today) and r.computation.deductible and numbered:
                assert known.outstanding_pence == now.balance_pence
            if r.messages:
                assert known.refund_due_pence == now.refund_due_pence

    @invariant()
    def the_facts_replayed_give_the_same_state(self) -> None:
        replayed = StaffMember.project(None, self.facts) or StaffMember(self.member.id)
        for name in ("employments", "agreements", "endings", "repayments", "version"):
            assert getattr(replayed, name) == getattr(self.member, name)

    @invariant()
    def positions_close_on_balance_less_refund_due(self) -> None:
        self.positions.agree_with(self.member.repayments.values())


def _terms_on(agreement: Agreement, on: date) -> RepaymentTerms | None:
    in_force = [signature.terms for signature in agreement.signatures if signature.signed_on <= on]
    return in_force[-1] if in_force else agreement.newest.terms


TestHistories = Ledgers.TestCase
TestHistories.settings = settings(
    max_examples=120,
    stateful_step_count=35,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
