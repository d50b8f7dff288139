"""The ledger of a repayment, and what is receivable and contingent as at a day."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.repayment import Entry, balance, receivable_on, receivable_steps
from tests.given import after
from tests.unit.agreements.acts import (
    A1,
    DURING,
    LAST_DAY,
    LEFT,
    NOTIFIED_ON,
    REDUCED,
    REQUIRED,
    completed,
    deducted,
    drafted,
    employed,
    paid,
    repayment,
    resignation_withdrawn,
    resigned,
    signed,
    waived,
    written_off,
)

BEFORE, ON = date(2025, 5, 30), NOTIFIED_ON
KINDS = st.sampled_from(["taken", "reversed", "paid", "refunded", "waived", "written_off"])
ENTRIES = st.lists(
    st.builds(Entry, kind=KINDS, amount_pence=st.integers(0, 300), on=st.dates(date(2025, 1, 1), date(2025, 1, 9)))
)


def entry(kind: str, pence: int) -> Entry:
    return Entry(kind=kind, amount_pence=pence, on=ON)


@given(st.integers(0, 500), ENTRIES)
@settings(max_examples=200, deadline=None)
def test_the_identity_holds_of_any_entries(amount: int, entries: list[Entry]):
    now = balance(amount, entries)
    assert amount + now.refund_due_pence == (
        now.net_pence + now.waived_pence + now.written_off_pence + now.balance_pence
    )
    assert now.balance_pence * now.refund_due_pence == 0
    assert min(now.balance_pence, now.refund_due_pence, now.waived_pence, now.written_off_pence) >= 0


def test_taken_is_deductions_and_payments_less_reversals():
    now = balance(1000, [entry("taken", 500), entry("paid", 200), entry("reversed", 500), entry("refunded", 50)])
    assert (now.taken_pence, now.net_pence, now.balance_pence) == (200, 150, 850)


def test_waived_is_at_most_the_amount():
    assert balance(100, [entry("waived", 300)]).waived_pence == 100


def test_written_off_is_at_most_what_is_left_of_what_is_due():
    now = balance(1000, [entry("waived", 300), entry("taken", 500), entry("written_off", 900)])
    assert (now.written_off_pence, now.balance_pence) == (200, 0)
    assert balance(100, [entry("taken", 500), entry("written_off", 900)]).written_off_pence == 0


def test_what_was_taken_over_what_is_due_is_due_back():
    now = balance(1000, [entry("waived", 300), entry("taken", 800)])
    assert (now.balance_pence, now.refund_due_pence) == (0, 100)


def test_from_the_trigger_date_it_is_receivable_and_no_longer_contingent():
    member = after(*LEFT)
    contingent = [liability_if_leaving(member.agreement(A1), day) for day in (BEFORE, ON)]
    receivable = [receivable_on(repayment(*LEFT), day) for day in (BEFORE, ON)]
    assert [c.amount_pence for c in contingent] == [REDUCED, 0]
    assert contingent[1].rule == "discharged"
    assert receivable == [0, REDUCED]


def test_where_the_trigger_is_the_last_day_it_is_contingent_until_then():
    steps = (employed(), drafted(terms={"trigger": "last_day"}), signed(), completed(), resigned())
    contingent = liability_if_leaving(after(*steps).agreement(A1), date(2025, 8, 30))
    assert (contingent.amount_pence, receivable_on(repayment(*steps), date(2025, 8, 30))) == (120000, 0)
    assert receivable_on(repayment(*steps), LAST_DAY) == 120000


def test_a_withdrawn_ending_leaves_it_contingent_and_nothing_receivable():
    member = after(*LEFT, resignation_withdrawn())
    assert liability_if_leaving(member.agreement(A1), ON).amount_pence == REDUCED
    assert receivable_on(repayment(*LEFT, resignation_withdrawn()), ON) == 0


def test_what_is_undated_counts_from_its_recording_and_a_payment_from_its_day():
    waived_on_10th = repayment(*LEFT, waived(1000).on(date(2025, 6, 10)))
    assert [receivable_on(waived_on_10th, date(2025, 6, day)) for day in (9, 10)] == [REDUCED, REDUCED - 1000]
    written_on_10th = repayment(*REQUIRED, written_off(1000).on(date(2025, 6, 10)))
    assert [receivable_on(written_on_10th, date(2025, 6, day)) for day in (9, 10)] == [REDUCED, REDUCED - 1000]
    paid_on_5th = repayment(*LEFT, paid(1000, on=date(2025, 6, 5)).on(date(2025, 6, 10)))
    assert [receivable_on(paid_on_5th, date(2025, 6, day)) for day in (4, 5)] == [REDUCED, REDUCED - 1000]


def test_what_was_paid_before_the_trigger_counts_from_it():
    found = repayment(*LEFT, paid(1000, on=date(2025, 5, 1)))
    assert receivable_steps(found) == [(NOTIFIED_ON, REDUCED - 1000)]


@given(st.integers(0, 500), ENTRIES, st.dates(date(2024, 12, 30), date(2025, 1, 12)))
@settings(max_examples=200, deadline=None)
def test_the_steps_of_what_is_receivable_answer_every_day(amount: int, entries: list[Entry], on: date):
    found = repayment(*LEFT)
    found.computation = type(found.computation)(
        trigger_on=date(2025, 1, 3), base_pence=amount, rule="reduced", amount_pence=amount
    )
    found.entries = entries
    steps = [pence for day, pence in receivable_steps(found) if day <= on]
    assert receivable_on(found, on) == (steps[-1] if steps else 0)


def test_the_whole_base_is_what_was_agreed():
    assert repayment(*LEFT).computation.base_pence == DURING


def test_taking_it_all_leaves_nothing_receivable():
    taken = repayment(*REQUIRED, deducted(REDUCED).on(date(2025, 9, 1)))
    assert [receivable_on(taken, day) for day in (date(2025, 8, 30), LAST_DAY)] == [REDUCED, 0]
