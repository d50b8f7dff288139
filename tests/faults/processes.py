"""Processes that begin in a moment; of the seal, killed again and again while others make work for them."""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.integration.audit.house import House
from tests.processes import eventually

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.order", "tests.integration.audit.house"])

Seal = Callable[[str, str], None]
"""Seals in the database and the folder that it is given, until it is killed."""


def begun(target: Callable[..., None], *arguments: object) -> BaseProcess:
    process = CONTEXT.Process(target=target, args=arguments)
    process.start()
    return process


@contextmanager
def beside(work: Callable[..., None], number: int, database: str, folder: Path) -> Iterator[None]:
    """So many processes do `work` meanwhile: each in a folder of its own, until the event that it is given is set."""
    stopped = CONTEXT.Event()
    working = [begun(work, database, str(folder / f"{work.__name__}{n}"), stopped) for n in range(number)]
    try:
        yield
    finally:
        stopped.set()
        for process in working:
            process.join()
    assert [process.exitcode for process in working] == [0] * number


def killed(
    house: House, seal: Seal, folder: Path, chance: random.Random, *, kills: int, seconds: float
) -> Iterator[None]:
    """Two processes seal at once, as if the lock had failed, and are killed within `seconds`; so many times.

    No verification meanwhile finds anything.
    """
    for _ in range(kills):
        both = [begun(seal, house.database, str(folder)) for _ in range(2)]
        try:
            before = house.store.newest()
            eventually(lambda before=before: house.store.newest() != before)
            until = time.monotonic() + chance.random() * seconds
            while time.monotonic() < until:
                assert house.findings() == ""
        finally:
            for process in both:
                process.kill()
                process.join()
        yield
