"""Files to import, and `cpd import` on a `CPD_HOME` of one's own."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.cli import command_line
from tests.processes import eventually

Cpd = Callable[..., Result]
"""`cpd import` with its arguments."""
CHILD = (sys.executable, "-m", "shared", "import")
MEASURED = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:])\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""Run from a process of its own, because a process begins with the peak of the one that started it."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("CPD_HOME", str(home))
    return home


@pytest.fixture
def cpd_import(home: Path) -> Cpd:
    """Runs `cpd import` on this home."""
    return imported


def imported(*arguments: object) -> Result:
    """`cpd import` with the arguments given; what is raised but is no exit is the test's."""
    return CliRunner().invoke(command_line(), ["import", *map(str, arguments)], catch_exceptions=False)


def write_csv(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue())
    return path


def write_ndjson(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def last_line(output: str) -> str:
    return output.splitlines()[-1]


def killed_once(far_enough: Callable[[], bool], *arguments: object) -> None:
    """Run `cpd import` in a process that is killed as soon as it has come far enough, before it has ended."""
    with subprocess.Popen([*CHILD, *map(str, arguments)], stdout=subprocess.DEVNULL) as child:
        try:
            eventually(lambda: far_enough() or child.poll() is not None)
        finally:
            child.kill()
    assert child.returncode == -signal.SIGKILL, "it ended by itself"


def peak_kilobytes(home: Path, said: str, *arguments: object) -> int:
    """The most memory that `cpd import` took, with an output in which `said` stands."""
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, *CHILD, *map(str, arguments)],
        env=os.environ | {"CPD_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said in ran.stdout, ran.stdout + ran.stderr
    return int(ran.stdout.split()[-1])
