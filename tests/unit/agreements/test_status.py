"""Where an agreement or a repayment stands, in one word, derived from what happened."""

from datetime import date

import pytest

from services.agreements.domain.status import agreement_status
from tests.given import after
from tests.unit.agreements.acts import (
    A1,
    COMPLETED,
    LEFT,
    REDUCED,
    REQUIRED,
    SIGNED,
    cancelled,
    completed,
    confirmed,
    deducted,
    disputed,
    drafted,
    employed,
    invoiced,
    paid,
    refund_paid,
    refused,
    required,
    resignation_withdrawn,
    resigned,
    reversed_deduction,
    schools_set,
    signed,
    started,
    status_after,
    training_cancelled,
    varied,
    waived,
    withdrew,
    written_off,
)

DRAFTED = (employed(), drafted())
PARTLY = (*REQUIRED, deducted(100000, "partly_taken"))
LOWER = completed(date(2024, 12, 31))


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (DRAFTED, "drafted"),
        ((*DRAFTED, refused()), "refused"),
        (SIGNED, "signed"),
        ((*SIGNED, varied(terms=None)), "varied"),
        ((*SIGNED, started()), "in_training"),
        (COMPLETED, "completed"),
        ((*SIGNED, withdrew()), "withdrawn"),
        (LEFT, "discharged"),
        ((*LEFT, resignation_withdrawn()), "completed"),
        ((*LEFT, cancelled()), "cancelled"),
        ((*SIGNED, training_cancelled()), "cancelled"),
    ],
)
def test_the_status_of_an_agreement_is_the_furthest_it_has_come(steps, status: str):
    assert agreement_status(after(*steps).agreement(A1)) == status


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (LEFT, "assessed"),
        ((*SIGNED, resigned()), "held"),
        ((*SIGNED, resigned(), confirmed()), "confirmed"),
        ((*LEFT, disputed()), "held"),
        ((schools_set(auto_require=True), *LEFT), "required"),
        ((employed(), drafted(), signed(consent=False), completed(), resigned(), required()), "required"),
        (REQUIRED, "sent"),
        ((*REQUIRED, deducted(0, "accepted")), "accepted"),
        ((*REQUIRED, deducted(0, "rejected")), "rejected"),
        (PARTLY, "partly_taken"),
        ((*PARTLY, invoiced()), "invoiced"),
        ((*REQUIRED, deducted(REDUCED), reversed_deduction()), "sent"),
    ],
)
def test_while_something_is_owed_the_status_is_the_last_act(steps, status: str):
    assert status_after(*steps) == status


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ((*REQUIRED, deducted(REDUCED)), "settled"),
        ((*LEFT, paid(REDUCED)), "settled"),
        ((*PARTLY, written_off(REDUCED - 100000)), "settled"),
        ((*LEFT, waived(REDUCED)), "waived"),
        ((*REQUIRED, written_off(REDUCED)), "written_off"),
        ((*REQUIRED, deducted(REDUCED), LOWER), "refund_due"),
        ((*REQUIRED, deducted(REDUCED), LOWER, refund_paid(20000)), "settled"),
        ((*LEFT, resignation_withdrawn()), "cancelled"),
        ((*REQUIRED, deducted(REDUCED), resignation_withdrawn()), "refund_due"),
        ((*REQUIRED, deducted(REDUCED), resignation_withdrawn(), refund_paid(REDUCED)), "cancelled"),
        ((*COMPLETED, resigned(reason="redundancy")), "cancelled"),
        ((employed(), drafted(), resigned()), "cancelled"),
    ],
)
def test_a_refund_due_comes_first_then_nothing_owed_then_nothing_left(steps, status: str):
    assert status_after(*steps) == status
