"""What may be drafted, on which terms, and what is refused."""

from datetime import date

import pytest

from services.agreements.domain.checks import OwnAffair
from services.agreements.domain.terms import Linear, RepaymentTerms, Step, Steps
from shared.errors import FieldRefused
from tests.given import after, given
from tests.unit.agreements.acts import (
    A1,
    ENDS_ON,
    STARTS_ON,
    drafted,
    employed,
    fee,
    resigned,
    schools_set,
    signed,
)
from tests.unit.agreements.facts import AgreementDrafted, RepaymentAssessed

A_MILLION = 100_000_000


def test_an_agreement_carries_the_schools_default_terms_where_none_are_given():
    terms = RepaymentTerms(scale=Linear(months=24))
    given(employed(), schools_set(default_terms=terms)).when(drafted()).then(AgreementDrafted(terms=terms))


def test_the_policys_terms_are_the_default_of_every_school():
    terms = RepaymentTerms()
    assert (terms.scale, terms.trigger, terms.liable_reasons, terms.base) == (
        Linear(months=12, full_months=1),
        "notified_on",
        ["resignation"],
        "agreed",
    )
    assert (terms.minimum_pence, terms.cost_categories, terms.transfer_within_trust_is_leaving) == (
        0,
        ["fee", "exam", "materials"],
        False,
    )
    given(employed()).when(drafted()).then(AgreementDrafted(terms=terms))


def test_terms_given_in_part_keep_the_rest_of_the_schools_default():
    given(employed(), schools_set(default_terms=RepaymentTerms(minimum_pence=5000))).when(
        drafted(terms={"trigger": "last_day"})
    ).then(AgreementDrafted(terms=RepaymentTerms(minimum_pence=5000, trigger="last_day")))


def test_null_terms_mean_none():
    given(employed()).when(drafted(terms=None)).then(AgreementDrafted(terms=None))


def test_the_terms_name_the_policy_version():
    assert after(employed(), drafted()).agreement(A1).newest.terms.policy_version == "2024-09"


@pytest.mark.parametrize("kind", ["mandatory", "apprenticeship"])
def test_mandatory_and_apprenticeship_training_carry_no_terms(kind: str):
    given(employed()).when(drafted(**{kind: True})).then(AgreementDrafted(terms=None))


@pytest.mark.parametrize("kind", ["mandatory", "apprenticeship"])
def test_asking_for_terms_on_mandatory_or_apprenticeship_training_is_refused(kind: str):
    given(employed()).when(drafted(**{kind: True}, terms={})).then_refused(FieldRefused, field="terms")


def test_a_training_cannot_end_before_it_starts():
    given(employed()).when(drafted(planned_start=ENDS_ON, planned_end=STARTS_ON)).then_refused(
        FieldRefused, field="planned_end"
    )


def test_a_training_may_last_one_day():
    given(employed()).when(drafted(planned_start=ENDS_ON, planned_end=ENDS_ON)).then(AgreementDrafted())


def test_planned_dates_may_lie_ahead_up_to_ten_years():
    given(employed()).when(drafted(planned_end=date(2035, 6, 2))).then(AgreementDrafted())
    given(employed()).when(drafted(planned_end=date(2035, 6, 3))).then_refused(FieldRefused, field="planned_end")


def test_planned_dates_before_1990_are_refused():
    given(employed()).when(drafted(planned_start=date(1989, 12, 31))).then_refused(FieldRefused, field="planned_start")


def test_cost_lines_add_up_to_a_million_pounds_at_most():
    given(employed()).when(drafted(fee(A_MILLION - 1), fee(1, "exam"))).then(AgreementDrafted())
    given(employed()).when(drafted(fee(A_MILLION), fee(1, "exam"))).then_refused(FieldRefused, field="cost_lines")


def test_a_cost_line_is_not_negative():
    given(employed()).when(drafted(fee(100), fee(-1, "exam"))).then_refused(FieldRefused, field="cost_lines")


@pytest.mark.parametrize("percent", [-1, 101])
def test_the_school_funds_between_nothing_and_everything(percent: int):
    given(employed()).when(drafted(funded_percent=percent)).then_refused(FieldRefused, field="funded_percent")


def test_steps_whose_percents_rise_are_refused():
    steps = [{"until_months": 12, "percent": 50}, {"until_months": 24, "percent": 100}]
    given(employed()).when(drafted(terms={"scale": {"kind": "steps", "steps": steps}})).then_refused(
        FieldRefused, field="scale"
    )


def test_steps_whose_months_rise_and_percents_fall_are_agreed():
    steps = [{"until_months": 12, "percent": 100}, {"until_months": 24, "percent": 50}]
    scale = Steps(steps=[Step(until_months=12, percent=100), Step(until_months=24, percent=50)])
    given(employed()).when(drafted(terms={"scale": {"kind": "steps", "steps": steps}})).then(
        AgreementDrafted(terms=RepaymentTerms(scale=scale))
    )


@pytest.mark.parametrize("pence", [-1, A_MILLION + 1])
def test_an_absurd_minimum_is_refused(pence: int):
    given(employed()).when(drafted(terms={"minimum_pence": pence})).then_refused(FieldRefused, field="minimum_pence")


def test_somebody_unknown_cannot_be_given_an_agreement():
    given().when(drafted()).then_refused(FieldRefused, field="staff_id")


def test_an_employment_of_nobody_is_refused():
    given(employed()).when(drafted(employment_id="e9")).then_refused(FieldRefused, field="employment_id")


def test_without_an_employment_named_it_is_the_one_that_lasts():
    given(employed("e1"), resigned(), employed("e2", on=date(2025, 1, 1))).when(drafted()).then_among_others(
        AgreementDrafted(employment_id="e2")
    )


def test_a_head_does_not_draft_for_themselves():
    given(employed()).when(drafted().by_themselves("headteacher")).then_refused(OwnAffair)


def test_an_agreement_drafted_after_the_ending_is_assessed_by_it():
    given(employed(), resigned()).when(drafted(), signed()).then_among_others(
        RepaymentAssessed(ending_id=f"{A1[:-2]}e1", rule="unsigned", indicative_pence=240000, amount_pence=0)
    )
