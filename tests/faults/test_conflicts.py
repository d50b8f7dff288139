"""Two conflicting commands at the same instant: one takes effect, the other is refused or says the same."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, count
from typing import Any

import pytest

from services.agreements.domain.repayment import current_balance
from shared.dates import london_day
from shared.projections.verify import compare
from tests.faults.client import Answer, Command
from tests.faults.lives import Life
from tests.faults.office import THREADS, Office, office_in

ROUNDS = 100
TODAY = london_day(datetime.now(UTC))
NUMBERS = count(1)

every_round = pytest.mark.parametrize("nth", range(ROUNDS // 10), ids="round{}".format)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office_in(tmp_path_factory.mktemp("home")) as office:
        yield office
        the_log_is_sound(office)


@pytest.fixture
def life(office: Office) -> Life:
    """Someone in training under a signed agreement."""
    life = Life(next(NUMBERS), TODAY)
    office.employ(life)
    office.do(life.drafted(), life.signed())
    return life


@pytest.fixture
def left(office: Office, life: Life) -> Life:
    """Someone who completed the training and resigned."""
    office.do(life.completed(), life.resigned())
    return life


def the_log_is_sound(office: Office) -> None:
    """Whatever raced: nobody owes twice, every ledger adds up, revisions have no gap, and a replay gives the views."""
    stores = office.runtime.stores
    while stores.runner.step():
        pass
    for view in stores.views:
        assert compare(stores.ledger, stores.engine, view) == []
    owed = [row.state for row in office.runtime.repayments.as_known()]
    standing = [(repayment.agreement_id, repayment.ending_id) for repayment in owed if not repayment.reversed]
    assert len(standing) == len(set(standing))
    for repayment in owed:
        now = current_balance(repayment)
        accounted = now.net_pence + now.waived_pence + now.written_off_pence + now.balance_pence
        assert now.amount_pence + now.refund_due_pence == accounted
        assert [message.revision for message in repayment.messages] == list(range(1, len(repayment.messages) + 1))


def statuses(*answers: list[Answer]) -> set[int]:
    return {answer.status for answer in chain(*answers)}


def accepted(*answers: list[Answer]) -> list[Answer]:
    return [answer for answer in chain(*answers) if answer.accepted]


def values(answers: list[Answer], name: str) -> set[Any]:
    return {json.loads(answer.body)[name] for answer in answers}


@every_round
def test_of_two_resignations_one_stands(office: Office, life: Life, nth: int) -> None:
    office.do(life.completed())
    soon, late = life.resigned(), life.resigned(last_day_in=90)
    answers = office.at_once([soon, late])
    assert statuses(*answers) == {201, 200, 409}
    assert sum(answer.status == 201 for answer in chain(*answers)) == 1
    assert len(values(accepted(*answers), "last_day")) == 1
    assert not (accepted(answers[0]) and accepted(answers[1]))
    assert (office.stated(life, "StaffResigned"), office.stated(life, "RepaymentAssessed")) == (1, 1)


@every_round
def test_of_two_completions_without_a_reason_one_stands(office: Office, life: Life, nth: int) -> None:
    answers = office.at_once([life.completed(), life.completed(days_ago=100)])
    assert statuses(*answers) == {200, 422}
    assert len(values(accepted(*answers), "completed_on")) == 1
    assert (office.stated(life, "TrainingCompleted"), office.stated(life, "CompletionCorrected")) == (1, 0)


@every_round
def test_of_two_corrections_of_one_version_one_stands(office: Office, life: Life, nth: int) -> None:
    (done,) = office.do(life.completed())
    version = f'"{office.runtime.commands.person(life.staff_id).agreement(json.loads(done.body)["id"]).version}"'
    rivals = [life.completion_corrected(days_ago=days, step=days) for days in (80, 90)]
    answers = office.at_once(rivals, If_Match=version)
    assert statuses(*answers) == {200, 412}
    assert len(accepted(*answers)) == office.stated(life, "CompletionCorrected") == 1


@every_round
def test_one_key_has_one_effect_and_one_answer(office: Office, life: Life, nth: int) -> None:
    answers = office.repeated_at_once(life.drafted()._replace(key=f"{life.staff_id}-again"))
    assert len(set(answers)) == 1
    assert answers[0].status == 201
    assert office.stated(life, "AgreementDrafted") == 2


@every_round
def test_no_draft_is_lost_under_others(office: Office, life: Life, nth: int) -> None:
    (answers,) = office.at_once([life.drafted()])
    assert statuses(answers) <= {201, 409}
    made = accepted(answers)
    assert len(values(made, "id")) == len(made) == office.stated(life, "AgreementDrafted") - 1


@every_round
def test_waived_and_required_each_at_most_once(office: Office, left: Life, nth: int) -> None:
    owed = current_balance(next(iter(office.runtime.commands.person(left.staff_id).repayments.values())))
    waiver, requirement = left.waived(owed.balance_pence), left.required(6)
    waivers, requirements = office.at_once([waiver, requirement])
    assert statuses(waivers, requirements) == {200, 409}
    assert len(accepted(waivers)) == office.stated(left, "RepaymentWaived") == 1
    assert len(accepted(requirements)) == office.stated(left, "RepaymentRequired") <= 1
    (repayment,) = office.runtime.commands.person(left.staff_id).repayments.values()
    assert current_balance(repayment).balance_pence == 0


@every_round
def test_two_waivers_never_let_go_of_more_than_is_owed(office: Office, left: Life, nth: int) -> None:
    (repayment,) = office.runtime.commands.person(left.staff_id).repayments.values()
    most = repayment.amount_pence * 2 // 3
    answers = office.at_once([left.waived(most), left.waived(most - 1)])
    assert statuses(*answers) == {200, 409}
    assert len(accepted(*answers)) == office.stated(left, "RepaymentWaived") == 1


@every_round
def test_of_two_deductions_under_one_id_one_stands(office: Office, left: Life, nth: int) -> None:
    office.do(left.required(6))
    rivals: list[Command] = [left.deducted(pence) for pence in (100, 200)]
    answers = office.at_once(rivals)
    assert statuses(*answers) == {200, 409}
    taken = values(accepted(*answers), "taken_total_pence")
    assert len(taken) == office.stated(left, "DeductionTaken") == 1
    (repayment,) = office.runtime.commands.person(left.staff_id).repayments.values()
    assert {repayment.deducted_pence} == taken


@every_round
def test_required_by_eight_it_is_sent_to_payroll_once(office: Office, left: Life, nth: int) -> None:
    (answers,) = office.at_once([left.required(6)])
    assert sorted(answer.status for answer in answers) == [200] + [409] * (THREADS - 1)
    assert (office.stated(left, "RepaymentRequired"), office.stated(left, "RepaymentSent")) == (1, 1)


@every_round
def test_withdrawn_while_it_is_corrected_the_resignation_stays_withdrawn(office: Office, left: Life, nth: int) -> None:
    withdrawals, corrections = office.at_once([left.resignation_withdrawn(), left.resignation_corrected()])
    assert statuses(withdrawals) == {200}
    assert statuses(corrections) <= {200, 409}
    assert office.stated(left, "ResignationWithdrawn") == 1
    assert office.stated(left, "ResignationCorrected") == bool(accepted(corrections))
    (repayment,) = office.runtime.commands.person(left.staff_id).repayments.values()
    assert repayment.reversed
