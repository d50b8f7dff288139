"""A move within the trust is no leaving, unless the terms say so; the clock runs on."""

from datetime import date

from services.agreements.domain.liability import liability_if_leaving
from tests.given import after, given
from tests.unit.agreements.acts import (
    A1,
    E1,
    E2,
    LAST_DAY,
    NOTIFIED_ON,
    OTHER_URN,
    REDUCED,
    URN,
    completed,
    drafted,
    employed,
    moved,
    resigned,
    signed,
    standing_amounts,
)
from tests.unit.agreements.facts import RepaymentAssessed, StaffMoved

MOVED_ON = date(2025, 3, 1)
LEAVING = {"transfer_within_trust_is_leaving": True}
SAYING_SO = (employed(), drafted(terms=LEAVING), signed(), completed())
USUAL = (employed(), drafted(), signed(), completed())


def test_a_move_assesses_nothing_by_the_usual_terms():
    given(*USUAL).when(moved(on=MOVED_ON)).then(StaffMoved(school_urn=OTHER_URN, on=MOVED_ON))


def test_after_a_move_the_clock_runs_on():
    member = after(*USUAL, moved(on=MOVED_ON))
    assert liability_if_leaving(member.agreement(A1), NOTIFIED_ON).amount_pence == REDUCED
    assert standing_amounts(after(*USUAL, moved(on=MOVED_ON), resigned())) == {(A1, E2): REDUCED}


def test_a_move_is_leaving_where_the_terms_say_so():
    given(*SAYING_SO).when(moved(on=MOVED_ON)).then(
        StaffMoved(), RepaymentAssessed(ending_id=E1, trigger_on=MOVED_ON, amount_pence=220000, rule="reduced")
    )


def test_the_same_move_again_changes_nothing():
    given(*SAYING_SO, moved(on=MOVED_ON)).when(moved(on=MOVED_ON)).then_nothing()


def test_nobody_pays_for_a_move_and_for_leaving():
    assert standing_amounts(after(*SAYING_SO, moved(on=MOVED_ON), resigned())) == {(A1, E1): 220000, (A1, E2): 0}


def test_a_move_told_after_the_facts_comes_to_the_same():
    employment, draft, signature, completion = SAYING_SO
    late = after(employment, moved(on=MOVED_ON), draft, signature, completion)
    assert standing_amounts(late) == standing_amounts(after(*SAYING_SO, moved(on=MOVED_ON)))


def test_a_move_leaves_alone_the_agreements_of_the_school_moved_to():
    member = after(employed(), drafted(terms=LEAVING, school_urn=OTHER_URN), signed(), moved(on=MOVED_ON))
    assert standing_amounts(member) == {}


def test_a_move_does_not_discharge_what_was_agreed_after_coming_back():
    there_and_back = (employed(), moved(on=date(2022, 9, 1)), moved(URN, on=date(2023, 9, 1)))
    member = after(*there_and_back, *SAYING_SO[1:], resigned())
    assert standing_amounts(member) == {(A1, f"{E1[:-1]}3"): REDUCED}


def test_leaving_the_trust_after_a_move_is_paid_by_the_day_of_notice():
    member = after(*USUAL, moved(on=MOVED_ON), resigned(school_urn=OTHER_URN))
    assert (member.employments["e1"].school_urn, member.endings[E2].last_day) == (OTHER_URN, LAST_DAY)
    assert standing_amounts(member) == {(A1, E2): REDUCED}
