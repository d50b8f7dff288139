"""An import that is killed in the middle goes on where it stopped; a large file takes no more memory."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.agreements.imports.files import Cpd, agreement, ledger_of_this_home, staff, write_csv

ROWS = 600
CHILD = "import sys; from services.agreements.cli_import import import_command; import_command(sys.argv[1:])"
MEASURED = (
    "import resource, subprocess, sys\n"
    "subprocess.run([sys.executable, '-c', *sys.argv[1:]])\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
"""Run from a process of its own, because a process begins with the peak of the one that started it."""

SMALL, LARGE = 1_000, 12_000
AT_MOST_MORE = 1.06


def position() -> int:
    with ledger_of_this_home() as agreements:
        return agreements.ledger.position()


def killed_once_there_are(facts: int, *arguments: object) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, *map(str, arguments)], stdout=subprocess.DEVNULL)
    with ledger_of_this_home() as agreements:
        deadline = time.monotonic() + 60
        while agreements.ledger.position() < facts and time.monotonic() < deadline:
            time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_a_killed_import_is_completed_by_the_next_one(cpd_import: Cpd, tmp_path: Path):
    people = write_csv(tmp_path / "s.csv", map(staff, range(ROWS)))
    agreed = write_csv(tmp_path / "a.csv", map(agreement, range(ROWS)))
    empty = write_csv(tmp_path / "none.csv", [])
    empty.write_text("staff_id,employment_id,school_urn,on,role_category\n")
    cpd_import("staff", empty)
    killed_once_there_are(ROWS // 3, "staff", people)
    part = position()
    assert ROWS // 3 <= part < ROWS + 1
    assert cpd_import("staff", people).exit_code == 0
    whole = position()
    assert whole == ROWS + 1
    killed_once_there_are(whole + ROWS, "agreements", agreed)
    assert whole + ROWS <= position() < whole + 4 * ROWS
    assert cpd_import("agreements", agreed).exit_code == 0
    assert position() == whole + 4 * ROWS
    with ledger_of_this_home() as agreements:
        assert all(len(agreements.person(f"p{number}").agreements) == 1 for number in range(ROWS))


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(home: Path, tmp_path: Path):
    """All of an import of staff, and the checking of agreements that one bad row at the end keeps out."""

    def peak(rows: int, kind: str, path: Path, said: str) -> int:
        ran = subprocess.run(
            [sys.executable, "-c", MEASURED, CHILD, kind, str(path)],
            env=os.environ | {"CPD_HOME": str(home / str(rows))},
            capture_output=True,
            text=True,
            check=True,
        )
        assert said in ran.stdout
        return int(ran.stdout.split()[-1])

    def peaks(rows: int) -> tuple[int, int]:
        people = write_csv(tmp_path / f"s{rows}.csv", map(staff, range(rows)))
        agreed = write_csv(tmp_path / f"a{rows}.csv", [*map(agreement, range(rows)), agreement(rows)])
        return (
            peak(rows, "staff", people, f"imported: {rows}"),
            peak(rows, "agreements", agreed, "1 row is bad; nothing was imported."),
        )

    for small, large in zip(peaks(SMALL), peaks(LARGE), strict=True):
        assert large < AT_MOST_MORE * small
