"""Two approvals at the same instant for the last of a budget, or of what is bought: one where one fits, never both."""

import random
import threading
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from services.requests.application import Requests
from services.requests.domain import buying
from services.requests.domain.budget import BudgetExceeded
from services.requests.domain.request import Request
from services.requests.domain.service_agreement import UsedUp
from shared.eventstore.ledger import OvertakenError
from tests.integration.requests.desk import YEAR, a_sealer, allocate, approve, asked, call, joins, opened

ROUNDS = 300
ROUNDS_ON_POSTGRESQL = 100
ROUNDS_FOR_A_PLACE = 200
ONE_PLACE = {
    "provider": "A college",
    "title": "A place",
    "unit": "places",
    "quantity": 1,
    "price_pence": 500,
    "valid_from": date(2025, 9, 1),
    "valid_to": date(2026, 8, 31),
    "because": "r",
}


def race(desks: tuple[Requests, Requests], requests: tuple[str, str]) -> list[type[Exception] | None]:
    """Both approve, each on its own connection to the log, from the same instant on; gives how each ended."""
    ready, ends = threading.Barrier(2), [None, None]

    def run(place: int) -> None:
        ready.wait()
        try:
            approve(desks[place], requests[place])
        except (BudgetExceeded, UsedUp, OvertakenError) as refused:
            ends[place] = type(refused)

    threads = [threading.Thread(target=run, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def rounds(database: str, count: int) -> None:
    sealer = a_sealer()
    first = opened(database, sealer)
    second = opened(database, sealer, create_tables=False)
    chance = random.Random(20250602)  # noqa: S311  for tests
    for number in range(count):
        school = f"{100_000 + number}"
        joins(first, school, teacher := f"t{number}")
        costs = (chance.randint(1, 1_000), chance.randint(1, 1_000))
        fits = chance.choice(("one", "one", "one", "both", "neither"))
        pence = {"one": max(costs), "both": sum(costs), "neither": min(costs) - 1}[fits]
        allocate(first, school, pence)
        both = (asked(first, school, costs[0], teacher), asked(first, school, costs[1], teacher))
        ends = race((first, second), both)
        budget = first.budget(school, YEAR)
        granted = [cost for cost, end in zip(costs, ends, strict=True) if end is None]
        assert budget.available_pence >= 0
        assert budget.committed_pence == sum(granted)
        assert len(granted) == {"one": 1, "both": 2, "neither": 0}[fits]
        assert {end for end in ends if end is not None} <= {BudgetExceeded}
        states = [first.on_request(call(), id_, lambda desk, id_: desk.request(id_)).result for id_ in both]
        assert [state.status for state in states] == ["assessed" if end else "approved" for end in ends]
        assert all(isinstance(state, Request) for state in states)
    first.ledger.close()
    second.ledger.close()


@pytest.mark.slow
def test_two_approvals_for_the_last_of_a_budget_on_files(tmp_path: Path) -> None:
    rounds(str(tmp_path / "log.sqlite"), ROUNDS)


@pytest.mark.slow
def test_two_approvals_for_the_last_place_that_is_bought(tmp_path: Path) -> None:
    database, sealer = str(tmp_path / "log.sqlite"), a_sealer()
    first, second = opened(database, sealer), opened(database, sealer, create_tables=False)
    for number in range(ROUNDS_FOR_A_PLACE):
        school, teacher, bought = f"{100_000 + number}", f"t{number}", str(uuid4())
        joins(first, school, teacher)
        allocate(first, school, 1_000)
        first.at_desk(call(), buying.buy, bought, school_urn=school, **ONE_PLACE)
        drawing = {"service_agreement_id": bought}
        both = (asked(first, school, 0, teacher, **drawing), asked(first, school, 0, teacher, **drawing))
        ends = race((first, second), both)
        assert sorted(end is None for end in ends) == [False, True]
        assert {end for end in ends if end is not None} == {UsedUp}
        agreement = first.on_service_agreement(call(), bought, buying.known).result
        assert (agreement.left, list(agreement.drawn.values())) == (0, [1])
    first.ledger.close()
    second.ledger.close()


@pytest.mark.slow
def test_two_approvals_for_the_last_of_a_budget_on_postgresql(postgres_url: str) -> None:
    rounds(postgres_url, ROUNDS_ON_POSTGRESQL)
