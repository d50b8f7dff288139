"""Payroll's ledger: whatever comes twice, late or between two kills, it ends as if all had come once and in order."""

from contextlib import closing
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intentions import intend, intend_reversal
from ledger import NotParkedError, answered, cursor_of, decide, intended, open_ledger, park, positions, take_in
from messages import CannotReadError, Message, in_words, read_message

TODAY = date(2024, 11, 20)


def message(repayment="a-r1", revision=1, outstanding=240000, **changes):
    fields = {
        "repayment_id": repayment, "revision": revision, "kind": "RepaymentRequired", "staff_id": "P1",
        "payroll_number": "4711", "school_urn": "100002", "amount_pence": 240000, "taken_pence": 0,
        "deducted_pence": 0, "refunded_pence": 0, "outstanding_pence": outstanding, "refund_due_pence": 0,
        "pay_element_code": "CPD-REPAY", "pay_period": "2024-11", "final_pay": True, "last_day": "2024-11-30",
        "consent_reference": "a/1",
    }  # fmt: skip
    return Message(**fields | changes)


def event(told, **changes):
    data = {name: value for name, value in vars(told).items() if name != "kind"}
    return {"id": told.id, "type": f"cpd.agreements.{told.kind}.v1", "data": data, "cursor": "1"} | changes


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """A connection whose process dies before its n-th statement."""

    def __init__(self, connection, statements):
        self.connection, self.statements = connection, statements

    def execute(self, *arguments):
        if self.statements == 0:
            raise Killed
        self.statements -= 1
        return self.connection.execute(*arguments)

    def __enter__(self):
        return self.connection.__enter__()

    def __exit__(self, *error):
        return self.connection.__exit__(*error)


def consume(connection, feed, lifetimes=()):
    """Read `feed` to its end, killed after each of `lifetimes` statements and started again."""
    for lifetime in (*lifetimes, -1):
        mortal = Mortal(connection, lifetime)
        try:
            for cursor in range(int(cursor_of(connection) or 0), len(feed)):
                take_in(mortal, feed[cursor], str(cursor + 1))
        except Killed:
            continue


def rows(connection):
    return [tuple(row) for row in connection.execute("SELECT * FROM repayments ORDER BY repayment_id")]


def histories():
    figures = st.lists(st.integers(0, 240000), min_size=1, max_size=5)
    return st.dictionaries(st.sampled_from(["a-r1", "a-r2", "b-r1"]), figures, min_size=1).map(
        lambda told: [
            message(repayment, revision, outstanding)
            for repayment, figures in told.items()
            for revision, outstanding in enumerate(figures, 1)
        ]
    )


@given(st.data())
def test_messages_repeated_reordered_and_cut_short_by_kills_leave_the_ledger_of_one_orderly_delivery(data):
    once = data.draw(histories())
    again = data.draw(st.lists(st.sampled_from(once), max_size=8))
    feed = data.draw(st.permutations([*once, *again]))
    lifetimes = data.draw(st.lists(st.integers(0, 12), max_size=8))
    with closing(open_ledger(":memory:")) as orderly, closing(open_ledger(":memory:")) as disturbed:
        consume(orderly, once)
        consume(disturbed, feed, lifetimes)
        assert rows(disturbed) == rows(orderly)
        assert cursor_of(disturbed) == str(len(feed))


@pytest.fixture
def ledger():
    with closing(open_ledger(":memory:")) as connection:
        yield connection


def only(ledger):
    [position] = positions(ledger)
    return position


def test_seen_twice_it_changes_nothing(ledger):
    assert take_in(ledger, message(), "1") is not None
    assert take_in(ledger, message(), "2") is None
    assert only(ledger).outstanding_pence == 240000


def test_an_older_revision_after_a_newer_one_changes_nothing_but_the_cursor(ledger):
    take_in(ledger, message(revision=2, outstanding=220000), "1")
    assert take_in(ledger, message(revision=1), "2") is None
    assert (only(ledger).outstanding_pence, cursor_of(ledger)) == (220000, "2")


def test_a_newer_figure_replaces_and_never_adds(ledger):
    take_in(ledger, message(), "1")
    take_in(ledger, message(revision=2, outstanding=220000), "2")
    assert only(ledger).outstanding_pence == 220000


def test_nothing_is_deducted_while_a_report_is_open(ledger):
    take_in(ledger, message(), "1")
    assert intend(ledger, "all", TODAY) == 1
    take_in(ledger, message(revision=2, outstanding=220000), "2")
    assert intend(ledger, "all", TODAY) == 0
    assert only(ledger).status == "reporting"


def test_a_correction_that_crossed_the_deduction_asks_only_for_the_difference(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "part", TODAY)
    [deduction] = intended(ledger)
    take_in(ledger, message(revision=2, outstanding=220000), "2")
    assert only(ledger).outstanding_pence == 100000
    answered(ledger, deduction)
    assert only(ledger).outstanding_pence == 100000
    intend(ledger, "all", TODAY)
    [rest] = intended(ledger)
    assert (rest.id, rest.amount_pence, '"partly_taken"' in rest.body) == ("a-r1.2.d1", 100000, True)


def test_a_message_that_counts_the_deduction_stands_as_it_is_even_before_the_answer(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "part", TODAY)
    take_in(ledger, message(revision=2, outstanding=100000, taken_pence=120000, deducted_pence=120000), "2")
    assert (only(ledger).outstanding_pence, only(ledger).taken_pence) == (100000, 120000)


def test_what_the_person_paid_the_school_is_not_taken_for_a_deduction(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "part", TODAY)
    take_in(ledger, message(revision=2, outstanding=120000, taken_pence=120000, deducted_pence=0), "2")
    assert (only(ledger).outstanding_pence, only(ledger).taken_pence) == (0, 240000)


def test_a_deduction_that_crossed_a_decrease_is_paid_back_once_a_message_says_so(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "all", TODAY)
    [deduction] = intended(ledger)
    take_in(ledger, message(revision=2, outstanding=220000), "2")
    answered(ledger, deduction)
    assert (only(ledger).outstanding_pence, only(ledger).refund_due_pence) == (0, 0)
    take_in(ledger, message(revision=3, outstanding=0, deducted_pence=240000, refund_due_pence=20000), "3")
    assert (only(ledger).outstanding_pence, only(ledger).refund_due_pence) == (0, 20000)


def test_what_is_given_back_is_outstanding_again(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "part", TODAY)
    [deduction] = intended(ledger)
    answered(ledger, deduction)
    take_in(ledger, message(revision=2, outstanding=100000, taken_pence=120000, deducted_pence=120000), "2")
    intend_reversal(ledger, deduction.id, "a mistake")
    assert only(ledger).outstanding_pence == 220000
    take_in(ledger, message(revision=3, outstanding=210000), "3")
    assert only(ledger).outstanding_pence == 210000


@pytest.mark.parametrize("counted", [{"deducted_pence": 1}, {"refunded_pence": 1}])
def test_no_money_moves_where_the_message_counts_what_the_ledger_does_not_have(ledger, counted):
    take_in(ledger, message(), "1")
    intend(ledger, "part", TODAY)
    [half] = intended(ledger)
    answered(ledger, half)
    more = {name: pence + (120000 if name == "deducted_pence" else 0) for name, pence in counted.items()}
    take_in(ledger, message(revision=2, **more), "2")
    assert (only(ledger).status, intend(ledger, "all", TODAY)) == ("incomplete", 0)


def test_what_was_done_before_this_ledger_began_is_its_opening_figure(ledger):
    take_in(ledger, message(), "1")
    take_in(ledger, message(revision=2, outstanding=170000, taken_pence=70000, deducted_pence=70000), "2")
    assert (only(ledger).taken_pence, only(ledger).outstanding_pence) == (70000, 170000)
    intend(ledger, "all", TODAY)
    [rest] = intended(ledger)
    assert (rest.amount_pence, '"taken"' in rest.body) == (170000, True)
    answered(ledger, rest)
    assert (only(ledger).taken_pence, only(ledger).outstanding_pence) == (240000, 0)


def test_half_is_taken_once_of_each_message_and_the_rest_by_all(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "part", TODAY)
    [half] = intended(ledger)
    answered(ledger, half)
    assert intend(ledger, "part", TODAY) == 0
    intend(ledger, "all", TODAY)
    [rest] = intended(ledger)
    assert (half.id, rest.id, rest.amount_pence) == ("a-r1.1.d1", "a-r1.1.d2", 120000)
    assert '"taken"' in rest.body


def test_a_refund_due_is_recorded_and_paid_only_with_all(ledger):
    take_in(ledger, message(revision=2, outstanding=0, refund_due_pence=20000, kind="RefundDue"), "1")
    assert (only(ledger).refund_due_pence, only(ledger).status) == (20000, "refund_due")
    assert (intend(ledger, "part", TODAY), intend(ledger, "all", TODAY)) == (0, 1)
    [refund] = intended(ledger)
    answered(ledger, refund)
    assert (only(ledger).refund_due_pence, only(ledger).refunded_pence) == (0, 20000)
    assert intend(ledger, "all", TODAY) == 0


def test_what_is_parked_waits_for_a_person(ledger):
    take_in(ledger, message(), "1")
    intend(ledger, "all", TODAY)
    [deduction] = intended(ledger)
    park(ledger, deduction, "422: revision names no message")
    assert (only(ledger).status, intended(ledger), intend(ledger, "all", TODAY)) == ("parked", [], 0)
    decide(ledger, deduction.id, "undone")
    assert (only(ledger).status, only(ledger).taken_by_us_pence) == ("to_deduct", 0)
    with pytest.raises(NotParkedError):
        decide(ledger, deduction.id, "intended")


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "cpd.agreements.RepaymentRequired.v2"},
        {"id": "a-r1/2"},
        {"data": None},
        {"data": {"repayment_id": "a-r1"}},
        {"data": {name: value for name, value in vars(message()).items() if name != "deducted_pence"}},
        {"data": vars(message()) | {"outstanding_pence": "240000"}},
        {"data": vars(message()) | {"outstanding_pence": -1}},
    ],
)
def test_a_message_that_cannot_be_read_is_never_passed_over(changes):
    with pytest.raises(CannotReadError):
        read_message(event(message(), **changes))


def test_a_message_is_read_as_it_was_written():
    assert read_message(event(message())) == message()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (message(), "2024-11, final pay · payroll no. 4711 · school 100002 · deduct £2,400.00 of £2,400.00 owed"),
        (message(revision=2, outstanding=220000), "deduct £2,200.00 (this replaces the earlier figure)"),
        (message(outstanding=0, kind="RepaymentCancelled"), "deduct nothing more, the repayment is cancelled"),
        (message(outstanding=0, refund_due_pence=20000, kind="RefundDue"), "pay back £200.00, deduct nothing more"),
    ],
)
def test_a_message_is_said_in_words_of_a_payroll_office(told, words):
    assert words in in_words(told)
