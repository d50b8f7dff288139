"""Real servers for the tests, and saying loudly which tests did without one."""

import itertools
import os
import random
import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

NOT_RUN = "NOT RUN"


def not_run(what: str, why: str) -> NoReturn:
    """Skip the test that asks for a server which cannot be had here; in CI, where all must run, fail it."""
    message = f"{NOT_RUN}: what needs {what}: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def lines_not_run(skipped: list[Any]) -> Iterator[str]:
    """A line for each of pytest's reports of a test that `not_run` skipped."""
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NOT_RUN in reason:
            yield f"{report.nodeid}: {reason.partition(NOT_RUN)[2].removeprefix(': ')}"


def _in_turn(numbers: range) -> Iterator[int]:
    """Each once, and then again; of this process alone, where pytest-xdist runs the tests in several side by side."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ours = numbers[number :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]
    return itertools.cycle(random.sample(ours, len(ours)))


PORTS, BASES = _in_turn(range(5_000, 10_000)), _in_turn(range(10_000, 32_000, 100))
"""Below the ports that the system gives to connections: there one of them has a server's port while it is away, its own
client's attempt to reach it among them."""


def free_port() -> int:
    """A port of the loopback that nothing listens on at this moment."""
    return next(filter(is_free, PORTS))


def free_base() -> int:
    """A port base for the whole product: a hundred free ports."""
    return next(base for base in BASES if all(map(is_free, range(base + 1, base + 100))))


def is_free(port: int) -> bool:
    """Whether nothing listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
