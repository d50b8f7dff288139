"""`cpd migrate NAME`: one service's tables, so that a job holds the credentials of no other."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.cli import cpd
from shared.service import services


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPD_HOME", str(tmp_path))


@pytest.mark.parametrize("names", [[], [services()[0].name]], ids=["all", "one"])
def test_what_is_named_is_made_ready_or_else_all_there_is(names: list[str]):
    said = CliRunner().invoke(cpd, ["migrate", *names])
    assert said.exit_code == 0
    ready = names or [service.name for service in services()]
    assert said.output.splitlines() == [f"{name}: ready for its processes" for name in ready]


def test_a_service_that_is_not_installed_is_refused_by_name():
    said = CliRunner().invoke(cpd, ["migrate", "payroll"])
    assert said.exit_code == 2
    assert "there is no service payroll" in said.output
