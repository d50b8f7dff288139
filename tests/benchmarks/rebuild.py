"""How fast the view of agreements is made anew from a realistic log; beside it the live runner, on the log's beginning.

`python -m tests.benchmarks rebuild [facts]`. CPU time is told too: on a busy machine it says more than the clock.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from services.agreements.views.agreements import AgreementsView
from shared.eventstore.ledger import Ledger
from shared.projections.engine import views_engine
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from tests.benchmarks.figures import Figure
from tests.benchmarks.history import FACTS_EACH, fill, open_log

FACTS = 1_000_000
LIVE_FACTS = 50_000
TARGET = 100_000


def main(wanted: int | str = FACTS) -> Sequence[Figure]:
    """Measure both on a log of about `wanted` facts: facts a second, microseconds of CPU a fact, and the ratio."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ledger = open_log(folder)
        facts = fill(ledger, round(int(wanted) / FACTS_EACH))
        os.sync()  # a disk that is still busy with the log is no part of the answer
        print(f"{facts:,} facts, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; target {TARGET:,} facts/s")
        live = _measured("live runner (baseline)", min(facts, LIVE_FACTS), lambda: _live(ledger, folder))
        anew = _measured("rebuild", facts, lambda: _rebuild(ledger, folder))
        print(f"ratio {anew / live:.1f}")
        ledger.close()
        ledger.sealer.keys.engine.dispose()
    return (
        Figure("view of agreements rebuilt, SQLite", anew, "facts/s", target=TARGET),
        Figure(f"baseline: the live runner, first {LIVE_FACTS:,} facts", live, "facts/s"),
        Figure("ratio", anew / live),
    )


def _measured(name: str, facts: int, run: Callable[[], None]) -> float:
    """Facts a second, by the clock."""
    cpu, began = sum(os.times()[:4]), time.perf_counter()
    run()
    seconds, cpu = time.perf_counter() - began, sum(os.times()[:4]) - cpu
    print(f"{name:24} {facts / seconds:10,.0f} facts/s  {seconds:6.2f} s  {cpu / facts * 1e6:6.1f} µs CPU a fact")
    return facts / seconds


def _live(ledger: Ledger, folder: Path) -> None:
    engine = views_engine(folder / "live.sqlite")
    runner = ViewRunner(ledger, engine, [AgreementsView()])
    runner.create_tables()
    while runner.step() and runner.position() < LIVE_FACTS:
        pass
    engine.dispose()


def _rebuild(ledger: Ledger, folder: Path) -> None:
    engine = views_engine(folder / "rebuilt.sqlite")
    rebuild(ledger, engine, AgreementsView())
    engine.dispose()
