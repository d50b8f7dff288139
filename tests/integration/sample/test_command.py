"""`cpd sample`: one command fills the logs of every service, and only where all of them are empty."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared.cli import command_line
from shared.sample import plan
from shared.service import Service, services
from shared.settings import read_settings
from tests.sample import TINY


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    monkeypatch.setitem(plan.SCALES, "small", TINY)
    return tmp_path


def cpd(*arguments: str) -> Result:
    return CliRunner().invoke(command_line(), list(arguments), catch_exceptions=False)


def test_every_log_is_filled_and_the_views_can_be_made_of_them():
    filled = cpd("sample", "--until", "2025-07-31")
    assert filled.exit_code == 0
    facts, pace = filled.stdout.splitlines()
    assert "facts of 2 schools, up to 2025-07-31: requests " in facts
    assert facts.index("requests") < facts.index("agreements") < facts.index("reviews")
    assert pace.endswith("facts a second")
    assert "sample small: 2 of 2 schools" in filled.stderr
    assert cpd("views", "rebuild").exit_code == 0
    checked = cpd("replay", "--check")
    assert (checked.exit_code, checked.stdout.count("as the log says")) == (0, 3)


@pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
def test_a_log_with_facts_is_named_and_nothing_is_written(service: Service):
    service.prepare(read_settings())  # with the demonstration trust
    refused = cpd("sample")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"Error: {service.name}: the log has facts already" in refused.stderr
    others = [view for other in services() if other != service for view in other.views(read_settings())]
    assert [view.ledger.position() for view in others] == [0, 0]


def test_a_day_ahead_is_refused():
    refused = cpd("sample", "--until", "2999-01-01")
    assert refused.exit_code == 2
    assert "must not lie ahead" in refused.stderr
