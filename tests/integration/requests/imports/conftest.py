"""`cpd import` on a home of one's own, and with p1 to p3 and a priority in it."""

from pathlib import Path

import pytest

from tests.integration.agreements.imports.files import staff
from tests.integration.importing import Cpd, cpd_import, home, write_csv
from tests.integration.requests.imports.files import PRIORITY

__all__ = ["cpd_import", "home"]


@pytest.fixture
def with_plan(cpd_import: Cpd, tmp_path: Path) -> Cpd:
    people = write_csv(tmp_path / "s.csv", map(staff, (1, 2, 3)))
    assert cpd_import("staff", "--service", "requests", people).exit_code == 0
    assert cpd_import("priorities", write_csv(tmp_path / "p.csv", [PRIORITY])).exit_code == 0
    return cpd_import
