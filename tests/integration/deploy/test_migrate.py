"""`cpd migrate NAME`: one service's tables, so that a job holds the credentials of no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, update

from services.agreements.runtime import open_runtime
from shared.cli import cpd
from shared.projections.alone import alone_in_rebuilding
from shared.projections.engine import writing
from shared.projections.positions import POSITIONS
from shared.projections.under_way import OvertakenRebuildError
from shared.service import services
from shared.settings import read_settings


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


@pytest.fixture
def outdated() -> Iterator[Engine]:
    """The views of the service, one of them made by an older version of the code."""
    assert CliRunner().invoke(cpd, ["migrate"]).exit_code == 0
    stores = open_runtime(read_settings()).stores
    with writing(stores.engine) as connection:
        connection.execute(update(POSITIONS).where(POSITIONS.c.view == "repayments").values(version=0))
    yield stores.engine
    stores.close()


def test_beside_a_running_rebuild_it_says_what_to_do_and_succeeds_when_run_again(outdated: Engine):
    with alone_in_rebuilding(outdated, "repayments"):
        said = CliRunner().invoke(cpd, ["migrate", "agreements"])
    assert said.exit_code == 1
    (line,) = said.output.splitlines()
    assert "agreements: the view repayments is being rebuilt by another process; run `cpd migrate` again" in line
    said = CliRunner().invoke(cpd, ["migrate", "agreements"])
    assert (said.exit_code, said.output) == (0, "agreements: ready for its processes\n")


def test_a_rebuild_that_another_process_took_over_is_told_likewise(outdated: Engine, monkeypatch: pytest.MonkeyPatch):
    def overtaken(*_: object) -> None:
        raise OvertakenRebuildError("repayments")

    monkeypatch.setattr("shared.stores.rebuild", overtaken)
    said = CliRunner().invoke(cpd, ["migrate", "agreements"])
    assert said.exit_code == 1
    (line,) = said.output.splitlines()
    assert "another process took over the rebuild of the view repayments; run `cpd migrate` again" in line
