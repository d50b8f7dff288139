"""Real servers for the tests, and saying loudly which tests did without one."""

import os
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


def free_port() -> int:
    """A port of the loopback that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
