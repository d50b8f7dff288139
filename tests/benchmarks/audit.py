"""What the seal costs: an append beside it, sealing against appending, a proof among ten million, export, verification.

`python -m tests.benchmarks audit [part]`, where a part is `appends`, `proofs` or `archives`. Where it says so,
a second is one of a processor: on a busy machine that says more than the clock, which is told beside it.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from services.agreements.accesses import ACCESSES
from shared.access_log.store import AccessLog
from shared.access_log.verifying import SealedAccesses
from shared.audit import live, parquet, parquet_check
from shared.audit.export import Part, export
from shared.audit.live import Sealed
from shared.audit.offline import check_archive, root_by_inclusion
from shared.audit.store import SealStore
from shared.eventstore.ledger import Ledger
from shared.messaging.database import open_database
from shared.messaging.embedded import EmbeddedBus
from tests.benchmarks.append import open_ledger
from tests.benchmarks.beside import measure
from tests.benchmarks.figures import Figure
from tests.benchmarks.history import FACTS_EACH, fill, open_log
from tests.benchmarks.sealer import SIGNER, sealing_of
from tests.servers.postgres import new_server

OF_UNSEALED = 0.95
OF_APPENDS = 0.05
LEAVES = 10_000_000
LEAVES_AT_ONCE = 102_400
PROOFS = 300
PROOF_MS = 10.0
FACTS = 60_000
FACTS_A_SECOND = 100_000
TIMES = 4
MORE_MEMORY = 1.25
"""Of what a log needs, that of `TIMES` as many facts may need so much."""
WITH_PARQUET = ("export", "check")
"""Parquet is made on another processor meanwhile: what counts is the clock."""


def main(*chosen: str) -> Sequence[Figure]:
    """Every part in turn, or those that are chosen."""
    return [figure for part in chosen or PARTS for figure in PARTS[part]()]


def appends() -> Sequence[Figure]:
    """Eight writers on PostgreSQL, with a worker's seal beside them and without; then all of it is sealed anew."""
    server = new_server("-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB")
    try:
        url = server.new_database()
        open_ledger(url, create_tables=True).close()
        SealStore(open_database(url)).create_tables()
        found = measure(url)
        another = SealStore(open_database(server.new_database()))
        another.create_tables()
        with TemporaryDirectory() as folder:
            rate = _sealing_rate(open_ledger(url), another, Path(folder))
    finally:
        server.remove()
    least, most = found.kept - found.within, found.kept + found.within
    print(f"left beside the seal: {found.kept:.3f}, with 95 % between {least:.3f} and {most:.3f}")
    return (
        Figure("of 8 writers' appends, left beside the seal", found.kept, target=OF_UNSEALED),
        Figure("… give or take, with 95 %", found.within),
        Figure("the seal's processor, by that of the appends", found.share, target=OF_APPENDS, less_is_better=True),
        Figure("… of the process that seals", found.seal * 1e6, "µs an event"),
        Figure("… of its sessions in the database", found.session * 1e6, "µs an event"),
        Figure("events sealed, PostgreSQL", rate, "/s"),
        Figure("sealing, of appending", rate / found.alone, target=1),
    )


def proofs() -> Sequence[Figure]:
    """Ten million leaves in a file, and the proof of any of them, its root checked."""
    with TemporaryDirectory() as folder:
        store = SealStore(open_database(Path(folder) / "log.sqlite"))
        store.create_tables()
        began = time.perf_counter()
        for first in range(0, LEAVES, LEAVES_AT_ONCE):
            numbers = range(first, min(LEAVES, first + LEAVES_AT_ONCE))
            store.extend(store.head(), [(n * 3 + 1, sha256(n.to_bytes(8)).digest()) for n in numbers])
        built = LEAVES / (time.perf_counter() - began)
        root = store.tree(LEAVES).root()
        took, processor = [], []
        for n in range(PROOFS):
            index = n * 7919 * 4999 % LEAVES
            began, used = time.perf_counter(), time.process_time()
            found = store.index_of(index * 3 + 1)
            tree = store.tree(LEAVES)
            proof = tree.inclusion(index)
            took.append((time.perf_counter() - began) * 1000)
            processor.append((time.process_time() - used) * 1000)
            if found != index or root_by_inclusion(index, LEAVES, tree.leaf(index), proof) != root:
                raise AssertionError(index)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return (
        Figure("leaves added", built, "/s"),
        Figure("bytes a leaf", size / LEAVES),
        Figure("proof among 10 million, p50", median(took), "ms", target=PROOF_MS, less_is_better=True),
        Figure("… p99", quantiles(took, n=100)[98], "ms"),
        Figure("… p99, of a processor", quantiles(processor, n=100)[98], "ms", target=PROOF_MS, less_is_better=True),
    )


def archives() -> Sequence[Figure]:
    """A realistic log and one of four times as many facts: exported, checked, verified, each in its own process."""
    figures: list[Figure] = []
    told: dict[str, list[tuple[float, float]]] = {}
    for facts in (FACTS, FACTS * TIMES):
        with TemporaryDirectory() as name:
            folder = Path(name)
            ledger = open_log(folder)
            fill(ledger, round(facts / FACTS_EACH))
            store = SealStore(open_database(folder / "log.sqlite"))
            store.create_tables()
            rate = _sealing_rate(ledger, store, folder)
            print(f"{ledger.position():,} facts; sealed {rate:,.0f}/s")
            ledger.close()
            for task in ("export-without-parquet", "check-without-parquet", "export", "check", "verify"):
                done = subprocess.run(_command(task, name), stdout=subprocess.PIPE, text=True, check=True)
                seconds, processor, count, mebibytes = map(float, done.stdout.split())
                clock, rate = count / seconds, count / processor
                print(f"  {task}: {clock:,.0f}/s, {rate:,.0f} in a second of a processor, {mebibytes:.0f} MiB")
                told.setdefault(task, []).append((clock if task in WITH_PARQUET else rate, mebibytes))
    for task, ((_, less), (rate, more)) in told.items():
        second = "with Parquet, in a second" if task in WITH_PARQUET else "in a second of one processor"
        figures.append(Figure(f"{task}, {second}", rate, "events", target=FACTS_A_SECOND))
        figures.append(
            Figure(f"{task}: memory of 4 × the events", more / less, target=MORE_MEMORY, less_is_better=True)
        )
    return figures


PARTS: dict[str, Callable[[], Sequence[Figure]]] = {"appends": appends, "proofs": proofs, "archives": archives}


def _sealing_rate(ledger: Ledger, store: SealStore, folder: Path) -> float:
    """Events a second that the worker's step seals, once it has the log to itself."""
    sealing = sealing_of(ledger, store, folder)
    before, began = store.head().size, time.perf_counter()
    while sealing.step():
        pass
    sealing.step()
    return (store.head().size - before) / (time.perf_counter() - began)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.audit", *arguments]


def _one(task: str, name: str) -> None:
    """One task on the log in a folder: prints seconds by the clock and of a processor, events, and its most MiB."""
    folder = Path(name)
    ledger, bus = open_log(folder), EmbeddedBus(folder / "bus.sqlite")
    store, reads = (
        SealStore(open_database(folder / "log.sqlite")),
        AccessLog(open_database(folder / "access.sqlite"), 1),
    )
    reads.create_tables()
    accesses = SealedAccesses(ledger, reads, ACCESSES)
    sealed = Sealed("bench", "benchmarks/bench", ledger, store, bus, [SIGNER.key], accesses)
    began, processor = time.perf_counter(), time.process_time()
    if task.startswith("export"):
        if task == "export-without-parquet":
            parquet.available = lambda: False  # type: ignore[assignment]
        with (folder / "archive.zip").open("wb") as file:
            export([sealed], Part(), file, SIGNER)
        findings = []
    elif task.startswith("check"):
        with (folder / "archive.zip").open("rb") as file:
            findings = check_archive(file, [SIGNER.key], compare_table=parquet_check.compare).findings
    else:
        findings = live.verify(sealed).findings
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    if findings:
        raise AssertionError(findings)
    print(seconds, processor, ledger.position(), _most_mebibytes())


def _most_mebibytes() -> float:
    """The most memory that this process held. `getrusage` would tell of the one that started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    _one(*sys.argv[1:])
