"""How long it takes to say what a person owes, and a school, and the trust, and whether a longer log makes it slower.

`python -m tests.benchmarks liability`. Asked of the views as the API asks them, at 10,000 and at 100,000 agreements.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from services.agreements.views.agreements import AgreementsView
from services.agreements.views.repayments import RepaymentsView
from shared.projections.engine import views_engine
from shared.projections.query import Versions, Which, totals_of
from shared.projections.rebuild import rebuild
from tests.benchmarks.figures import Figure
from tests.benchmarks.history import BEGINNING, SCHOOLS, YEARS, fill, open_log, staff_id_of

SIZES = (10_000, 100_000)
TARGET_P99_MS = 10.0
TARGET_GROWTH = 1.5
ON = date(2024, 9, 1)
KNOWN_AT = BEGINNING + YEARS / 2


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds: the median and the 99th percentile."""

    p50: float
    p99: float


def main() -> Sequence[Figure]:
    """Measure every question at both sizes and print each with its growth. The targets are those for a person."""
    smaller, larger = ([*_measured(size).items()] for size in SIZES)
    print(f"milliseconds; target for a person: p99 ≤ {TARGET_P99_MS:g}, growth ≤ {TARGET_GROWTH:g}")
    print(f"{'':28}{SIZES[0]:>12,} p50 / p99{SIZES[1]:>12,} p50 / p99{'growth of p50 / p99':>24}")
    for (question, few), (_, many) in zip(smaller, larger, strict=True):
        growth = f"{many.p50 / few.p50:.2f} / {many.p99 / few.p99:.2f}"
        print(f"{question:28}{few.p50:14.2f} / {few.p99:5.2f}{many.p50:14.2f} / {many.p99:5.2f}{growth:>24}")
    few, many = smaller[0][1], larger[0][1]
    return (
        Figure(f"a person's liability at {SIZES[1]:,} agreements, p50", many.p50, "ms"),
        Figure(
            f"a person's liability at {SIZES[1]:,} agreements, p99", many.p99, "ms", TARGET_P99_MS, less_is_better=True
        ),
        Figure(f"growth of p99 from {SIZES[0]:,}", many.p99 / few.p99, "×", TARGET_GROWTH, less_is_better=True),
    )


def _measured(agreements: int) -> dict[str, Latency]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        ledger, engine = open_log(folder), views_engine(folder / "views.sqlite")
        fill(ledger, agreements)
        agreed, repaid = AgreementsView(), RepaymentsView()
        for view in (agreed, repaid):
            rebuild(ledger, engine, view)
        views = Versions(ledger, engine, agreed), Versions(ledger, engine, repaid)
        found = _questions(views, agreements)
        engine.dispose()
        ledger.close()
        ledger.sealer.keys.engine.dispose()
        return found


def _questions(views: tuple[Versions[Any], Versions[Any]], agreements: int) -> dict[str, Latency]:
    chance = random.Random(2)  # noqa: S311  a sample, not a secret

    def person(known_at: Any = None) -> None:
        which = Which(staff_id=staff_id_of(chance.randrange(agreements), agreements))
        for versions in views:
            for row in versions.as_known(known_at, which):
                for amount in ("contingent", "contingent_deductible", "receivable", "receivable_deductible"):
                    row.amount_on(amount, ON + timedelta(days=chance.randrange(365)))

    def school(known_at: Any = None) -> None:
        totals_of(views, ON, known_at, [f"{100001 + chance.randrange(SCHOOLS)}"])

    return {
        "a person": _latency(person, 2_000),
        "a person, as known then": _latency(lambda: person(KNOWN_AT), 500),
        "a school": _latency(school, 100),
        "a school, as known then": _latency(lambda: school(KNOWN_AT), 40),
        "the trust": _latency(lambda: totals_of(views, ON, None, None), 10),
        "the trust, as known then": _latency(lambda: totals_of(views, ON, KNOWN_AT, None), 10),
    }


def _latency(ask: Callable[[], object], times: int) -> Latency:
    ask()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1e3)
    taken.sort()
    return Latency(taken[len(taken) // 2], taken[len(taken) * 99 // 100])
