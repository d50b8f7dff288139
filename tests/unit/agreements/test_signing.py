"""Who signs, when, and what a signature fixes."""

from datetime import date

from services.agreements.domain.agreeing import AgreementIsCancelled, AgreementIsRefused, AlreadySigned
from services.agreements.domain.checks import OwnAffair
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.terms import Linear, RepaymentTerms
from shared.errors import FieldRefused, NotThere
from tests.given import TODAY, after, given
from tests.unit.agreements.acts import (
    A1,
    A2,
    SIGNED,
    SIGNED_ON,
    STARTS_ON,
    cancelled,
    completed,
    drafted,
    employed,
    refused,
    schools_set,
    signed,
    started,
    training_cancelled,
    varied,
)
from tests.unit.agreements.facts import AgreementRefused, AgreementSigned

DRAFTED = (employed(), drafted())


def deductible(*steps):
    found = liability_if_leaving(after(*steps).agreement(A1), STARTS_ON)
    return found.deductible, found.not_deductible_because


def test_the_person_signs_for_themselves_without_a_document():
    given(*DRAFTED).when(signed(document_ref="").by_themselves()).then(AgreementSigned(signed_on=SIGNED_ON))


def test_someone_else_records_a_signature_only_with_the_signed_document():
    given(*DRAFTED).when(signed(document_ref="")).then_refused(FieldRefused, field="document_ref")
    given(*DRAFTED).when(signed(document_ref="scan 7")).then(AgreementSigned(document_ref="scan 7"))


def test_a_head_does_not_sign_their_own_for_the_school():
    given(*DRAFTED).when(signed().by_themselves("headteacher")).then_refused(OwnAffair)


def test_a_signature_dated_after_today_is_refused():
    given(*DRAFTED).when(signed(on=date(2025, 6, 3))).then_refused(FieldRefused, field="signed_on")
    given(*DRAFTED).when(signed(on=TODAY)).then(AgreementSigned())


def test_a_signature_before_1990_is_refused():
    given(*DRAFTED).when(signed(on=date(1989, 12, 31))).then_refused(FieldRefused, field="signed_on")


def test_a_cancelled_agreement_cannot_be_signed():
    given(*DRAFTED, cancelled()).when(signed()).then_refused(AgreementIsCancelled)


def test_an_agreement_whose_training_was_cancelled_cannot_be_signed():
    given(*DRAFTED, training_cancelled()).when(signed()).then_refused(AgreementIsCancelled)


def test_an_agreement_that_is_not_there_cannot_be_signed():
    given(*DRAFTED).when(signed(A2)).then_refused(NotThere)


def test_the_same_signature_again_changes_nothing():
    given(*SIGNED).when(signed()).then_nothing()


def test_another_signature_on_the_same_version_is_refused():
    given(*SIGNED).when(signed(on=STARTS_ON)).then_refused(AlreadySigned)
    given(*SIGNED).when(signed(consent=False)).then_refused(AlreadySigned)


def test_signing_fixes_the_terms_whatever_the_school_sets_later():
    later = schools_set(default_terms=RepaymentTerms(scale=Linear(months=24)))
    assert after(*SIGNED, later, completed()).agreement(A1).signatures[0].terms == RepaymentTerms()


def test_a_refused_agreement_is_not_signed_before_it_is_varied():
    given(*DRAFTED).when(refused()).then(AgreementRefused())
    given(*DRAFTED, refused()).when(signed()).then_refused(AgreementIsRefused)
    given(*DRAFTED, refused(), varied(terms={"minimum_pence": 1})).when(signed()).then(AgreementSigned())


def test_refusing_again_changes_nothing():
    given(*DRAFTED, refused()).when(refused()).then_nothing()


def test_what_is_signed_cannot_be_refused():
    given(*SIGNED).when(refused()).then_refused(AlreadySigned)


def test_without_consent_it_is_owed_but_not_deductible():
    assert deductible(*DRAFTED, signed(consent=False)) == (False, "no_consent")
    assert deductible(*SIGNED) == (True, None)


def test_signed_after_the_training_began_it_is_owed_but_not_deductible():
    late = signed(on=date(2024, 9, 3))
    liability = liability_if_leaving(after(*DRAFTED, started(), late).agreement(A1), date(2024, 9, 3))
    assert (liability.amount_pence, liability.deductible) == (240000, False)
    assert liability.not_deductible_because == "signed_after_start"


def test_signed_on_the_day_the_training_began_it_is_deductible():
    assert deductible(*DRAFTED, started(), signed(on=STARTS_ON)) == (True, None)


def test_a_governor_owes_but_has_no_pay_to_deduct_from():
    governor = employed(role_category="governor", payroll_number="")
    assert deductible(governor, drafted(), signed()) == (False, "governor")
