"""How long impact statistics of a year of a trust take, how fast their view is made anew; in files and on PostgreSQL.

`python -m tests.benchmarks impact [scale]`. Beside the questions, as baseline, the same ones where nothing is kept
between them; beside the rebuild, the live runner on the log's beginning. CPU time is told too: on a busy machine it
says more than the clock.
"""

import gc
import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from services.reviews.application import FACTS
from services.reviews.domain.desk import Desk
from services.reviews.reports.statistics import Question, Statistics
from services.reviews.statistics.census import By
from services.reviews.views.counted import impact_view
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import KeyStore, Sealer
from shared.figures import end_of_cut
from shared.hr import StaffMessage
from shared.projections.engine import views_engine
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from shared.sample.plan import SCALES
from tests.benchmarks.figures import Figure
from tests.sample import a_trust, tell_reviews
from tests.streams import Streams

SCALE, SEED = "trust-year", 1
LIVE_FACTS, AT_ONCE = 20_000, 5_000
TARGET_P99_MS, TARGET_FACTS = 50.0, 100_000
YEAR, ENDS_ON, NOW = "2024-25", date(2025, 7, 31), datetime(2025, 8, 15, tzinfo=UTC)
CUTS = ("2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07")
GROUPS: tuple[By, ...] = ("role_category", "activity_type", "provider", "priority", "school", "benefit")
QUESTIONS, COLD, AUDITS, ARRIVALS = 1_000, 10, 300, 300


def main(scale: str = SCALE) -> Sequence[Figure]:
    """Measure both where either is kept, and the ratios to what they are compared with."""
    from tests.servers.postgres import new_server  # noqa: PLC0415  a rebuild's helpers load this module

    with TemporaryDirectory() as name:
        told = _ledger(str(Path(name) / "told.sqlite"))
        tell_reviews(told, a_trust(SCALES[scale], ends_on=ENDS_ON, seed=SEED))
        in_files = _figures("SQLite", told, Path(name) / "log.sqlite", Path(name) / "views.sqlite", scale)
        server = new_server("-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB")
        try:
            on_server = _figures("PostgreSQL", told, server.new_database(), server.new_database(), scale)
        finally:
            server.remove()
        told.close()
    return [*in_files, *on_server]


def _figures(kept_in: str, told: Ledger, log: Path | str, views: Path | str, scale: str) -> Sequence[Figure]:
    ledger, engine = _ledger(str(log)), views_engine(views)
    facts = _copied(told, ledger)
    os.sync()  # a disk that is still busy with the log is no part of the answer
    print(f"{kept_in}: {facts:,} facts, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    runner = ViewRunner(ledger, engine, [impact_view()])
    runner.create_tables()
    live = _measured("live runner (baseline)", min(facts, LIVE_FACTS), lambda: _live(runner))
    anew = _measured("rebuild", facts, lambda: rebuild(ledger, engine, impact_view()))
    kept = Statistics(engine, impact_view())
    _latency("read ahead at the start", [_time(kept, _question("role_category", None, None))])
    gc.freeze()  # as a web process does once it has read ahead
    warm = _latency("as kept, the first too", [_time(kept, question) for question in _asked(scale, QUESTIONS)])
    audit = _latency("at an auditor's instant", [_time(kept, question) for question in _audited(AUDITS)])
    moving = _latency("while facts arrive", _while_facts_arrive(kept, ledger, runner, _asked(scale, ARRIVALS)))
    cold = _latency("nothing kept (baseline)", [_cold(engine, question) for question in _asked(scale, COLD)])
    engine.dispose()
    ledger.close()
    return (
        Figure(f"view of what is counted rebuilt, {kept_in}", anew, "facts/s", target=TARGET_FACTS),
        Figure("ratio to the live runner", anew / live),
        _p99(f"impact statistics of a trust's year, {kept_in}", warm),
        _p99("at an instant that nobody asked for before", audit),
        _p99("where a fact has come before each question", moving),
        Figure("baseline: nothing kept, p50, over p50", cold[0] / warm[0]),
    )


def _p99(name: str, latency: tuple[float, float]) -> Figure:
    return Figure(f"{name}, p99", latency[1], "ms", TARGET_P99_MS, less_is_better=True)


def _ledger(log: str) -> Ledger:
    keys = KeyStore(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))
    keys.create_tables()
    return Ledger(log, FACTS, Sealer(keys))


def _copied(told: Ledger, ledger: Ledger) -> int:
    """Put into an empty log what another holds. Returns how many facts that is."""
    for first in range(1, told.position() + 1, AT_ONCE):
        ledger.recorder.insert_from(first, told.recorder.select_notifications(first, AT_ONCE), [])
    return ledger.position()


def _measured(name: str, facts: int, run: Callable[[], object]) -> float:
    """Facts a second, by the clock."""
    cpu, began = sum(os.times()[:4]), time.perf_counter()
    run()
    seconds, cpu = time.perf_counter() - began, sum(os.times()[:4]) - cpu
    print(f"{name:26} {facts / seconds:10,.0f} facts/s  {seconds:6.2f} s  {cpu / facts * 1e6:6.1f} µs CPU a fact")
    return facts / seconds


def _live(runner: ViewRunner) -> None:
    folded = 0
    while folded < LIVE_FACTS and (more := runner.step()):
        folded += more


def _while_facts_arrive(
    kept: Statistics, ledger: Ledger, runner: ViewRunner, questions: Sequence[Question]
) -> list[tuple[float, float]]:
    """Before each question someone joins, so that whatever was counted has to be counted again."""
    found = []
    for number, question in enumerate(questions):
        streams, staff_id, urn = Streams(), f"new-{number}", "800001"
        streams.act = Act(recorded_at=NOW, actor="hr", role="hr_platform", correlation_id=staff_id)
        said = StaffMessage(staff_id=staff_id, employment_id=staff_id, school_urn=urn, on=ENDS_ON)
        Desk(streams, streams.act).person(staff_id).hear("hr.StaffJoined.v1", said)
        ledger.recorder.insert_events([ledger.mapper.to_stored_event(fact) for fact in streams.stated()])
        while runner.step():
            pass
        found.append(_time(kept, question))
    return found


def _question(by: By, school: str | None, cut: str | None) -> Question:
    on, instant = (ENDS_ON, None) if cut is None else end_of_cut(cut, NOW)
    return Question(school_urn=school, year=YEAR, by=by, on=on, known_at=instant, cut=cut)


def _asked(scale: str, number: int) -> list[Question]:
    """Of one school mostly, at some month's end mostly, as governors and heads ask."""
    chance = random.Random(SEED)  # noqa: S311  a sample, not a secret
    schools = [f"{800001 + each}" for each in range(SCALES[scale].schools)]
    return [
        _question(
            chance.choice(GROUPS),
            None if chance.random() < 0.2 else chance.choice(schools),
            None if chance.random() < 0.3 else chance.choice(CUTS),
        )
        for _ in range(number)
    ]


def _audited(number: int) -> list[Question]:
    """Of the trust, at instants that nobody asked for before."""
    chance = random.Random(SEED)  # noqa: S311  a sample, not a secret
    began = datetime(2024, 9, 1, tzinfo=UTC)
    found = []
    for _ in range(number):
        instant = began + timedelta(seconds=chance.randrange(300 * 86_400))
        by = chance.choice(GROUPS)
        found.append(Question(school_urn=None, year=YEAR, by=by, on=instant.date(), known_at=instant))
    return found


def _cold(engine: Engine, question: Question) -> tuple[float, float]:
    return _time(Statistics(engine, impact_view()), question)


def _time(statistics: Statistics, question: Question) -> tuple[float, float]:
    cpu, began = time.process_time(), time.perf_counter()
    statistics.impact(question, NOW)
    return (time.perf_counter() - began) * 1e3, (time.process_time() - cpu) * 1e3


def _latency(name: str, times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds by the clock."""
    clock, cpu = (sorted(each) for each in zip(*times, strict=True))
    of = [(each[len(each) // 2], each[ceil(len(each) * 0.99) - 1]) for each in (clock, cpu)]
    print(f"{name:26} p50 {of[0][0]:7.2f} ms, p99 {of[0][1]:7.2f} ms; of CPU {of[1][0]:.2f} and {of[1][1]:.2f} ms")
    return of[0]
