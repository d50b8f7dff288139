"""A variation changes terms or cost lines, and holds once it is signed again."""

from datetime import date

import pytest

from services.agreements.domain.agreeing import AgreementIsCancelled
from services.agreements.domain.checks import OwnAffair
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.terms import RepaymentTerms
from shared.errors import FieldRefused
from tests.given import after, given
from tests.unit.agreements.acts import (
    A1,
    COMPLETED,
    LEFT,
    NOTIFIED_ON,
    REDUCED,
    SIGNED,
    cancelled,
    drafted,
    employed,
    fee,
    refused,
    signed,
    varied,
)
from tests.unit.agreements.facts import AgreementSigned, AgreementVaried, RepaymentAdjusted

RESIGNING = date(2025, 5, 31)


def owed_on(on: date, *steps) -> int:
    return liability_if_leaving(after(*steps).agreement(A1), on).amount_pence


def test_a_draft_varied_is_signed_as_varied():
    steps = (employed(), drafted(), varied(cost_lines=[fee(120000)]), signed())
    assert owed_on(date(2024, 9, 2), *steps) == 120000


def test_a_variation_of_a_signed_agreement_waits_for_its_signature():
    assert owed_on(RESIGNING, *COMPLETED, varied(cost_lines=[fee(120000)])) == REDUCED


def test_a_variation_signed_again_is_in_force_from_that_day():
    steps = (*COMPLETED, varied(cost_lines=[fee(120000)]), signed(on=date(2025, 5, 1)))
    assert owed_on(date(2025, 4, 30), *steps) == 200000
    assert owed_on(RESIGNING, *steps) == 90000


def test_a_refused_variation_leaves_what_was_signed_in_force():
    agreement = after(*COMPLETED, varied(cost_lines=[fee(120000)]), refused()).agreement(A1)
    assert (agreement.newest.cost_lines, agreement.unsigned_variation, agreement.refused) == (
        [fee(240000)],
        False,
        False,
    )


def test_a_variation_signed_for_a_day_before_the_resignation_recomputes_the_repayment():
    given(*LEFT, varied(cost_lines=[fee(120000)])).when(signed(on=date(2025, 5, 1))).then_among_others(
        AgreementSigned(), RepaymentAdjusted(amount_pence=90000, difference_pence=-90000)
    )


def test_a_variation_signed_after_the_resignation_changes_nothing_of_the_repayment():
    given(*LEFT, varied(cost_lines=[fee(120000)])).when(signed(on=date(2025, 6, 1))).then(AgreementSigned())


def test_a_variation_signed_after_the_training_began_stays_deductible_by_the_consent_given_before():
    agreement = after(*COMPLETED, varied(terms={"minimum_pence": 100}), signed(on=date(2025, 5, 1))).agreement(A1)
    assert liability_if_leaving(agreement, NOTIFIED_ON).deductible


def test_a_version_is_not_signed_before_the_one_it_replaces():
    given(*SIGNED, varied(terms={"minimum_pence": 100})).when(signed(on=date(2024, 8, 31))).then_refused(
        FieldRefused, field="signed_on"
    )


def test_varying_to_what_stands_changes_nothing():
    given(*SIGNED).when(varied(cost_lines=[fee(240000)], terms={})).then_nothing()


def test_varying_nothing_is_refused():
    given(*SIGNED).when(varied()).then_refused(FieldRefused, field="terms")


def test_terms_left_out_of_a_variation_stay():
    given(employed(), drafted(terms={"minimum_pence": 100})).when(varied(terms={"trigger": "last_day"})).then(
        AgreementVaried(terms=RepaymentTerms(minimum_pence=100, trigger="last_day"), cost_lines=[fee(240000)])
    )


def test_terms_may_be_given_up():
    given(*SIGNED).when(varied(terms=None)).then(AgreementVaried(terms=None))


@pytest.mark.parametrize("kind", ["mandatory", "apprenticeship"])
def test_mandatory_and_apprenticeship_training_cannot_be_varied_to_carry_terms(kind: str):
    given(employed(), drafted(**{kind: True})).when(varied(terms={"minimum_pence": 1})).then_refused(
        FieldRefused, field="terms"
    )


def test_a_variation_keeps_to_a_million_pounds():
    given(*SIGNED).when(varied(cost_lines=[fee(100_000_001)])).then_refused(FieldRefused, field="cost_lines")


def test_a_cancelled_agreement_cannot_be_varied():
    given(*SIGNED, cancelled()).when(varied(terms=None)).then_refused(AgreementIsCancelled)


def test_a_head_does_not_vary_their_own():
    given(*SIGNED).when(varied(terms=None).by_themselves("headteacher")).then_refused(OwnAffair)
