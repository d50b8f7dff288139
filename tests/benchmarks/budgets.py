"""An approval, and a row of an import of past requests, beside many requests on one budget: neither takes longer."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

from services.requests.application import Requests
from services.requests.domain import importing
from services.requests.domain.budget_facts import BudgetFact, CostActualised, FundsCommitted
from services.requests.domain.importing import Past, PastDecision
from services.requests.domain.shares import CostLine
from services.requests.domain.streams import stream_of_budget
from tests.benchmarks.figures import Figure
from tests.integration.requests.desk import NOW, YEAR, a_sealer, allocate, approve, asked, call, joins, opened

BESIDE = (100, 1_500, 10_000)
TIMES = 25
AT_MOST = 1.5
"""Times what it takes beside the fewest; a stream that is folded whole each time takes fifty times as long."""
SCHOOL = "900001"


def main() -> Sequence[Figure]:
    """Processor time, in files; the first command of a process folds the whole budget, and is told apart."""
    approvals, rows = {}, {}
    for number in BESIDE:
        with TemporaryDirectory() as folder:
            requests = opened(str(Path(folder) / "log.sqlite"), a_sealer())
            joins(requests, SCHOOL)
            _fill(requests, number)
            first, approvals[number] = _approving(requests)
            rows[number] = _importing(requests)
            requests.ledger.close()
        print(f"beside {number:,} requests: the first approval takes {first:.1f} ms, each further one", end=" ")
        print(f"{approvals[number]:.1f} ms, a past request {rows[number]:.1f} ms of processor")
    few, *_, many = BESIDE
    return (
        Figure(f"an approval beside {many:,} requests", approvals[many], "ms"),
        Figure(f"baseline: beside {few}", approvals[few], "ms"),
        Figure("ratio of approvals", approvals[many] / approvals[few], target=AT_MOST, less_is_better=True),
        Figure("ratio of imported rows", rows[many] / rows[few], target=AT_MOST, less_is_better=True),
    )


def _fill(requests: Requests, number: int) -> None:
    """So many requests that were granted and paid, each a penny."""
    allocate(requests, SCHOOL, 1_000_000)
    mapper = requests.ledger.mapper
    requests.ledger.recorder.insert_events([mapper.to_stored_event(fact) for fact in _granted(number)])


def _granted(number: int) -> Iterator[BudgetFact]:
    whose = {"originator_id": stream_of_budget(SCHOOL, YEAR), "school_urn": SCHOOL, "academic_year": YEAR}
    context = {"recorded_at": NOW, "actor": "head", "role": "headteacher", "correlation_id": "c"}
    for version in range(2, 2 * number + 2, 2):
        about = whose | context | {"request_id": str(uuid4())}
        yield FundsCommitted(**about, originator_version=version, amount_pence=1, funded_percent=100)
        yield CostActualised(
            **about, originator_version=version + 1, cost_pence=1, amount_pence=1, from_committed_pence=1
        )


def _approving(requests: Requests) -> tuple[float, float]:
    """Milliseconds that the first approval takes, and the usual one."""
    open_ones = [asked(requests, SCHOOL, 100) for _ in range(TIMES)]
    first, *others = [_milliseconds(lambda one=one: approve(requests, one)) for one in open_ones]
    return first, median(others)


def _importing(requests: Requests) -> float:
    return median(_milliseconds(lambda: _enter(requests)) for _ in range(TIMES))


def _enter(requests: Requests) -> None:
    day = date(2025, 5, 1)
    decision = PastDecision(
        outcome="approved", decided_on=day, decided_by="head", authority="headteacher", reason="r", funding="full"
    )
    requests.at_desk(
        call("hr_platform"),
        importing.enter_and_count,
        str(uuid4()),
        Past(submitted_on=day, decision=decision),
        staff_id="t1",
        school_urn=SCHOOL,
        title="A course",
        activity_type="course",
        origin="directed",
        purposes=[],
        need_source="appraisal",
        priority_ids=[],
        priority_exception="None fits",
        starts_on=date(2025, 9, 1),
        ends_on=date(2025, 9, 1),
        cost_lines=[CostLine(category="fee", amount_pence=100)],
        benefit="Better lessons",
    )


def _milliseconds(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000
