"""Employments end once, are corrected, and come about after all or not; by HTTP and by HR's messages alike."""

from datetime import date

import pytest

from services.agreements.domain.leaving import ResignationAlreadyOpen, ResignationIsWithdrawn
from shared.errors import FieldRefused, NotThere
from tests.given import after, given
from tests.unit.agreements.acts import (
    E1,
    E2,
    LAST_DAY,
    LEFT,
    NOTIFIED_ON,
    OTHER_URN,
    REDUCED,
    SIGNED,
    URN,
    employed,
    moved,
    resign,
    resignation_corrected,
    resignation_withdrawn,
    resigned,
    standing_amounts,
    told_known,
    told_of_ending,
    told_of_reversal,
)
from tests.unit.agreements.facts import (
    EmploymentCorrected,
    ResignationCorrected,
    ResignationWithdrawn,
    StaffJoined,
    StaffResigned,
    WithdrawalCameEarly,
)

GONE = (employed(), resigned())
STAYED = (*GONE, resignation_withdrawn())
TOMORROW = date(2025, 6, 3)


def last_ending(*steps):
    ending = list(after(*steps).endings.values())[-1]
    return ending.notified_on, ending.last_day, ending.withdrawn_on


def test_a_resignation_is_a_fact_of_its_employment():
    given(employed()).when(resign()).then(
        StaffResigned(ending_id=E1, employment_id="e1", notified_on=NOTIFIED_ON, last_day=LAST_DAY, liable=True)
    )


@pytest.mark.parametrize("reason", ["retirement", "redundancy", "dismissal", "ill_health", "death", "other"])
def test_outside_it_only_shows_whether_the_reason_is_liable(reason: str):
    given(employed()).when(resign(reason=reason)).then(StaffResigned(liable=False))


def test_the_same_resignation_again_is_the_same_fact():
    given(*GONE).when(resign()).then_nothing()
    given(*GONE).when(resign(payroll_number="")).then_nothing()


def test_the_same_resignation_again_is_the_same_fact_while_another_employment_lasts():
    both = (employed("e1"), employed("e2", on=date(2021, 9, 1)), resigned())
    given(*both).when(resign()).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        resign(date(2025, 5, 30)),
        resign(last_day=date(2025, 8, 30)),
        resign(reason="retirement"),
        resign(school_urn=OTHER_URN),
        resign(payroll_number="1"),
    ],
)
def test_a_second_open_resignation_of_an_employment_is_refused(other):
    given(*GONE).when(other).then_refused(ResignationAlreadyOpen)


def test_an_employment_does_not_end_before_notice_is_given():
    given(employed()).when(resign(LAST_DAY, NOTIFIED_ON).on(LAST_DAY)).then_refused(FieldRefused, field="last_day")


def test_notice_is_not_dated_after_today_but_the_last_day_may_be():
    given(employed()).when(resign(TOMORROW)).then_refused(FieldRefused, field="notified_on")
    given(employed()).when(resign(last_day=date(2035, 6, 2))).then(StaffResigned())


@pytest.mark.parametrize(
    ("field", "resignation"),
    [
        ("notified_on", resign(date(1989, 12, 31))),
        ("last_day", resign(last_day=date(2035, 6, 3))),
        ("last_day", resign(last_day=date(9999, 12, 31))),
    ],
)
def test_absurd_days_are_refused(field: str, resignation):
    given(employed()).when(resignation).then_refused(FieldRefused, field=field)


def test_nobody_unknown_resigns_nor_from_an_unknown_employment():
    given().when(resign()).then_refused(FieldRefused, field="staff_id")
    given(employed()).when(resign(employment_id="e9")).then_refused(FieldRefused, field="employment_id")


def test_a_resignation_is_corrected_as_a_whole():
    given(*GONE).when(resignation_corrected(last_day=date(2025, 7, 31))).then(
        ResignationCorrected(ending_id=E1, notified_on=NOTIFIED_ON, last_day=date(2025, 7, 31))
    )
    given(*GONE).when(resignation_corrected()).then_nothing()


def test_a_correction_keeps_to_the_rules_of_a_resignation():
    given(*GONE).when(resignation_corrected(notified_on=TOMORROW)).then_refused(FieldRefused, field="notified_on")
    given(*GONE).when(resignation_corrected(last_day=date(2025, 5, 30))).then_refused(FieldRefused, field="last_day")


def test_a_withdrawn_resignation_stays_withdrawn():
    given(*STAYED).when(resignation_withdrawn()).then_nothing()
    given(*STAYED).when(resignation_withdrawn(date(2025, 6, 2))).then_refused(ResignationIsWithdrawn)
    given(*STAYED).when(resignation_corrected(reason="other")).then_refused(ResignationIsWithdrawn)


def test_a_resignation_is_not_withdrawn_before_it_was_given_nor_ahead_of_today():
    given(*GONE).when(resignation_withdrawn(date(2025, 5, 30))).then_refused(FieldRefused, field="withdrawn_on")
    given(*GONE).when(resignation_withdrawn(TOMORROW)).then_refused(FieldRefused, field="withdrawn_on")


def test_after_a_withdrawal_the_person_may_resign_anew():
    given(*STAYED).when(resign(date(2025, 6, 2))).then(StaffResigned(ending_id=E2))


def test_a_move_within_the_trust_is_no_resignation():
    given(employed(), moved()).when(resignation_withdrawn(date(2025, 6, 2))).then_refused(NotThere)


def test_an_employment_described_again_changes_nothing_and_otherwise_is_corrected():
    given(employed()).when(employed()).then_nothing()
    given(employed()).when(employed(on=date(2019, 9, 1))).then(EmploymentCorrected(on=date(2019, 9, 1)))


def test_what_hr_leaves_out_stays_as_known():
    given(employed()).when(employed(role_category=None, payroll_number="")).then_nothing()


def test_an_employment_told_of_late_does_not_undo_a_move():
    told = (told_known(date(2025, 3, 1), school_urn=OTHER_URN), moved(), employed())
    assert after(*told).employments["e1"].school_urn == OTHER_URN
    assert after(employed(), moved(), employed()).employments["e1"].school_urn == OTHER_URN


def test_an_ending_of_an_unknown_employment_makes_it_known():
    given().when(told_known()).then(StaffJoined(employment_id="e1", on=NOTIFIED_ON))
    given(employed()).when(told_known()).then_nothing()


def test_hrs_ending_without_notice_counts_from_its_own_day():
    given(employed()).when(told_of_ending(LAST_DAY, reason="redundancy")).then(
        StaffResigned(notified_on=LAST_DAY, last_day=LAST_DAY)
    )


def test_hrs_ending_may_lie_ahead_but_notice_that_it_says_was_given_may_not():
    given(employed()).when(told_of_ending(date(2026, 1, 1))).then(StaffResigned(notified_on=date(2026, 1, 1)))
    given(employed()).when(told_of_ending(LAST_DAY, notified_on=TOMORROW)).then_refused(
        FieldRefused, field="notified_on"
    )


def test_hrs_message_of_the_same_resignation_is_the_same_fact():
    given(*GONE).when(told_of_ending(notified_on=NOTIFIED_ON, last_day=LAST_DAY, reason="resignation")).then_nothing()
    given(*GONE).when(told_of_ending(LAST_DAY)).then_nothing()


def test_hrs_message_with_other_values_is_a_correction():
    given(*GONE).when(told_of_ending(last_day=date(2025, 7, 31))).then(
        ResignationCorrected(notified_on=NOTIFIED_ON, last_day=date(2025, 7, 31), leaving_reason="resignation")
    )


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("last_day", {"notified_on": NOTIFIED_ON, "last_day": date(2025, 5, 1)}),
        ("last_day", {"last_day": date(2099, 1, 1)}),
        ("notified_on", {"notified_on": date(1900, 1, 1)}),
    ],
)
@pytest.mark.parametrize("before", [(employed(),), GONE])
def test_hrs_absurd_days_are_refused_of_a_new_ending_and_of_a_known_one(before, field: str, said):
    given(*before).when(told_of_ending(**said)).then_refused(FieldRefused, field=field)


def test_hrs_resignation_told_again_after_its_withdrawal_is_the_withdrawn_one():
    given(*STAYED).when(told_of_ending(notified_on=NOTIFIED_ON, last_day=LAST_DAY)).then_nothing()


def test_hrs_later_ending_after_a_withdrawal_is_a_new_one():
    given(*STAYED).when(told_of_ending(date(2025, 12, 31))).then(
        StaffResigned(ending_id=E2, notified_on=date(2025, 12, 31))
    )


def test_hrs_reversal_withdraws_the_ending_that_stands_and_nothing_else():
    given(*GONE).when(told_of_reversal()).then(ResignationWithdrawn(ending_id=E1))
    given(*STAYED).when(told_of_reversal()).then_nothing()


def test_a_reversal_told_before_its_resignation_waits_for_it():
    early = told_of_reversal(date(2025, 6, 1))
    given(employed()).when(early).then(WithdrawalCameEarly(withdrawn_on=date(2025, 6, 1)))
    given(employed(), early).when(early).then_nothing()
    given(employed(), early).when(told_of_ending(NOTIFIED_ON, reason="resignation")).then(
        StaffResigned(ending_id=E1), ResignationWithdrawn(ending_id=E1, withdrawn_on=date(2025, 6, 1))
    )


def test_a_reversal_told_early_leaves_a_later_resignation_as_it_is():
    later = told_of_ending(date(2025, 6, 2), reason="resignation")
    given(employed(), told_of_reversal(date(2025, 6, 1))).when(later).then(StaffResigned(ending_id=E1))


def test_hrs_reversal_told_again_leaves_a_later_resignation_as_it_is():
    given(*STAYED, resigned(date(2025, 6, 2))).when(told_of_reversal(date(2025, 6, 1))).then_nothing()


def test_hrs_reversal_on_an_absurd_day_is_refused():
    given(*GONE).when(told_of_reversal(date(2099, 1, 1))).then_refused(FieldRefused, field="on")


@pytest.mark.parametrize(
    "messages",
    [
        (told_of_ending(LAST_DAY), told_of_ending(notified_on=NOTIFIED_ON, last_day=LAST_DAY, reason="resignation")),
        (told_of_ending(notified_on=NOTIFIED_ON, last_day=LAST_DAY, reason="resignation"), told_of_ending(LAST_DAY)),
    ],
)
def test_endings_told_in_any_order_come_to_the_same(messages):
    assert last_ending(*SIGNED, *messages) == (NOTIFIED_ON, LAST_DAY, None)


def test_joining_told_after_the_resignation_changes_no_figure():
    late = (told_known(), *SIGNED[1:], told_of_ending(notified_on=NOTIFIED_ON, reason="resignation", last_day=LAST_DAY))
    assert standing_amounts(after(*late, employed())) == standing_amounts(after(*SIGNED, resigned()))


def test_the_figure_of_the_usual_story():
    assert list(standing_amounts(after(*LEFT)).values()) == [REDUCED]
    assert after(*LEFT).endings[E1].school_urn == URN
