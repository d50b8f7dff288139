"""How what users wait for grows with the log on PostgreSQL: an append, a person's liability, a batch of a view.

`python -m tests.benchmarks.growth [FACTS]…` measures at these lengths of the log and writes the table and the plot of
`docs/performance.md`; 10,000,000 facts take up to an hour and 20 GB.
"""

import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas
from sqlalchemy import create_engine

from services.agreements.application import FACTS
from services.agreements.views.agreements import AgreementsView
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.projections.engine import views_engine
from shared.projections.query import Versions, Which
from shared.projections.rebuild import rebuild
from shared.projections.runner import BATCH, ViewRunner
from tests.benchmarks.append import saving
from tests.benchmarks.bulk import fill
from tests.benchmarks.figures import Figure
from tests.benchmarks.history import FACTS_EACH, staff_id_of, stored_rows
from tests.servers.postgres import PostgresServer, new_server

SIZES = (100_000, 1_000_000)
APPENDS = 1_000
QUESTIONS = 1_000
BATCHES = 20
ROUNDS = 5
DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
PLOT = DOCS / "images" / "growth.svg"
TABLE = re.compile(r"(<!-- growth -->\n).*?(<!-- end -->)", re.DOTALL)


class Latency(NamedTuple):
    """Milliseconds: the median and the 99th percentile."""

    p50: float
    p99: float


Curves = dict[str, dict[int, Latency]]
"""By what was measured, and by the length of the log."""


def main(sizes: Sequence[int] = SIZES) -> Sequence[Figure]:
    """Measure at each length, and tell by how much the longest log is slower than the shortest."""
    found = curves(sizes)
    first, last = min(sizes), max(sizes)
    return [
        Figure(f"{name}, p50 at {last:,} facts to {first:,}", its[last].p50 / its[first].p50, "×")
        for name, its in found.items()
    ]


def curves(sizes: Sequence[int]) -> Curves:
    """Every measurement, at logs of these lengths."""
    found: Curves = {}
    server = new_server("-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB")
    try:
        for facts in sizes:
            for name, latency in _measured(server, facts).items():
                print(f"{facts:>12,} facts: {name} p50 {latency.p50:.2f} ms, p99 {latency.p99:.2f} ms")
                found.setdefault(name, {})[facts] = latency
    finally:
        server.remove()
    return found


def write(found: Curves) -> None:
    """Put the table into `docs/performance.md` and the plot beside it."""
    sizes = sorted(next(iter(found.values())))
    lines = [
        "",
        f"| p50 / p99, ms | {' | '.join(f'{size:,} facts' for size in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    for name, its in found.items():
        lines.append(f"| {name} | {' | '.join(f'{its[size].p50:.2f} / {its[size].p99:.2f}' for size in sizes)} |")
    table = "\n".join([*lines, "", ""])
    PAGE.write_text(TABLE.sub(lambda match: match[1] + table + match[2], PAGE.read_text()))
    plot(found)


def plot(found: Curves) -> None:
    """A line for the median of each, with a band up to its 99th percentile."""
    with mpl.rc_context({"svg.hashsalt": "growth", "font.family": "sans-serif"}):
        canvas = Canvas(figsize=(7, 4), layout="constrained")
        axes = canvas.subplots()
        for name, its in found.items():
            sizes = sorted(its)
            axes.plot(sizes, [its[size].p50 for size in sizes], marker="o", label=name)
            axes.fill_between(sizes, [its[size].p50 for size in sizes], [its[size].p99 for size in sizes], alpha=0.15)
        axes.set(xscale="log", yscale="log", xlabel="facts in the log", ylabel="ms, median to 99th percentile")
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
        PLOT.parent.mkdir(exist_ok=True)
        canvas.savefig(PLOT, metadata={"Date": None})


def _measured(server: PostgresServer, facts: int) -> dict[str, Latency]:
    url, agreements = server.new_database(), facts // FACTS_EACH
    with Ledger(url, FACTS, Sealer(KeyStore(create_engine("sqlite://")))) as ledger:
        rows = stored_rows(agreements)
        fill(url, islice(rows, facts - BATCHES * BATCH))
        engine, view = views_engine(url, pool=2), AgreementsView()
        rebuild(ledger, engine, view)
        fill(url, islice(rows, BATCHES * BATCH))
        runner, versions = ViewRunner(ledger, engine, [view]), Versions(ledger, engine, view)
        chance = random.Random(2)  # noqa: S311  a sample, not a secret
        found = {
            f"a batch of {BATCH} facts into a view": _latency(runner.step, BATCHES),
            "what a person's agreements are": _latency(
                lambda: versions.as_known(which=Which(staff_id=staff_id_of(chance.randrange(agreements), agreements))),
                QUESTIONS,
            ),
            "an append": _latency(saving(url), APPENDS),
        }
        engine.dispose()
    return found


def _latency(deed: Callable[[], object], times: int) -> Latency:
    """The quietest of the rounds: what else the machine did meanwhile is no part of the answer."""
    rounds = []
    for _ in range(ROUNDS):
        taken = []
        for _ in range(times // ROUNDS):
            begun = time.perf_counter()
            deed()
            taken.append((time.perf_counter() - begun) * 1000)
        cuts = quantiles(taken, n=100, method="inclusive")
        rounds.append(Latency(cuts[49], cuts[98]))
    return min(rounds)


if __name__ == "__main__":
    write(curves([int(argument) for argument in sys.argv[1:]] or SIZES))
