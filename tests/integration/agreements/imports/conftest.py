"""A `CPD_HOME` of one's own and the command line on it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.agreements.cli_import import import_command
from tests.integration.agreements.imports.files import Cpd


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("CPD_HOME", str(home))
    return home


@pytest.fixture
def cpd_import(home: Path) -> Cpd:
    """Runs `cpd import` with the arguments given; what is raised but is no exit is the test's."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(import_command, [str(a) for a in arguments], catch_exceptions=False)

    return run
