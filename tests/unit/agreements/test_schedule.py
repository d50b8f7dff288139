"""The schedule says, for every day there is, what the liability of someone who resigns that day says."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.agreements.domain.agreement import Agreement, Discharge
from services.agreements.domain.contingent import Contingent, contingent
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.schedule import Span, schedule
from services.agreements.domain.terms import RepaymentTerms
from tests.unit.agreements.papers import drafted, paid, signature, signed
from tests.unit.agreements.strategies import AGREEMENTS, DAYS

ENDED_ON = date(2025, 1, 31)
GROWING = ("signatures", "costs", "refunds")
MANY = settings(max_examples=300, deadline=None)


def rows(agreement: Agreement, assume_completed_on: date | None = None) -> list[tuple[str, int, str]]:
    spans = schedule(agreement, assume_completed_on=assume_completed_on)
    return [(span.valid_from.isoformat(), span.amount_pence, span.rule) for span in spans]


def around(days: set[date]) -> set[date]:
    """The days, the one before and the one after each, but not the calendar's last, on which no span can end."""
    ordinals = {day.toordinal() + n for day in days for n in (-1, 0, 1)}
    return {date.fromordinal(ordinal) for ordinal in ordinals if 1 <= ordinal < date.max.toordinal()}


def days_named_by(agreement: Agreement) -> set[date]:
    return {
        agreement.begins_on,
        agreement.ended_on or agreement.begins_on,
        *(signature.signed_on for signature in agreement.signatures),
        *(cost.on for cost in agreement.costs),
        *(discharge.on for discharge in agreement.discharges),
    }


def covers_all_time_without_a_gap(spans: Sequence[Span]) -> bool:
    ends = [span.valid_to for span in spans]
    begins = [span.valid_from for span in spans]
    return begins[0] == date.min and ends[-1] == date.max and ends[:-1] == begins[1:] and begins == sorted(set(begins))


def amounts_on(found: Contingent, day: date) -> tuple[int, int]:
    amounts = found.amounts_on(day)
    return amounts.get("contingent", 0), amounts.get("contingent_deductible", 0)


def test_the_policys_scale_as_a_schedule() -> None:
    assert rows(signed(completed_on=ENDED_ON)) == [
        ("0001-01-01", 0, "unsigned"),
        ("2023-12-01", 0, "before_start"),
        ("2024-01-08", 240000, "during_training"),
        ("2025-02-01", 240000, "full_period"),
        ("2025-03-01", 220000, "reduced"),
        ("2025-04-01", 200000, "reduced"),
        ("2025-05-01", 180000, "reduced"),
        ("2025-06-01", 160000, "reduced"),
        ("2025-07-01", 140000, "reduced"),
        ("2025-08-01", 120000, "reduced"),
        ("2025-09-01", 100000, "reduced"),
        ("2025-10-01", 80000, "reduced"),
        ("2025-11-01", 60000, "reduced"),
        ("2025-12-01", 40000, "reduced"),
        ("2026-01-01", 20000, "reduced"),
        ("2026-02-01", 0, "served"),
    ]


def test_without_an_end_recorded_the_schedule_answers_the_recorded_facts() -> None:
    assert rows(signed()) == [
        ("0001-01-01", 0, "unsigned"),
        ("2023-12-01", 0, "before_start"),
        ("2024-01-08", 240000, "during_training"),
    ]


def test_an_assumed_completion_gives_the_expected_scale_and_changes_nothing() -> None:
    agreement = signed()
    assert rows(agreement, assume_completed_on=ENDED_ON) == rows(signed(completed_on=ENDED_ON))
    assert agreement.completed_on is None


@pytest.mark.parametrize("agreement", [signed(completed_on=ENDED_ON), signed(withdrawn_on=ENDED_ON)])
def test_an_assumed_completion_gives_way_to_a_recorded_end(agreement: Agreement) -> None:
    assert rows(agreement, assume_completed_on=date(2025, 6, 1)) == rows(agreement)


@pytest.mark.parametrize("agreement", [drafted(), signed(cancelled=True), drafted(terms=None), signed(mandatory=True)])
def test_where_nothing_can_change_the_schedule_is_one_span(agreement: Agreement) -> None:
    assert [span.valid_to for span in schedule(agreement)] == [date.max]


def test_an_assessed_agreement_is_discharged_for_good() -> None:
    discharges = [Discharge(ending_id="x1", on=date(2024, 5, 10)), Discharge(ending_id="x2", on=date(2024, 8, 10))]
    assert rows(signed(discharges=discharges))[-2:] == [
        ("2024-01-08", 240000, "during_training"),
        ("2024-05-10", 0, "discharged"),
    ]


def test_a_base_of_what_was_paid_has_a_span_for_each_cost() -> None:
    costs = [paid(300, date(2024, 3, 1)), paid(200, date(2024, 2, 1)), paid(0, date(2024, 2, 15))]
    assert rows(signed(terms=RepaymentTerms(base="paid"), costs=costs))[2:] == [
        ("2024-01-08", 0, "during_training"),
        ("2024-02-01", 200, "during_training"),
        ("2024-03-01", 500, "during_training"),
    ]


def test_consent_withdrawn_later_cuts_the_deductible_schedule_only() -> None:
    without = signature(date(2024, 6, 1), version=2, consent=False)
    agreement = signed(signatures=[signature(), without])
    found = contingent(agreement)
    assert amounts_on(found, date(2024, 5, 31)) == (240000, 240000)
    assert amounts_on(found, date(2024, 6, 1)) == (240000, 0)
    assert len(schedule(agreement)) == 3


@MANY
@given(agreement=AGREEMENTS, some_day=DAYS)
def test_the_schedule_is_the_liability_on_every_day(agreement: Agreement, some_day: date) -> None:
    spans, found = schedule(agreement), contingent(agreement)
    days = sorted(around({span.valid_from for span in spans} | days_named_by(agreement) | {some_day}))
    for day in days:
        span = next(span for span in spans if span.valid_from <= day < span.valid_to)
        liability = liability_if_leaving(agreement, day)
        deductible = liability.amount_pence if liability.deductible else 0
        assert (span.amount_pence, span.rule) == (liability.amount_pence, liability.rule)
        assert amounts_on(found, day) == (liability.amount_pence, deductible)


@settings(max_examples=60, deadline=None)
@given(agreement=AGREEMENTS, first=st.dates(date(2023, 12, 1), date(2025, 12, 1)))
def test_the_schedule_is_the_liability_on_each_day_of_a_year(agreement: Agreement, first: date) -> None:
    spans = schedule(agreement)
    for day in (first + timedelta(days=n) for n in range(366)):
        span = next(span for span in spans if span.valid_from <= day < span.valid_to)
        liability = liability_if_leaving(agreement, day)
        assert (span.amount_pence, span.rule) == (liability.amount_pence, liability.rule)


@MANY
@given(agreement=AGREEMENTS, assumed=st.none() | DAYS)
def test_a_schedule_covers_all_time_and_its_neighbours_differ(agreement: Agreement, assumed: date | None) -> None:
    spans = schedule(agreement, assume_completed_on=assumed)
    assert covers_all_time_without_a_gap(spans)
    assert all((one.amount_pence, one.rule) != (other.amount_pence, other.rule) for one, other in pairwise(spans))


@MANY
@given(agreement=AGREEMENTS)
def test_of_each_amount_all_or_nothing_is_deductible(agreement: Agreement) -> None:
    amounts = [amounts_on(contingent(agreement), date.fromordinal(day)) for day in range(738000, 740500, 30)]
    assert all(part in {0, whole} for whole, part in amounts)


@MANY
@given(agreement=AGREEMENTS)
def test_nothing_is_owed_from_the_day_that_a_schedule_says(agreement: Agreement) -> None:
    found = contingent(agreement)
    until = found.owed_until()
    if until < date.max.toordinal():
        later = around({date.fromordinal(max(1, until))} | days_named_by(agreement) | {date(2040, 1, 1)})
        assert all(amounts_on(found, day) == (0, 0) for day in later if day.toordinal() >= until)


@MANY
@given(agreement=AGREEMENTS, other=AGREEMENTS)
def test_what_is_contingent_rests_on_nothing_else(agreement: Agreement, other: Agreement) -> None:
    names = ["planned_end", "draft", "title", "version", "reason"]
    if not any(signed.terms and signed.terms.base == "paid" for signed in agreement.signatures):
        names.append("costs")
    same = msgspec.structs.replace(agreement, **{name: getattr(other, name) for name in names})
    assert contingent(same) == contingent(agreement)


@MANY
@given(agreement=AGREEMENTS, other=AGREEMENTS, added=st.fixed_dictionaries(dict.fromkeys(GROWING, st.integers(0, 3))))
def test_what_a_history_has_not_changed_is_taken_from_before(
    agreement: Agreement, other: Agreement, added: dict[str, int]
) -> None:
    grown = {name: [*getattr(agreement, name), *getattr(other, name)[: added[name]]] for name in GROWING}
    later = msgspec.structs.replace(other, **grown)
    assert contingent(later, contingent(agreement)) == contingent(later)


@MANY
@given(agreement=AGREEMENTS, assumed=DAYS)
def test_an_assumed_completion_is_as_if_recorded(agreement: Agreement, assumed: date) -> None:
    recorded = agreement if agreement.ended_on else msgspec.structs.replace(agreement, completed_on=assumed)
    assert schedule(agreement, assume_completed_on=assumed) == schedule(recorded)
