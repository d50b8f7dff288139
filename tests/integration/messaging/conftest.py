"""Fixtures of the messaging tests: a toy service, and processes that do not outlive their test."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.messaging.toy import Toy


@pytest.fixture
def toy(tmp_path):
    return Toy(tmp_path)


@pytest.fixture
def start():
    """Starts `python …` and kills it at the end of the test if need be."""
    started = []

    def start(*arguments, **options):
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
        started.append(subprocess.Popen([sys.executable, *map(str, arguments)], **options))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def eventually(condition, seconds=60):
    """Wait until `condition()` holds; gives what it gave."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
    return found


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
