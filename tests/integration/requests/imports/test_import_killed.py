"""An import of requests that is killed goes on where it stopped, counts nothing twice, and takes no more memory."""

from pathlib import Path

import pytest

from tests.integration.agreements.imports.files import staff
from tests.integration.importing import Cpd, killed_once, peak_kilobytes, write_csv
from tests.integration.requests.imports.files import BUDGET, PRIORITY, ledger_of_this_home, request

ROWS = 300
FACTS_A_ROW = 5
SPENT_A_ROW = 60000
SMALL, LARGE = 500, 4_000
AT_MOST_MORE = 1.06


def position() -> int:
    with ledger_of_this_home() as requests:
        return requests.ledger.position()


def test_a_killed_import_is_completed_by_the_next_one(cpd_import: Cpd, tmp_path: Path):
    cpd_import("staff", "--service", "requests", write_csv(tmp_path / "s.csv", map(staff, range(ROWS))))
    for kind, row in (("priorities", PRIORITY), ("budgets", BUDGET)):
        cpd_import(kind, write_csv(tmp_path / f"{kind}.csv", [row]))
    path = write_csv(tmp_path / "r.csv", map(request, range(ROWS)))
    before = position()
    with ledger_of_this_home() as requests:
        killed_once(lambda: requests.ledger.position() >= before + ROWS, "requests", path)
    assert before + ROWS <= position() < before + FACTS_A_ROW * ROWS
    assert cpd_import("requests", path).exit_code == 0
    assert position() == before + FACTS_A_ROW * ROWS
    with ledger_of_this_home() as requests:
        budget = requests.budget("900001", "2023-24")
    assert (budget.committed_pence, budget.actual_pence) == (0, SPENT_A_ROW * ROWS)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(home: Path, tmp_path: Path):
    """All of an import of staff, and the checking of requests that one bad row at the end keeps out."""

    def peaks(rows: int) -> tuple[int, int]:
        here = home / str(rows)
        people = write_csv(tmp_path / f"s{rows}.csv", map(staff, range(rows)))
        plan = write_csv(tmp_path / "p.csv", [PRIORITY])
        asked = write_csv(tmp_path / f"r{rows}.csv", [*map(request, range(rows)), request(rows)])
        of_staff = peak_kilobytes(here, f"imported: {rows}", "staff", "--service", "requests", people)
        peak_kilobytes(here, "imported: 1", "priorities", plan)
        return of_staff, peak_kilobytes(here, "1 row is bad; nothing was imported.", "requests", asked)

    for small, large in zip(peaks(SMALL), peaks(LARGE), strict=True):
        assert large < AT_MOST_MORE * small
