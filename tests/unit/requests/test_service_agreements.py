"""Service agreements: bought within limits and budget, drawn down by approvals, given back; their money counts once."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.requests.domain import asking, buying, delivering, judging
from services.requests.domain.authority import BeyondTheirLimit
from services.requests.domain.budget import BudgetExceeded
from services.requests.domain.service_agreement import ServiceAgreement, ServiceAgreementIsClosed, UsedUp
from services.requests.domain.shares import CostLine
from shared.errors import FieldRefused, Refusal
from tests.unit.requests.memory import (
    IDS,
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

BOUGHT = str(uuid5(IDS, "places"))
PEOPLE = ["t1", "t2", "t3"]


def bought(log: Log, *, quantity: int = 5, price_pence: int = 40_000, role: str = "slt", **changes: Any) -> None:
    usual: dict[str, Any] = {
        "school_urn": URN,
        "provider": "A college",
        "title": "Ten places",
        "unit": "places",
        "quantity": quantity,
        "price_pence": price_pence,
        "valid_from": TODAY,
        "valid_to": date(2026, 5, 31),
        "because": "Cheaper than one by one",
    }
    log.do(buying.buy, BOUGHT, role=role, **usual | changes)


def house() -> Log:
    log = Log()
    for staff_id in PEOPLE:
        log.do(joins, staff_id)
    log.do(set_school)
    log.do(allocate, 100_000)
    return log


def asked(log: Log, number: int, people: list[str], pence: int = 0, **changes: Any) -> str:
    fields = {"participants": people, "service_agreement_id": BOUGHT} | changes
    log.do(asking.ask, request_id(number), staff_id=people[0], **asking_for(pence, **fields), role="staff")
    log.do(judging.assess, request_id(number), scores=SCORES)
    return request_id(number)


def approve(log: Log, number: int) -> None:
    log.do(judging.approve, request_id(number), funding="full")


def state(log: Log) -> ServiceAgreement:
    return buying.known(log.desk(), BOUGHT)


def money(log: Log) -> tuple[int, int, int]:
    budget = log.desk().budget(URN, YEAR).budget
    return budget.committed_pence, budget.actual_pence, budget.available_pence


def test_the_price_is_committed_when_it_is_bought_and_spent_when_it_is_paid():
    log = house()
    bought(log)
    assert money(log) == (40_000, 0, 60_000)
    log.do(buying.pay, BOUGHT, amount_pence=25_000, on=TODAY, reference="INV 1")
    assert money(log) == (15_000, 25_000, 60_000)
    log.do(buying.refund, BOUGHT, amount_pence=5_000, on=TODAY, reference="CN 1")
    assert money(log) == (15_000, 20_000, 65_000)
    log.do(buying.close, BOUGHT, because="The provider stopped")
    assert money(log) == (0, 20_000, 80_000)


@pytest.mark.parametrize(
    ("pence", "role", "refused"),
    [(50_000, "slt", False), (50_001, "slt", True), (50_001, "headteacher", False), (50_001, "finance", True)],
)
def test_who_may_decide_at_a_price_may_buy_at_it(pence: int, role: str, refused: bool):
    log = house()
    if not refused:
        bought(log, price_pence=pence, role=role)
        return
    with pytest.raises(BeyondTheirLimit):
        bought(log, price_pence=pence, role=role)


def test_what_the_budget_does_not_hold_is_not_bought():
    log = house()
    with pytest.raises(BudgetExceeded):
        bought(log, price_pence=100_001, role="headteacher")
    assert money(log) == (0, 0, 100_000)


def test_an_approval_takes_a_place_for_each_and_its_fee_counts_once():
    log = house()
    bought(log)
    lines = [CostLine(category="fee", amount_pence=24_000), CostLine(category="travel", amount_pence=3_000)]
    asked(log, 1, PEOPLE, cost_lines=lines)
    approve(log, 1)
    assert (state(log).used, state(log).left) == (3, 2)
    assert money(log) == (43_000, 0, 57_000), "the price, and the travel that it does not pay"


def test_a_cost_that_the_service_agreement_pays_is_recorded_there_and_an_agreements_cost_counts_nothing_more():
    log = house()
    bought(log)
    one = asked(log, 1, ["t1"], pence=24_000)
    approve(log, 1)
    cost = {"category": "fee", "amount_pence": 24_000, "on": TODAY}
    with pytest.raises(FieldRefused) as refused:
        log.do(delivering.record_cost, one, **cost)
    assert list(refused.value.errors) == ["category"]
    log.do(delivering.note_agreement, one, agreement_id="a-1", staff_id="t1")
    before = money(log)
    log.do(delivering.note_cost, "a-1", **cost)
    assert money(log) == before
    assert len(log.desk().request(one).costs) == 1


def test_what_is_used_up_is_refused_and_changes_nothing():
    log = house()
    bought(log, quantity=3)
    asked(log, 1, ["t1", "t2"])
    approve(log, 1)
    asked(log, 2, ["t2", "t3"], pence=1_000)
    before = (money(log), len(log.facts))
    with pytest.raises(UsedUp):
        approve(log, 2)
    assert (money(log), len(log.facts)) == before


def test_a_withdrawal_gives_back_what_nobody_used():
    log = house()
    bought(log, quantity=3)
    one = asked(log, 1, PEOPLE)
    approve(log, 1)
    log.do(delivering.complete, one, completed_on=TODAY, participants=["t1"])
    log.do(asking.withdraw, one)
    assert state(log).drawn == {one: 1}, "a place was used"
    asked(log, 2, ["t2", "t3"])
    approve(log, 2)
    assert state(log).left == 0


def test_a_signed_agreement_keeps_its_place_until_it_is_called_off():
    log = house()
    bought(log)
    one = asked(log, 1, ["t1", "t2"])
    approve(log, 1)
    for number, staff_id in enumerate(("t1", "t2"), 1):
        log.do(delivering.note_agreement, one, agreement_id=f"a-{number}", staff_id=staff_id)
    log.do(delivering.note_standing, "a-1", standing="signed")
    log.do(asking.withdraw, one)
    assert state(log).used == 1
    log.do(delivering.note_called_off, "a-2")
    assert state(log).used == 1
    log.do(delivering.note_called_off, "a-1")
    assert state(log).used == 0


def test_hours_are_taken_once_for_all_who_take_part():
    log = house()
    bought(log, unit="hours", quantity=10)
    asked(log, 1, PEOPLE, hours=6.5)
    approve(log, 1)
    assert (state(log).used, state(log).left) == (6.5, 3.5)


def test_a_closed_one_gives_nothing_more():
    log = house()
    bought(log)
    asked(log, 1, ["t1"])
    log.do(buying.close, BOUGHT, because="No more")
    assert log.do(buying.close, BOUGHT, because="No more") == []
    with pytest.raises(ServiceAgreementIsClosed):
        approve(log, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service_agreement_id": str(uuid5(IDS, "another"))}, "service_agreement_id"),
        ({"service_agreement_id": "x"}, "service_agreement_id"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"provider": "Another"}, "provider"),
        ({"hours": None}, "hours"),
    ],
)
def test_a_request_names_one_of_the_schools_that_holds_on_its_day(changes: dict[str, Any], field: str):
    log = house()
    bought(log, unit="hours", quantity=10)
    with pytest.raises(FieldRefused) as refused:
        asked(log, 1, ["t1"], **{"hours": 2.0} | changes)
    assert list(refused.value.errors) == [field]
    asked(log, 1, ["t1"], hours=2.0)
    assert log.desk().request(request_id(1)).provider == "A college"


acts = st.lists(
    st.tuples(st.sampled_from(("approve", "withdraw", "complete", "pay", "close")), st.integers(1, 6)), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(acts)
def test_whatever_is_done_never_is_more_drawn_than_was_bought_and_the_books_add_up(done: list[tuple[str, int]]):
    log = house()
    bought(log)
    for number in range(1, 7):
        asked(log, number, PEOPLE[: 1 + number % 3], pence=500)
    for act, number in done:
        try:
            if act == "approve":
                approve(log, number)
            elif act == "withdraw":
                log.do(asking.withdraw, request_id(number))
            elif act == "complete":
                log.do(delivering.complete, request_id(number), completed_on=TODAY)
            elif act == "pay":
                log.do(buying.pay, BOUGHT, amount_pence=number * 1000, on=TODAY, reference="INV")
            else:
                log.do(buying.close, BOUGHT, because="r")
        except Refusal:
            continue
        found, budget = state(log), log.desk().budget(URN, YEAR).budget
        assert 0 <= found.used <= found.quantity
        requests = {number: log.desk().request(request_id(number)) for number in range(1, 7)}
        held = {r.id: len(r.staying) for r in requests.values() if r.stage in ("approved", "completed")}
        assert found.drawn == held
        assert budget.allocated_pence == budget.committed_pence + budget.actual_pence + budget.available_pence
        assert all(line == BOUGHT or line_of.committed_pence == 0 for line, line_of in budget.lines.items())
