"""What is heard of a request and its agreement comes to the same in any order, and told twice; no penny is lost."""

from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reviews.domain.undertaking import Paid, Undertaking, spent_by_person, spread
from services.reviews.domain.undertakings import Teller
from services.reviews.statistics.counting import of_undertaking
from tests.unit.reviews.memory import Log, tell

ON = date(2025, 5, 1)
COURSE = {"activity_type": "course", "starts_on": date(2025, 3, 1)}
TOLD: list[tuple[int, Any, str, str, dict[str, Any]]] = [
    (1, Teller.request, "r1", "t1", COURSE | {"priority_ids": ["p1"], "provider": "A college"}),
    (2, Teller.request, "r1", "t1", COURSE | {"priority_ids": ["p2"], "provider": "A trainer"}),
    (3, Teller.decision, "r1", "t1", {"outcome": "deferred"}),
    (4, Teller.approval, "r1", "t1", {"participants": ["t1", "t2", "t3"], "funded_percent": 50}),
    (5, Teller.agreement, "a1", "t2", COURSE | {"request_id": "r1", "funded_percent": 50}),
    (6, Teller.request_cost, "r1", "t1", {"amount_pence": 10_001, "on": ON, "agreement_id": None}),
    (7, Teller.agreement_cost, "a1", "t2", {"amount_pence": 5_000, "on": ON}),
    (8, Teller.request_cost, "r1", "t1", {"amount_pence": 5_000, "on": ON, "agreement_id": "a1"}),
    (9, Teller.request_cost, "r1", "t1", {"amount_pence": -1_000, "on": ON, "agreement_id": None}),
    (10, Teller.call_off, "a1", "t2", {}),
]


def heard(told: list[tuple[int, Any, str, str, dict[str, Any]]]) -> set[object]:
    """What it comes to, of the request and of the agreement's own stream."""
    log = Log()
    for order, what, about, staff_id, fields in told:
        log.do(tell, order, what, about, staff_id, **fields)
    streams = [log.desk().undertaking(each).state for each in ("r1", "a1")]
    return {each for state in streams if state is not None for each in of_undertaking(state)}


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, len(TOLD)))
def test_in_any_order_and_told_twice_it_comes_to_the_same(chance: Random, repeated: int):
    shuffled = [*TOLD, *TOLD[:repeated]]
    chance.shuffle(shuffled)
    assert heard(shuffled) == heard(TOLD)


@given(st.integers(0, 10**7), st.dictionaries(st.text(max_size=3), st.integers(0, 10**6), min_size=1, max_size=8))
def test_pence_are_shared_in_proportion_and_none_is_lost(total: int, weights: dict[str, int]):
    shares = spread(total, weights)
    assert sum(shares.values()) == total
    whole = sum(weights.values())
    if whole:
        assert all(abs(shares[name] * whole - total * weight) < whole for name, weight in weights.items())


def test_what_is_paid_under_an_agreement_is_its_persons_and_what_is_not_is_everybodys():
    paid = [Paid(told=1, amount_pence=900), Paid(told=2, amount_pence=500, agreement_id="a1")]
    its = Undertaking(id="r1", participants=["t1", "t2", "t3"], holders={"a1": "t2"}, paid=paid)
    assert spent_by_person(its) == {"t1": 300, "t2": 800, "t3": 300}
