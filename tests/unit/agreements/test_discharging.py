"""An assessed agreement is discharged: nobody pays twice for it, whichever ending was told first."""

from datetime import date

from tests.given import after
from tests.unit.agreements.acts import (
    A1,
    A2,
    COMPLETED,
    DURING,
    E1,
    E2,
    LAST_DAY,
    LEFT,
    R2,
    REDUCED,
    drafted,
    employed,
    resignation_corrected,
    resignation_withdrawn,
    resigned,
    signed,
    standing_amounts,
)

BACK_ON = date(2025, 9, 1)
LATER = date(2025, 11, 30)


def test_someone_who_comes_back_and_leaves_again_never_pays_twice():
    back = employed("e2", on=BACK_ON)
    again = resigned(LATER, LATER, employment_id="e2").on(LATER)
    member = after(*LEFT, back, again)
    assert standing_amounts(member) == {(A1, E1): REDUCED, (A1, E2): 0}
    assert member.repayment(R2).computation.rule == "discharged"


def test_nobody_pays_twice_when_the_earlier_ending_is_told_last():
    member = after(
        *COMPLETED,
        employed("e2", on=BACK_ON),
        resigned(LATER, LATER, employment_id="e2").on(LATER),
        resigned(employment_id="e1").on(LATER),
    )
    assert standing_amounts(member) == {(A1, E1): 0, (A1, E2): REDUCED}


def test_nobody_goes_free_when_a_correction_turns_the_order_of_endings():
    both = (employed("e2"), resigned(employment_id="e1"), resigned(date(2025, 6, 1), employment_id="e2"))
    member = after(*COMPLETED, *both, resignation_corrected(E1, notified_on=date(2025, 6, 2)))
    assert standing_amounts(member) == {(A1, E1): 0, (A1, E2): 160000}


def test_an_ending_withdrawn_makes_the_next_one_liable():
    both = (employed("e2"), resigned(employment_id="e1"), resigned(date(2025, 6, 1), employment_id="e2"))
    assert standing_amounts(after(*COMPLETED, *both, resignation_withdrawn(ending_id=E1))) == {(A1, E2): 160000}


def test_an_agreement_of_a_later_employment_is_none_of_an_earlier_endings():
    second = (employed("e2", on=BACK_ON), drafted(planned_start=BACK_ON, planned_end=LATER, employment_id="e2"))
    member = after(*LEFT, *second, signed(A2))
    assert (A2, E1) not in standing_amounts(member)
    leaving = resigned(LATER, LATER, employment_id="e2").on(LATER)
    assert after(*LEFT, *second, signed(A2), leaving).repayments[f"{A2}-r1"].amount_pence == DURING


def test_a_start_of_employment_corrected_past_an_ending_takes_its_assessment_back():
    second = (employed("e2", on=LAST_DAY), drafted(planned_end=LATER, employment_id="e2"))
    member = after(*LEFT, *second)
    assert standing_amounts(member)[A2, E1] == 0
    member = after(*LEFT, *second, employed("e2", on=BACK_ON))
    assert (A2, E1) not in standing_amounts(member)
    member = after(*LEFT, *second, employed("e2", on=BACK_ON), employed("e2", on=LAST_DAY))
    assert standing_amounts(member)[A2, E1] == 0
