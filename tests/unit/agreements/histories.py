"""Random histories of one person: what may be refused is tried all the same, and a refusal states nothing."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from services.agreements.domain.repayment import Repayment, current_balance
from services.agreements.domain.repayment_facts import RepaymentSent
from services.agreements.domain.staff_member import StaffMember, stream_of
from shared.errors import Refusal
from shared.eventstore.fact import Fact
from tests.given import STAFF_ID, TODAY, Step
from tests.unit.agreements import acts
from tests.unit.agreements.acts import fee
from tests.unit.agreements.payroll import Payroll
from tests.unit.agreements.position import Positions

DAYS = st.dates(date(2024, 8, 1), TODAY)
PENCE = st.integers(1, 30000)
BASE = st.integers(10000, 300000)
PICK = st.integers(0, 99)
REASONS = st.sampled_from(["resignation", "resignation", "resignation", "retirement"])
TERMS = st.sampled_from(
    [
        {},
        {},
        {"trigger": "last_day"},
        {"base": "paid"},
        {"minimum_pence": 5000},
        {
            "scale": {
                "kind": "steps",
                "steps": [{"until_months": 6, "percent": 100}, {"until_months": 9, "percent": 40}],
            }
        },
        {"transfer_within_trust_is_leaving": True},
    ]
)


OPENINGS = st.sampled_from([(acts.employed(),), acts.LEFT, acts.REQUIRED, acts.REQUIRED])


class Histories(RuleBasedStateMachine):
    """One person, a payroll that hears of them, and the positions of their schools."""

    @initialize(auto=st.booleans(), opening=OPENINGS)
    def begin(self, auto: bool, opening: tuple[Step, ...]) -> None:
        self.member = StaffMember(stream_of(STAFF_ID))
        self.member.staff_id = STAFF_ID
        self.today = TODAY
        self.facts: list[Fact] = []
        self.payrolls: dict[str, Payroll] = defaultdict(Payroll)
        self.positions = Positions()
        for step in (*opening[:-1], acts.schools_set(auto_require=auto), opening[-1]):
            self.do(step)

    def do(self, step: Step) -> bool:
        """Take the step; whether it was allowed."""
        try:
            stated = step.on(self.today).take(self.member)
        except Refusal:
            assert self.member.collect_events() == []
            return False
        self.facts += stated
        for fact in stated:
            self.positions.add(fact)
            if isinstance(fact, RepaymentSent):
                self.payrolls[fact.repayment_id].apply(fact)
        return True

    def one(self, among: dict[str, Any], pick: int) -> str:
        return list(among)[pick % len(among)]

    def agreement(self, pick: int) -> str:
        return self.one(self.member.agreements, pick)

    def owed(self) -> list[str]:
        return [r.id for r in self.member.repayments.values() if current_balance(r).balance_pence]

    def repayment(self, pick: int) -> Repayment:
        return self.member.repayments[self.one(self.member.repayments, pick)]

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        for repayment_id in self.member.repayments:
            assert self.do(acts.notice_over(repayment_id))

    @rule(pence=BASE, terms=TERMS, start=DAYS, signs=st.booleans(), consent=st.booleans(), employment=PICK)
    @precondition(lambda self: len(self.member.agreements) < 3)
    def drafts(self, *, pence: int, terms: dict, start: date, signs: bool, consent: bool, employment: int) -> None:
        end = start + timedelta(days=60)
        of = self.one(self.member.employments, employment)
        self.do(acts.drafted(fee(pence), terms=terms, planned_start=start, planned_end=end, employment_id=of))
        if signs:
            self.do(acts.signed(list(self.member.agreements)[-1], on=start, consent=consent or pence % 3 > 0))

    @rule(pick=PICK, on=DAYS, act=st.sampled_from([acts.started, acts.completed, acts.completed, acts.withdrew]))
    @precondition(lambda self: self.member.agreements)
    def training(self, pick: int, on: date, act: Any) -> None:
        self.do(act(on, self.agreement(pick)))

    @rule(pick=PICK, on=DAYS, pence=PENCE, act=st.sampled_from([acts.cost, acts.cost_refunded]))
    @precondition(lambda self: self.member.agreements)
    def costs(self, pick: int, on: date, pence: int, act: Any) -> None:
        self.do(act(pence, on=on, agreement_id=self.agreement(pick)))

    @rule(pick=PICK, on=DAYS, pence=BASE)
    @precondition(lambda self: self.member.agreements)
    def varies_and_signs(self, pick: int, on: date, pence: int) -> None:
        agreement_id = self.agreement(pick)
        self.do(acts.varied(agreement_id, cost_lines=[fee(pence)]))
        self.do(acts.signed(agreement_id, on=on))

    @rule(pick=PICK, act=st.sampled_from([acts.cancelled, acts.refused]))
    @precondition(lambda self: self.member.agreements)
    def cancels(self, pick: int, act: Any) -> None:
        if pick < 10:
            self.do(act(self.agreement(pick)))

    @rule(on=DAYS, notice=st.integers(0, 90), reason=REASONS, employment=PICK)
    def resigns(self, on: date, notice: int, reason: str, employment: int) -> None:
        of = self.one(self.member.employments, employment)
        self.do(acts.resign(on, on + timedelta(days=notice), reason=reason, employment_id=of))

    @rule(pick=PICK, on=DAYS, notice=st.integers(0, 90), reason=REASONS)
    @precondition(lambda self: self.member.endings)
    def corrects_the_resignation(self, pick: int, on: date, notice: int, reason: str) -> None:
        ending = self.one(self.member.endings, pick)
        last_day = on + timedelta(days=notice)
        self.do(acts.resignation_corrected(ending, notified_on=on, last_day=last_day, reason=reason))

    @rule(pick=PICK)
    @precondition(lambda self: self.member.endings)
    def withdraws_the_resignation(self, pick: int) -> None:
        if pick < 50:
            self.do(acts.resignation_withdrawn(self.today, self.one(self.member.endings, pick)))

    @rule(on=DAYS, number=st.sampled_from(["9001", "7", ""]), of=st.sampled_from(["e1", "e2", "e3"]))
    def is_employed(self, on: date, number: str, of: str) -> None:
        self.do(acts.employed(of, on=on, payroll_number=number))

    @rule(on=DAYS, to=st.sampled_from([acts.URN, acts.OTHER_URN]))
    def moves(self, on: date, to: str) -> None:
        self.do(acts.moved(to, on=on))

    @rule(pick=PICK)
    @precondition(lambda self: self.member.repayments)
    def disputes(self, pick: int) -> None:
        self.do(acts.disputed(self.repayment(pick).id))

    @rule(pick=PICK, confirms=st.booleans())
    @precondition(lambda self: self.owed())
    def requires(self, pick: int, confirms: bool) -> None:
        owed = self.owed()
        repayment_id = owed[pick % len(owed)]
        if confirms:
            self.do(acts.confirmed(repayment_id))
        self.do(acts.required(repayment_id))

    @rule(pick=PICK, pence=PENCE, act=st.sampled_from([acts.waived, acts.written_off]))
    @precondition(lambda self: self.owed())
    def lets_go(self, pick: int, pence: int, act: Any) -> None:
        owed = self.owed()
        self.do(act(pence, owed[pick % len(owed)]))

    @rule(pick=PICK, pence=PENCE, whole=st.booleans())
    @precondition(lambda self: self.owed())
    def pays(self, pick: int, pence: int, whole: bool) -> None:
        owed = self.owed()
        repayment = self.member.repayments[owed[pick % len(owed)]]
        left = current_balance(repayment).balance_pence
        self.do(acts.paid(left if whole else pence, on=self.today, repayment_id=repayment.id))

    @rule(
        pick=PICK, pence=PENCE, back=st.integers(0, 2), outcome=st.sampled_from(["taken", "partly_taken", "rejected"])
    )
    @precondition(lambda self: self.payrolls)
    def payroll_deducts(self, pick: int, pence: int, back: int, outcome: str) -> None:
        repayment = self.member.repayments[self.one(self.payrolls, pick)]
        message = repayment.messages[-1 - back % len(repayment.messages)]
        same = [d for d in repayment.deductions if d.revision == message.revision and not d.reversed]
        left = message.outstanding_pence - sum(d.taken_pence for d in same)
        taken = {"taken": left, "partly_taken": min(pence, left - 1), "rejected": 0}[outcome]
        done = acts.deducted(
            taken,
            outcome,
            revision=message.revision,
            deduction_id=f"d{len(repayment.deductions)}",
            repayment_id=repayment.id,
        )
        payroll = self.payrolls[repayment.id]
        payroll.deduct(taken)
        if self.do(done):
            assert self.do(done)
        else:
            payroll.give_back(taken)

    @rule(pick=PICK)
    @precondition(lambda self: any(r.deductions for r in self.member.repayments.values()))
    def payroll_reverses(self, pick: int) -> None:
        taken = {(r.id, d.deduction_id): d for r in self.member.repayments.values() for d in r.deductions}
        (repayment_id, deduction_id) = list(taken)[pick % len(taken)]
        deduction = taken[repayment_id, deduction_id]
        if not deduction.reversed:
            self.payrolls[repayment_id].give_back(deduction.taken_pence)
        assert self.do(acts.reversed_deduction(deduction_id, repayment_id)) or deduction.taken_pence == 0

    @rule(pick=PICK, pence=PENCE)
    @precondition(lambda self: any(current_balance(r).refund_due_pence for r in self.member.repayments.values()))
    def payroll_refunds(self, pick: int, pence: int) -> None:
        due = [r for r in self.member.repayments.values() if current_balance(r).refund_due_pence]
        repayment = due[pick % len(due)]
        sum_paid = min(pence, current_balance(repayment).refund_due_pence)
        if repayment.messages:
            self.payrolls[repayment.id].refund(sum_paid)
        assert self.do(acts.refund_paid(sum_paid, on=self.today, repayment_id=repayment.id))
