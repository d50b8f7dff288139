"""Whatever is done in whatever order: the books add up, a request is in one state, and no decision lacks authority."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.requests.domain import asking, delivering, judging
from services.requests.domain.budget import BudgetExceeded
from services.requests.domain.request import Held, Request, RequestStatus
from shared.errors import Refusal
from tests.unit.requests.memory import (
    SCORES,
    TODAY,
    URN,
    YEAR,
    Log,
    allocate,
    asking_for,
    joins,
    request_id,
    set_school,
)

PEOPLE = ("t1", "t2", "t3")
LIMITS = {"slt": 500, "headteacher": 5_000}
RANKS = ["slt", "headteacher", "governor", "trust_executive"]
numbers = st.integers(1, 4)
people = st.sampled_from(PEOPLE)
roles = st.sampled_from(RANKS)
pence = st.sampled_from([0, 1, 2, 499, 500, 501, 1_000, 4_999, 5_000, 5_001])
"""Close together, so that sums meet limits and budgets to the penny."""
tells = st.sampled_from(["signed", "paid", "refunded", "completed", "left early", "another day", "called off"])


def half_up(numerator: int, denominator: int) -> int:
    """Written out apart from the product."""
    whole, rest = divmod(numerator, denominator)
    return whole + (1 if rest * 2 >= denominator else 0)


class Requests(RuleBasedStateMachine):
    """Anybody does anything."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.allocated = 0

    @initialize(first=pence)
    def begin(self, first: int) -> None:
        for staff_id in PEOPLE:
            self.log.do(joins, staff_id)
        self.log.do(set_school, slt_limit_pence=LIMITS["slt"], headteacher_limit_pence=LIMITS["headteacher"])
        self.allocate(first)

    def attempt(self, command: Any, *args: Any, **fields: Any) -> bool:
        before = len(self.log.facts)
        try:
            self.log.do(command, *args, **fields)
        except Refusal:
            assert len(self.log.facts) == before
            return False
        return True

    @rule(number=numbers, staff_id=people, pence=pence, several=st.booleans())
    def ask(self, number: int, staff_id: str, pence: int, several: bool) -> None:
        if self.log.desk().stream(request_id(number)).state is None:
            others = {"participants": ["t1", "t2"]} if several else {}
            fields = asking_for(pence, **others)
            self.attempt(asking.ask, request_id(number), staff_id=staff_id, role="staff", **fields)

    @rule(number=numbers, by=people)
    def assess(self, number: int, by: str) -> None:
        self.attempt(judging.assess, request_id(number), by=by, scores=SCORES)

    @rule(number=numbers, by=people)
    def recommend(self, number: int, by: str) -> None:
        self.attempt(judging.recommend, request_id(number), by=by, role="line_manager")

    @rule(number=numbers, staff_id=people, pence=pence, role=roles, percent=st.sampled_from([33, 50, 100]))
    def ask_and_approve(self, number: int, staff_id: str, pence: int, role: str, percent: int) -> None:
        self.ask(number, staff_id, pence, False)
        self.assess(number, "t9")
        self.approve(number, role, None, percent)

    @rule(number=numbers, role=roles, by=st.none() | people, percent=st.sampled_from([0, 33, 50, 100]))
    def approve(self, number: int, role: str, by: str | None, percent: int) -> None:
        funding = {0: "none", 100: "full"}.get(percent, "part")
        available = self.budget().available_pence
        with suppress(Refusal):
            desk = self.log.desk()
            asked = desk.request(request_id(number)).asked_pence
            fields = {"funding": funding, "funded_percent": percent if funding == "part" else None}
            try:
                self.log.do(judging.approve, request_id(number), role=role, by=by, **fields)
            except BudgetExceeded:
                assert half_up(asked * percent, 100) > available
            else:
                assert half_up(asked * percent, 100) <= available

    @rule(number=numbers, role=roles, by=st.none() | people, command=st.sampled_from([judging.decline, judging.defer]))
    def say_no(self, number: int, role: str, by: str | None, command: Any) -> None:
        self.attempt(command, request_id(number), role=role, by=by)

    @rule(number=numbers, command=st.sampled_from([asking.resubmit, asking.appeal, asking.withdraw, asking.submit]))
    def act(self, number: int, command: Any) -> None:
        self.attempt(command, request_id(number), role="staff")

    @rule(number=numbers, pence=st.sampled_from([1, 2, 3, 499, 1_000, 9_000]), back=st.booleans())
    def pay(self, number: int, pence: int, back: bool) -> None:
        fields = {"category": "fee", "amount_pence": pence, "on": TODAY, "reference": "x"}
        self.attempt(delivering.record_refund if back else delivering.record_cost, request_id(number), **fields)

    @rule(number=numbers)
    def complete(self, number: int) -> None:
        self.attempt(delivering.complete, request_id(number), completed_on=TODAY)

    @rule(number=numbers, pence=pence, told=st.lists(st.tuples(st.sampled_from(PEOPLE[:2]), tells), max_size=6))
    def two_are_granted_and_agree(self, number: int, pence: int, told: list[tuple[str, str]]) -> None:
        self.ask(number, "t1", pence, True)
        self.assess(number, "t9")
        self.approve(number, "trust_executive", None, 100)
        for staff_id, what in told:
            self.an_agreement_tells(number, staff_id, what, 499)

    @rule(number=numbers, staff_id=people, what=tells, pence=st.sampled_from([1, 499, 5_000]))
    def an_agreement_tells(self, number: int, staff_id: str, what: str, pence: int) -> None:
        """Whatever the agreements service may say: a training ends one way, and may be called off once it was left."""
        request, agreement = self.log.desk().stream(request_id(number)).state, f"a-{number}-{staff_id}"
        if request is None or request.funding is None or staff_id not in request.participants:
            return
        self.log.do(delivering.note_agreement, request.id, agreement_id=agreement, staff_id=staff_id)
        (held,) = (each for each in self.log.desk().request(request.id).held if each.agreement_id == agreement)
        if (held.is_over and what == "completed") or (held.completed_on and what not in ("signed", "paid", "refunded")):
            return
        money = {"category": "fee", "amount_pence": pence, "on": TODAY}
        said: dict[str, tuple[Any, dict[str, Any]]] = {
            "signed": (delivering.note_standing, {"standing": "signed"}),
            "paid": (delivering.note_cost, money),
            "refunded": (delivering.note_refund, money),
            "completed": (delivering.note_completion, {"completed_on": TODAY}),
            "left early": (delivering.note_left_early, {"withdrawn_on": TODAY}),
            "another day": (delivering.note_left_early, {"withdrawn_on": TODAY - timedelta(days=1)}),
            "called off": (delivering.note_called_off, {}),
        }
        command, fields = said[what]
        self.log.do(command, agreement, **fields)

    @rule(pence=pence)
    def allocate(self, pence: int) -> None:
        if self.attempt(allocate, pence, role="finance"):
            self.allocated = pence

    def budget(self) -> Any:
        return self.log.desk().budget(URN, YEAR).budget

    def requests(self) -> list[Request]:
        desk = self.log.desk()
        found = [desk.stream(request_id(number)).state for number in range(1, 5)]
        return [request for request in found if request is not None]

    @invariant()
    def the_books_add_up(self) -> None:
        budget = self.budget()
        assert budget.committed_pence + budget.actual_pence + budget.available_pence == budget.allocated_pence
        assert budget.allocated_pence == self.allocated
        assert budget.committed_pence >= 0 <= budget.actual_pence
        overrun = 0
        for request in self.requests():
            if request.funded_percent is None:
                continue
            paid = sum(cost.amount_pence for cost in request.costs)
            back = sum(refund.amount_pence for refund in request.refunds)
            share, spent = (half_up(p * request.funded_percent, 100) for p in (request.asked_pence, paid))
            line = budget.lines[request.id]
            assert line.actual_pence == half_up(max(0, paid - back) * request.funded_percent, 100)
            assert line.actual_pence == request.spent_pence
            least, most = self.held_between(request, max(0, share - spent))
            assert least <= line.committed_pence <= most
            freed = request.stage == "withdrawn" or any(each.is_over for each in request.held)
            overrun += spent if freed else max(0, spent - share)
        for name in ("committed_pence", "actual_pence"):
            assert getattr(budget, name) == sum(getattr(line, name) for line in budget.lines.values())
        assert budget.available_pence >= -overrun

    def held_between(self, request: Request, unspent: int) -> tuple[int, int]:
        """What may be held for a granted request: all that is unspent, less where people left or it was withdrawn."""
        if request.stage == "withdrawn":
            return 0, min(unspent, sum(self.rest(request, each) for each in request.held if each.is_binding))
        return max(0, unspent - sum(self.part(request, each) for each in request.held if each.is_over)), unspent

    def rest(self, request: Request, held: Held) -> int:
        """What of a participant's part is not paid."""
        return max(0, self.part(request, held) - half_up(held.cost_pence * (request.funded_percent or 0), 100))

    def part(self, request: Request, held: Held) -> int:
        """The school's share of a participant's part, and the penny by which rounding one by one may differ."""
        (lines,) = (share.cost_lines for share in request.shares if share.staff_id == held.staff_id)
        return half_up(sum(line.amount_pence for line in lines) * (request.funded_percent or 0), 100) + 1

    @invariant()
    def each_request_is_in_one_state_that_its_decisions_explain(self) -> None:
        for request in self.requests():
            assert request.status in get_args(RequestStatus)
            last = request.decisions[-1].outcome if request.decisions else None
            if request.stage in ("approved", "completed"):
                assert last == "approved"
            if request.stage in ("declined", "deferred"):
                assert last == request.stage
            assert (request.funding is not None) == (last == "approved")
            assert [decision.outcome for decision in request.decisions].count("approved") <= 1
            assert sum(decision.on_appeal for decision in request.decisions) <= 1

    @invariant()
    def no_decision_lacks_authority(self) -> None:
        for request in self.requests():
            for decision in request.decisions:
                cost = request.asked_pence
                if decision.outcome == "approved":
                    cost = half_up(cost * (request.funded_percent or 0), 100)
                needed = next((rank for rank, limit in LIMITS.items() if cost <= limit), "governor")
                assert RANKS.index(decision.authority) >= RANKS.index(needed)
                assert decision.decided_by not in (request.staff_id, *request.participants)
                assert decision.reason


Requests.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRequests = Requests.TestCase
