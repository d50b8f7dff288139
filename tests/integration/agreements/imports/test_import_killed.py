"""An import that is killed in the middle goes on where it stopped; a large file takes no more memory."""

from pathlib import Path

import pytest

from tests.integration.agreements.imports.files import agreement, ledger_of_this_home, staff
from tests.integration.importing import Cpd, killed_once, peak_kilobytes, write_csv

ROWS = 600
SMALL, LARGE = 1_000, 12_000
AT_MOST_MORE = 1.06


def position() -> int:
    with ledger_of_this_home() as agreements:
        return agreements.ledger.position()


def killed_once_there_are(facts: int, *arguments: object) -> None:
    with ledger_of_this_home() as agreements:
        killed_once(lambda: agreements.ledger.position() >= facts, *arguments)


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

    def peaks(rows: int) -> tuple[int, int]:
        people = write_csv(tmp_path / f"s{rows}.csv", map(staff, range(rows)))
        agreed = write_csv(tmp_path / f"a{rows}.csv", [*map(agreement, range(rows)), agreement(rows)])
        return (
            peak_kilobytes(home / str(rows), f"imported: {rows}", "staff", "--service", "agreements", people),
            peak_kilobytes(home / str(rows), "1 row is bad; nothing was imported.", "agreements", agreed),
        )

    for small, large in zip(peaks(SMALL), peaks(LARGE), strict=True):
        assert large < AT_MOST_MORE * small
