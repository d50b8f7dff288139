"""What appends lose to a seal beside them, and what it takes of a processor.

Eight writers append all the time. A window is a worker's pause, with the seal's turn at its end or without; before each
it catches up with what was appended so far, which counts nowhere: so a turn seals what was appended in its window.
Windows come as with, without, without, with, so that what drifts strikes both alike.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from contextlib import contextmanager
from math import sqrt
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import fmean, stdev
from typing import NamedTuple

import psycopg

from shared.audit.sealing import PAUSE_SECONDS
from tests.benchmarks.append import WRITERS, WRITING
from tests.benchmarks.sealer import SESSION, Sealer, sealer

BLOCK = (True, False, False, True)
BLOCKS = 10
STUDENT = 2.262
"""95 % of Student's distribution with 9 degrees of freedom lie within."""
TICK = 1 / os.sysconf("SC_CLK_TCK")
SESSIONS = "SELECT pid, application_name = %s FROM pg_stat_activity"


class Beside(NamedTuple):
    """`kept` is what is left of the appends beside the seal, `within` so much with 95 %. `alone` is appends a second.

    Of a processor: `seal` and `session` are seconds an event, of the sealing process and of its sessions in the
    database; `share` is what both take, by what the appends take with their sessions.
    """

    kept: float
    within: float
    alone: float
    seal: float
    session: float
    share: float


class Window(NamedTuple):
    """Appends a second; how many; and seconds of a processor: of the seal, of its sessions, of the appends."""

    rate: float
    appends: int
    seal: float
    session: float
    others: float


def measure(url: str) -> Beside:
    """Of the log at `url`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with sealer(context, url) as sealing, _writing(context, url) as (counts, pids), psycopg.connect(url) as connection:

        def used() -> tuple[float, float]:
            """Of the seal's sessions, and of appends with theirs."""
            sessions = connection.execute(SESSIONS, (SESSION,)).fetchall()
            connection.commit()
            seals = [pid for pid, is_seal in sessions if is_seal]
            return _seconds(seals), _seconds([*pids, *(pid for pid, is_seal in sessions if not is_seal)])

        blocks = [[_window(sealing, with_seal, counts, used) for with_seal in BLOCK] for _ in range(BLOCKS)]
    kept = [sum(_rates(block, True)) / sum(_rates(block, False)) for block in blocks]
    sealed = [window for block in blocks for window, with_seal in zip(block, BLOCK, strict=True) if with_seal]
    events, seal, session, others = (sum(column) for column in list(zip(*sealed, strict=True))[1:])
    return Beside(
        kept=fmean(kept),
        within=STUDENT * stdev(kept) / sqrt(BLOCKS),
        alone=fmean(rate for block in blocks for rate in _rates(block, False)),
        seal=seal / events,
        session=session / events,
        share=(seal + session) / others,
    )


def _window(sealing: Sealer, with_seal: bool, counts: Sequence[int], used: Callable[[], tuple[float, float]]) -> Window:
    sealing.turn()
    (session, others), before, began = used(), sum(counts), time.perf_counter()
    time.sleep(PAUSE_SECONDS)
    seal = sealing.turn() if with_seal else 0.0
    appends, seconds = sum(counts) - before, time.perf_counter() - began
    sessions_now, others_now = used()
    return Window(appends / seconds, appends, seal, sessions_now - session, others_now - others)


def _rates(block: Sequence[Window], with_seal: bool) -> list[float]:
    return [window.rate for window, its in zip(block, BLOCK, strict=True) if its is with_seal]


def _seconds(pids: Sequence[int]) -> float:
    """Of a processor, that these processes used so far."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) * TICK


@contextmanager
def _writing(
    context: multiprocessing.context.ForkServerContext, url: str
) -> Iterator[tuple[MutableSequence[int], list[int]]]:
    """Writers that append meanwhile: how often each has, and their processes."""
    counts, over = context.RawArray("Q", WRITERS), context.Event()
    processes = [context.Process(target=_write, args=(url, counts, number, over)) for number in range(WRITERS)]
    for process in processes:
        process.start()
    try:
        while not all(counts):
            time.sleep(0.1)
        yield counts, [process.pid or 0 for process in processes]
    finally:
        over.set()
        for process in processes:
            process.join()


def _write(url: str, counts: MutableSequence[int], number: int, over: Event) -> None:
    append = WRITING["saving"](url)
    while not over.is_set():
        append()
        counts[number] += 1
