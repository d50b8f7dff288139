"""Every ending assesses every agreement, once, whichever order the facts arrive in; corrections append a difference."""

from datetime import date
from itertools import permutations

import pytest

from services.agreements.domain.terms import Linear
from tests.given import after, given
from tests.unit.agreements.acts import (
    A1,
    A2,
    COMPLETED,
    DURING,
    E1,
    ENDS_ON,
    LAST_DAY,
    LEFT,
    NOTIFIED_ON,
    R1,
    R2,
    REDUCED,
    SIGNED,
    cancelled,
    completed,
    cost,
    cost_refunded,
    drafted,
    employed,
    fee,
    resign,
    resignation_corrected,
    resignation_withdrawn,
    resigned,
    signed,
    standing_amounts,
    started,
    training_cancelled,
    varied,
    withdrew,
)
from tests.unit.agreements.facts import (
    CompletionCorrected,
    CostRefunded,
    RepaymentAdjusted,
    RepaymentAssessed,
    RepaymentCancelled,
    ResignationWithdrawn,
    StaffResigned,
    TrainingCompleted,
)


def left_on(*lines, funded_percent: int = 100, notified_on: date = NOTIFIED_ON, ended_on: date = ENDS_ON, **terms):
    return (
        employed(),
        drafted(*lines, funded_percent=funded_percent, terms=terms),
        signed(),
        started(),
        completed(ended_on),
        resigned(notified_on),
    )


def amount(*steps) -> int:
    return after(*steps).repayment(R1).amount_pence


def test_a_resignation_assesses_the_agreement_in_the_same_transaction():
    given(*COMPLETED).when(resign()).then(
        StaffResigned(),
        RepaymentAssessed(
            repayment_id=R1,
            agreement_id=A1,
            ending_id=E1,
            amount_pence=REDUCED,
            rule="reduced",
            base_pence=DURING,
            months_completed=3,
            trigger_on=NOTIFIED_ON,
            deductible=True,
            signature_version=1,
        ),
    )


@pytest.mark.parametrize(
    ("ended_on", "notified_on", "owed", "rule"),
    [
        (ENDS_ON, date(2025, 1, 31), 240000, "during_training"),
        (ENDS_ON, date(2025, 2, 28), 240000, "full_period"),
        (ENDS_ON, date(2025, 3, 1), 220000, "reduced"),
        (ENDS_ON, date(2025, 3, 31), 220000, "reduced"),
        (ENDS_ON, date(2025, 4, 1), 200000, "reduced"),
        (date(2024, 10, 15), date(2024, 11, 15), 240000, "full_period"),
        (date(2024, 10, 15), date(2024, 11, 16), 220000, "reduced"),
        (date(2024, 9, 30), date(2024, 10, 30), 240000, "full_period"),
        (date(2024, 9, 30), date(2024, 10, 31), 220000, "reduced"),
    ],
)
def test_the_amount_by_the_day_of_notice(ended_on: date, notified_on: date, owed: int, rule: str):
    *before, last = left_on(ended_on=ended_on, notified_on=notified_on)
    given(*before).when(last).then_among_others(RepaymentAssessed(amount_pence=owed, rule=rule))


def test_the_trigger_is_the_last_day_where_the_terms_say_so():
    lines = fee(180000)
    assert amount(*left_on(lines)) == 135000
    assert amount(*left_on(lines, trigger="last_day")) == 90000


def test_the_terms_in_force_on_the_trigger_day_are_those_of_the_computation():
    varying = (varied(terms={"scale": {"kind": "linear", "months": 24}}), signed(on=date(2025, 7, 1)).on(LAST_DAY))
    member = after(*left_on(trigger="last_day"), *varying)
    computation = member.repayment(R1).computation
    assert (computation.scale, computation.signature_version) == (Linear(months=24), 2)
    assert computation.amount_pence == 180000


def test_part_funding_and_a_tie_round_once_half_up():
    assert (
        amount(*left_on(fee(20001), funded_percent=50, ended_on=date(2024, 10, 15), notified_on=date(2024, 11, 16)))
        == 9168
    )
    assert amount(*left_on(fee(100002), ended_on=date(2024, 10, 15), notified_on=date(2024, 11, 16))) == 91669


def test_only_repayable_categories_count():
    assert amount(*left_on(fee(120000), fee(1000, "travel"))) == 90000
    assert amount(*left_on(fee(120000), fee(12000, "travel"), cost_categories=["fee", "travel"])) == 99000


def test_an_amount_under_the_minimum_becomes_nothing_and_the_rule_stays():
    *before, last = left_on(minimum_pence=REDUCED + 1)
    given(*before).when(last).then_among_others(RepaymentAssessed(amount_pence=0, rule="reduced", below_minimum=True))


@pytest.mark.parametrize("reason", ["retirement", "redundancy", "dismissal", "tupe", "death", "mutual_agreement"])
def test_a_reason_that_is_not_liable_gives_nothing_and_discharges(reason: str):
    member = after(*COMPLETED, resigned(reason=reason))
    assert member.repayment(R1).computation.rule == "reason_not_liable"
    assert [d.on for d in member.agreement(A1).discharges] == [NOTIFIED_ON]


def test_terms_may_make_any_reason_liable():
    steps = left_on(liable_reasons=["dismissal"])[:-1]
    assert amount(*steps, resigned(reason="dismissal")) == REDUCED
    assert amount(*steps, resigned()) == 0


def test_an_amount_of_nothing_opens_a_repayment_too():
    given(employed(), drafted(terms=None)).when(resign()).then(
        StaffResigned(), RepaymentAssessed(amount_pence=0, rule="no_terms")
    )


def test_every_agreement_is_assessed_on_its_own():
    two = (*COMPLETED, drafted(fee(120000)), signed(A2), completed(agreement_id=A2), resigned())
    assert standing_amounts(after(*two)) == {(A1, E1): REDUCED, (A2, E1): 90000}


STORY = (drafted(), signed(), completed(), resigned(), cost_refunded(40000))


@pytest.mark.parametrize(
    "order",
    [
        order
        for order in permutations(STORY)
        if order.index(STORY[0]) < min(map(order.index, (STORY[1], STORY[2], STORY[4])))
    ],
)
def test_facts_in_any_order_come_to_the_same(order):
    member = after(employed(), *order)
    assert standing_amounts(member) == {(A1, E1): 150000}
    assert member.repayment(R1).computation.rule == "reduced"


def test_completion_after_the_resignation_appends_the_difference():
    given(*SIGNED, resigned()).when(completed()).then(
        TrainingCompleted(),
        RepaymentAdjusted(amount_pence=REDUCED, difference_pence=REDUCED - DURING),
    )


def test_a_completion_corrected_appends_the_difference():
    given(*LEFT).when(completed(date(2024, 12, 31))).then(
        CompletionCorrected(), RepaymentAdjusted(amount_pence=160000, difference_pence=-20000)
    )


def test_a_cost_refunded_later_appends_the_difference():
    given(*LEFT).when(cost_refunded(40000)).then(
        CostRefunded(), RepaymentAdjusted(base_pence=200000, amount_pence=150000, difference_pence=-30000)
    )


def test_costs_paid_count_where_the_terms_go_by_them():
    paid = left_on(base="paid")
    assert amount(*paid) == 0
    assert amount(*paid, cost(120000), cost(120000, on=date(2025, 6, 1))) == 90000


def test_withdrawing_from_the_training_does_not_escape_the_scale():
    assert amount(*SIGNED, withdrew(), resigned()) == REDUCED


@pytest.mark.parametrize("end", [cancelled, training_cancelled])
def test_what_is_cancelled_later_is_no_longer_owed(end):
    given(*SIGNED, resigned()).when(end()).then_among_others(
        RepaymentAdjusted(amount_pence=0, difference_pence=-DURING, rule="cancelled")
    )


def test_a_corrected_day_of_notice_recomputes():
    assert amount(*LEFT, resignation_corrected(notified_on=date(2025, 5, 1))) == 180000
    assert amount(*LEFT, resignation_corrected(notified_on=date(2025, 4, 30))) == 200000


def test_a_corrected_reason_recomputes():
    given(*LEFT).when(resignation_corrected(reason="redundancy")).then_among_others(
        RepaymentAdjusted(amount_pence=0, rule="reason_not_liable")
    )


def test_a_withdrawn_resignation_cancels_the_repayment_and_the_agreement_is_contingent_again():
    given(*LEFT).when(resignation_withdrawn()).then(
        ResignationWithdrawn(), RepaymentCancelled(difference_pence=-REDUCED)
    )
    assert after(*LEFT, resignation_withdrawn()).agreement(A1).discharges == []


def test_a_later_ending_opens_a_new_repayment():
    member = after(*LEFT, resignation_withdrawn(), resigned(date(2025, 6, 2)))
    assert (member.repayment(R1).amount_pence, member.repayment(R2).amount_pence) == (0, 160000)
