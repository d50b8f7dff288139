"""`cpd import` on a home of one's own, and with p1 to p3 and a priority in it."""

from pathlib import Path
from shutil import copytree

import pytest

from tests.integration.agreements.imports.files import staff
from tests.integration.importing import Cpd, cpd_import, home, imported, write_csv
from tests.integration.requests.imports.files import PRIORITY

__all__ = ["cpd_import", "home"]


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with p1 to p3 and a priority, of which each test that wants one has a copy."""
    folder = tmp_path_factory.mktemp("planned")
    people = write_csv(folder / "s.csv", map(staff, (1, 2, 3)))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CPD_HOME", str(folder / "home"))
        assert imported("staff", "--service", "requests", people).exit_code == 0
        assert imported("priorities", write_csv(folder / "p.csv", [PRIORITY])).exit_code == 0
    return folder / "home"


@pytest.fixture
def with_plan(cpd_import: Cpd, home: Path, planned: Path) -> Cpd:
    copytree(planned, home)
    return cpd_import
