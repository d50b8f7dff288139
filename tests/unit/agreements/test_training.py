"""What becomes of the training: started, completed, withdrawn from, cancelled, paid for, refunded."""

from datetime import date

import pytest

from services.agreements.domain.checks import OwnAffair
from services.agreements.domain.training import TrainingIsCancelled, TrainingIsOver
from shared.errors import FieldRefused
from tests.given import after, given
from tests.unit.agreements.acts import (
    A1,
    COMPLETED,
    ENDS_ON,
    SIGNED,
    STARTS_ON,
    cancelled,
    completed,
    cost,
    cost_refunded,
    started,
    training_cancelled,
    withdrew,
)
from tests.unit.agreements.facts import (
    AgreementCancelled,
    CompletionCorrected,
    CostRecorded,
    CostRefunded,
    StartCorrected,
    TrainingCancelled,
    TrainingCompleted,
    TrainingStarted,
    TrainingWithdrawn,
    WithdrawalCorrected,
)

BEFORE = date(2024, 9, 1)
TOMORROW = date(2025, 6, 3)
RECORDED = [started, completed, withdrew, training_cancelled]
FIELDS = ["started_on", "completed_on", "withdrawn_on", "cancelled_on"]


def test_a_start_is_recorded_and_recorded_again_changes_nothing():
    given(*SIGNED).when(started()).then(TrainingStarted(started_on=STARTS_ON))
    given(*SIGNED, started()).when(started()).then_nothing()


def test_another_start_is_a_correction_and_needs_a_reason():
    given(*SIGNED, started()).when(started(BEFORE)).then(StartCorrected(started_on=BEFORE, previously=STARTS_ON))
    given(*SIGNED, started()).when(started(BEFORE).without_reason()).then_refused(FieldRefused, field="reason")


def test_a_completion_is_recorded_and_recorded_again_changes_nothing():
    given(*SIGNED).when(completed()).then(TrainingCompleted(completed_on=ENDS_ON))
    given(*COMPLETED).when(completed()).then_nothing()


def test_another_completion_is_a_correction_and_needs_a_reason():
    other = date(2025, 2, 28)
    given(*COMPLETED).when(completed(other)).then(CompletionCorrected(completed_on=other, previously=ENDS_ON))
    given(*COMPLETED).when(completed(other).without_reason()).then_refused(FieldRefused, field="reason")


def test_a_training_is_not_completed_before_its_start():
    given(*SIGNED, started()).when(completed(BEFORE)).then_refused(FieldRefused, field="completed_on")
    given(*SIGNED, started()).when(completed(STARTS_ON)).then(TrainingCompleted())


def test_a_training_is_not_completed_before_its_planned_start_where_none_is_recorded():
    given(*SIGNED).when(completed(BEFORE)).then_refused(FieldRefused, field="completed_on")
    given(*SIGNED, started(date(2024, 8, 1))).when(completed(BEFORE)).then(TrainingCompleted())


def test_nobody_withdraws_before_the_start():
    given(*SIGNED, started()).when(withdrew(BEFORE)).then_refused(FieldRefused, field="withdrawn_on")


def test_a_training_does_not_start_after_its_end():
    given(*COMPLETED).when(started(date(2025, 2, 1))).then_refused(FieldRefused, field="started_on")


def test_a_withdrawal_is_recorded_and_corrected():
    other = date(2024, 12, 1)
    given(*SIGNED).when(withdrew()).then(TrainingWithdrawn(withdrawn_on=ENDS_ON))
    given(*SIGNED, withdrew()).when(withdrew()).then_nothing()
    given(*SIGNED, withdrew()).when(withdrew(other)).then(WithdrawalCorrected(withdrawn_on=other, previously=ENDS_ON))


def test_a_training_ends_one_way():
    given(*COMPLETED).when(withdrew()).then_refused(TrainingIsOver)
    given(*SIGNED, withdrew()).when(completed()).then_refused(TrainingIsOver)
    given(*COMPLETED).when(training_cancelled()).then_refused(TrainingIsOver)


@pytest.mark.parametrize(("record", "field"), list(zip(RECORDED, FIELDS, strict=True)))
def test_a_recorded_day_after_today_is_refused(record, field: str):
    given(*SIGNED).when(record(TOMORROW)).then_refused(FieldRefused, field=field)


@pytest.mark.parametrize(("record", "field"), list(zip(RECORDED, FIELDS, strict=True)))
def test_a_recorded_day_before_1990_is_refused(record, field: str):
    given(*SIGNED).when(record(date(1989, 12, 31))).then_refused(FieldRefused, field=field)


@pytest.mark.parametrize("record", RECORDED)
def test_a_head_records_nothing_of_their_own_training(record):
    given(*SIGNED).when(record().by_themselves("headteacher")).then_refused(OwnAffair)


@pytest.mark.parametrize("record", [started, completed, withdrew])
@pytest.mark.parametrize("end", [cancelled, training_cancelled])
def test_nothing_becomes_of_a_cancelled_training(record, end):
    given(*SIGNED, end()).when(record()).then_refused(TrainingIsCancelled)


def test_the_provider_may_cancel_the_training_once():
    given(*SIGNED).when(training_cancelled()).then(TrainingCancelled(by="provider"))
    given(*SIGNED, training_cancelled()).when(training_cancelled()).then_nothing()
    given(*SIGNED, training_cancelled()).when(training_cancelled(date(2024, 12, 2))).then_refused(TrainingIsCancelled)


def test_an_agreement_is_cancelled_once_and_never_by_its_owner():
    given(*SIGNED).when(cancelled()).then(AgreementCancelled())
    given(*SIGNED, cancelled()).when(cancelled()).then_nothing()
    given(*SIGNED).when(cancelled().by_themselves("headteacher")).then_refused(OwnAffair)


def test_costs_and_refunds_are_facts_whatever_became_of_the_agreement():
    given(*SIGNED, cancelled()).when(cost(100), cost_refunded(50)).then(
        CostRecorded(amount_pence=100), CostRefunded(amount_pence=50)
    )
    agreement = after(*SIGNED, cost(100), cost(100), cost_refunded(50)).agreement(A1)
    assert ([c.amount_pence for c in agreement.costs], [c.amount_pence for c in agreement.refunds]) == (
        [100, 100],
        [50],
    )


@pytest.mark.parametrize("record", [cost, cost_refunded])
@pytest.mark.parametrize("pence", [0, -1, 100_000_001])
def test_a_cost_or_refund_is_between_a_penny_and_a_million_pounds(record, pence: int):
    given(*SIGNED).when(record(pence)).then_refused(FieldRefused, field="amount_pence")


@pytest.mark.parametrize("record", [cost, cost_refunded])
@pytest.mark.parametrize("on", [TOMORROW, date(1989, 12, 31)])
def test_a_cost_or_refund_is_not_dated_ahead_or_absurdly(record, on: date):
    given(*SIGNED).when(record(100, on=on)).then_refused(FieldRefused, field="on")
