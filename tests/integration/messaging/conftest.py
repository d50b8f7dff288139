"""Fixtures of the messaging tests: a toy service, and processes that do not outlive their test."""

import subprocess
import sys

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
