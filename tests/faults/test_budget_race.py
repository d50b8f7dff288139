"""Two approvals at the same instant for the last of a budget: never overspent, and always one where one fits."""

import random
import threading
from pathlib import Path

import pytest

from services.requests.application import Requests
from services.requests.domain.budget import BudgetExceeded
from services.requests.domain.request import Request
from shared.eventstore.ledger import OvertakenError
from tests.integration.requests.desk import YEAR, a_sealer, allocate, approve, asked, call, joins, opened

ROUNDS = 1_000
ROUNDS_ON_POSTGRESQL = 100


def race(desks: tuple[Requests, Requests], requests: tuple[str, str]) -> list[type[Exception] | None]:
    """Both approve, each on its own connection to the log, from the same instant on; gives how each ended."""
    ready, ends = threading.Barrier(2), [None, None]

    def run(place: int) -> None:
        ready.wait()
        try:
            approve(desks[place], requests[place])
        except (BudgetExceeded, OvertakenError) as refused:
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
def test_two_approvals_for_the_last_of_a_budget_on_postgresql(postgres_url: str) -> None:
    rounds(postgres_url, ROUNDS_ON_POSTGRESQL)
