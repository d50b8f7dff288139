"""How fast views on PostgreSQL are made anew, and in how much memory; beside it the library's runner into a table.

`python -m tests.benchmarks rebuild_postgres [facts]`. The memory is that of the rebuild and its helpers together. What
a fact takes of the processors, in all processes and the server, tells more than the clock where other work shares them.
"""

import os
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from services.agreements.application import FACTS as KINDS
from services.agreements.views.agreements import AgreementsView
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.projections.engine import views_engine
from shared.projections.history import HistoryView
from shared.projections.rebuild import rebuild
from shared.projections.view import View
from tests.benchmarks.bulk import fill
from tests.benchmarks.figures import Figure
from tests.benchmarks.history import FACTS_EACH, stored_rows
from tests.benchmarks.stock_view import facts_per_second
from tests.servers.postgres import PostgresServer, new_server

FACTS = 1_000_000
STOCK_FACTS = 3_000
TARGET = 100_000
OF_STOCK = 50
MOST_MIB = 512
LOOK_SECONDS = 0.05


def main(wanted: int | str = FACTS) -> Sequence[Figure]:
    """Rebuild two views of a log of about `wanted` facts, each in a process of its own that has nothing else to do."""
    agreements = round(int(wanted) / FACTS_EACH)
    server = new_server("-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB")
    try:
        url = server.new_database()
        _open_log(url, create_tables=True).close()
        facts = fill(url, stored_rows(agreements))
        print(f"{facts:,} facts, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        stock = facts_per_second(server.new_database(), stored_rows(agreements), STOCK_FACTS)
        print(f"{'the library':12} {stock:10,.0f} facts/s, of {STOCK_FACTS:,}")
        history, its_mib = _rebuilt(server, url, HistoryView(KINDS), facts)
        versions, more_mib = _rebuilt(server, url, AgreementsView(), facts)
    finally:
        server.remove()
    return (
        Figure("history view rebuilt, PostgreSQL", history, "facts/s", target=TARGET),
        Figure("view of agreements rebuilt, PostgreSQL", versions, "facts/s"),
        Figure("baseline: the library's ProjectionRunner, rows of the history view", stock, "facts/s"),
        Figure("ratio of the history view to it", history / stock, target=OF_STOCK),
        Figure(f"peak memory at {facts:,} facts", max(its_mib, more_mib), "MiB", target=MOST_MIB, less_is_better=True),
    )


def _rebuilt(server: PostgresServer, url: str, view: View, facts: int) -> tuple[float, float]:
    """Facts a second, and the most MiB that the rebuild and its helpers had resident at once."""
    before = server.processor_seconds() + _ended_processes_seconds()
    context = get_context("spawn")
    told: Any = context.Queue()
    process = context.Process(target=_rebuild, args=(url, view, told))
    process.start()
    most = 0.0
    while process.is_alive():
        most = max(most, sum(_resident_mib(pid) for pid in _family(process.pid or 0)))
        time.sleep(LOOK_SECONDS)
    seconds = told.get(timeout=10)
    process.join()
    each = (server.processor_seconds() + _ended_processes_seconds() - before) / facts * 1_000_000
    speed = f"{facts / seconds:10,.0f} facts/s  {seconds:6.2f} s  {each:5.1f} µs of processor each"
    print(f"{view.name:12} {speed}  {most:5.0f} MiB")
    return facts / seconds, most


def _rebuild(url: str, view: View, told: Any) -> None:
    ledger, engine = _open_log(url), views_engine(url)
    began = time.perf_counter()
    rebuild(ledger, engine, view)
    told.put(time.perf_counter() - began)
    engine.dispose()
    ledger.close()


def _open_log(url: str, *, create_tables: bool = False) -> Ledger:
    return Ledger(url, KINDS, Sealer(KeyStore(create_engine("sqlite://"))), create_tables=create_tables)


def _ended_processes_seconds() -> float:
    """What processes that this one started, and those that they did, have taken of the processors."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        children = [
            child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has just ended
        return
    for child in children:
        yield from _family(int(child))


def _resident_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:  # it has just ended
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
