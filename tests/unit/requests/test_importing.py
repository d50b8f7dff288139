"""A past request enters as it was: effective then, recorded now, and nothing follows from it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.requests.domain import delivering, importing
from services.requests.domain.budget import AllocationBelowCommitments, BudgetExceeded
from services.requests.domain.importing import Past
from services.requests.domain.priority import PriorityStream
from services.requests.domain.request import PaidCost, Request
from shared.errors import FieldRefused, StateForbids
from shared.eventstore.fact import Fact
from tests.unit.requests.memory import (
    TODAY,
    URN,
    YEAR,
    Log,
    allocate,
    asking_for,
    joins,
    past_of,
    request_id,
    set_school,
)
from tests.unit.requests.stories import PRIORITY

ONE = request_id(1)
LAST_YEAR = date(2023, 10, 2)
DAY = timedelta(days=1)


@pytest.fixture
def log() -> Log:
    log = Log()
    log.do(set_school, name="Ashgrove")
    for staff_id in ("t1", "t2"):
        log.do(joins, staff_id)
    return log


def enter(log: Log, past: Past, pence: int = 1000, number: int = 1, **changes: Any) -> list[Fact]:
    asked = asking_for(pence, **changes)
    return log.do(importing.enter_and_count, request_id(number), past, staff_id="t1", reason="", **asked)


def request(log: Log) -> Request:
    return log.desk().request(ONE)


def figures(log: Log, year: str = YEAR) -> tuple[int, int, int]:
    budget = log.desk().budget(URN, year).budget
    assert budget.allocated_pence == budget.committed_pence + budget.actual_pence + budget.available_pence
    return budget.committed_pence, budget.actual_pence, budget.available_pence


def cost(pence: int, on: date = TODAY) -> PaidCost:
    return PaidCost(category="fee", amount_pence=pence, on=on, reference="INV 1")


def test_each_fact_is_true_on_its_own_day_and_known_since_today(log: Log):
    completed = {"completed_on": TODAY - DAY, "costs": [cost(900, TODAY - 2 * DAY)]}
    facts = enter(log, past_of("approved", **completed), starts_on=TODAY - 9 * DAY, ends_on=TODAY - DAY)
    told = {fact.event_name(): fact.effective_on for fact in facts}
    assert told == {
        "RequestImported": TODAY - timedelta(weeks=4),
        "ApprovalImported": TODAY - timedelta(weeks=3),
        "RequestCostRecorded": TODAY - 2 * DAY,
        "CompletionImported": TODAY - DAY,
        "PastRequestCounted": TODAY - timedelta(weeks=3),
    }
    assert {fact.recorded_at for fact in facts} == {datetime(2025, 6, 2, 12, tzinfo=UTC)}


def test_it_stands_as_it_was_decided_and_by_whom(log: Log):
    enter(log, past_of("approved", completed_on=TODAY))
    found = request(log)
    (decision,) = found.decisions
    assert (found.status, found.submitted_on) == ("completed", TODAY - timedelta(weeks=4))
    assert (decision.decided_by, decision.authority, decision.days_open) == ("h9", "headteacher", 7)
    assert (decision.decided_on, decision.reason) == (TODAY - timedelta(weeks=3), "It serves the plan")
    assert [share.staff_id for share in found.shares] == ["t1"]


@pytest.mark.parametrize(
    ("past", "status"),
    [
        (past_of("declined"), "declined"),
        (past_of("approved"), "approved"),
        (past_of("approved", withdrawn_on=TODAY), "withdrawn"),
        (past_of(None, withdrawn_on=TODAY), "withdrawn"),
    ],
)
def test_what_was_not_completed_stands_as_it_ended(past: Past, status: str, log: Log):
    enter(log, past)
    assert request(log).status == status


def test_a_completed_one_counts_for_what_it_cost_and_holds_no_more(log: Log):
    log.do(allocate, 5000)
    paid = {"costs": [cost(900), cost(200)], "refunds": [cost(100)]}
    enter(log, past_of("approved", completed_on=TODAY, **paid), pence=2000)
    assert figures(log) == (0, 1000, 4000)


def test_one_under_way_holds_what_was_not_paid_yet_and_goes_on_here(log: Log):
    log.do(allocate, 5000)
    enter(log, past_of("approved", costs=[cost(900)]), pence=2000)
    assert figures(log) == (1100, 900, 3000)
    log.do(delivering.record_cost, ONE, category="fee", amount_pence=1100, on=TODAY, reference="INV 2")
    assert figures(log) == (0, 2000, 3000)
    log.do(delivering.complete, ONE, completed_on=TODAY)
    assert request(log).status == "completed"


@pytest.mark.parametrize(("percent", "counted"), [(50, (0, 451, -451)), (1, (0, 9, -9))])
def test_the_schools_share_counts_half_a_penny_up(percent: int, counted: tuple[int, int, int], log: Log):
    decision = past_of("approved").decision
    assert decision is not None
    part = msgspec.structs.replace(decision, funding="part", funded_percent=percent)
    enter(log, past_of("approved", decision=part, completed_on=TODAY, costs=[cost(901)]))
    assert figures(log) == counted


def test_history_is_never_refused_for_want_of_money_but_what_comes_after_is(log: Log):
    enter(log, past_of("approved", costs=[cost(900)], completed_on=TODAY))
    assert figures(log) == (0, 900, -900)
    with pytest.raises(BudgetExceeded):
        log.do(lambda desk: desk.budget(URN, YEAR).commit("another", 1, 100))
    with pytest.raises(AllocationBelowCommitments):
        log.do(allocate, 899)
    log.do(allocate, 901)
    assert figures(log) == (0, 900, 1)


def test_it_counts_in_the_year_in_which_it_began(log: Log):
    starts = {"starts_on": LAST_YEAR, "ends_on": LAST_YEAR}
    enter(log, past_of("approved", completed_on=LAST_YEAR, costs=[cost(900, LAST_YEAR)]), **starts)
    assert (figures(log), figures(log, "2023-24")) == ((0, 0, 0), (0, 900, -900))


def test_a_declined_or_withdrawn_one_holds_nothing(log: Log):
    enter(log, past_of("declined"), number=1)
    enter(log, past_of("approved", withdrawn_on=TODAY), number=2)
    assert figures(log) == (0, 0, 0)


def test_it_names_priorities_that_were_retired_since_but_none_of_another_school(log: Log):
    def plan(desk: Any, urn: str) -> None:
        priority = desk._work.load(PriorityStream, UUID(PRIORITY))
        priority.adopt(school_urn=urn, plan_year="2023-24", title="Writing")
        priority.retire("Reached")

    log.do(plan, URN)
    enter(log, past_of("declined"), priority_ids=[PRIORITY], priority_exception="")
    assert request(log).priority_ids == [PRIORITY]
    with pytest.raises(FieldRefused, match="is not a priority of this school"):
        enter(log, past_of("declined"), number=2, school_urn="100002", priority_ids=[PRIORITY])


REFUSED: list[tuple[Past, dict[str, Any], str]] = [
    (past_of(None), {}, "decision: is needed"),
    (past_of("approved", submitted_on=TODAY + DAY), {}, "submitted_on: is a fact on record"),
    (past_of("approved", submitted_on=TODAY), {}, "decided_on: must not lie before submitted_on"),
    (
        past_of("declined", withdrawn_on=TODAY - timedelta(weeks=5)),
        {},
        "withdrawn_on: must not lie before submitted_on",
    ),
    (past_of("declined", withdrawn_on=TODAY + DAY), {}, "withdrawn_on: is a fact on record"),
    (past_of("approved", completed_on=TODAY + DAY), {}, "completed_on: is a fact on record"),
    (past_of("approved", completed_on=TODAY - DAY), {}, "completed_on: must not lie before starts_on"),
    (past_of("approved", completed_on=TODAY, withdrawn_on=TODAY), {}, "withdrawn_on: what was asked for is either"),
    (past_of("declined", completed_on=TODAY), {}, "completed_on: nothing comes of a request that was not approved"),
    (past_of(None, withdrawn_on=TODAY, costs=[cost(1)]), {}, "costs: nothing comes of a request"),
    (past_of("approved", costs=[cost(1), cost(1, TODAY + DAY)]), {}, "costs.1.on: is a fact on record"),
    (past_of("approved", refunds=[cost(0)]), {}, "refunds.0.amount_pence: must lie between a penny"),
    (past_of("declined"), {"priority_exception": ""}, "priority_ids: must name a live priority"),
    (past_of("declined"), {"participants": ["nobody"]}, "participants: not known as members of staff: nobody"),
    (past_of("declined"), {"ends_on": TODAY - DAY}, "ends_on: must not lie before starts_on"),
    (past_of("declined"), {"sub_type": "lesson_study"}, "sub_type: must be one of"),
]


@pytest.mark.parametrize(("past", "changes", "said"), REFUSED)
def test_what_cannot_have_been_is_refused_by_field_and_states_nothing(
    past: Past, changes: dict[str, Any], said: str, log: Log
):
    before = list(log.facts)
    with pytest.raises((FieldRefused, StateForbids), match=said):
        enter(log, past, **changes)
    assert log.facts == before
