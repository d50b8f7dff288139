"""`cpd report`: what HTTP answers, on the terminal."""

import json

import pytest
from click.testing import CliRunner

from services.requests.cli import report
from tests.integration.agreements.world import SCHOOL
from tests.integration.requests import story
from tests.integration.requests.world import RequestsWorld


@pytest.fixture
def run(world: RequestsWorld, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CPD_HOME", str(world.home))

    def run(*words: str) -> str:
        world.catch_up()
        done = CliRunner().invoke(report, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_each_report_is_printed_in_each_format(world: RequestsWorld, run) -> None:
    story.approved(world)
    for name in ("access", "budget", "priorities"):
        for format_ in ("table", "json", "csv", "html"):
            assert run(name, "--school", SCHOOL, "--format", format_)


def test_the_terminal_says_what_http_answers(world: RequestsWorld, run) -> None:
    story.approved(world)
    printed = json.loads(run("budget", "--school", SCHOOL, "--format", "json"))
    served = world.read(f"/v1/reports/budget?school_urn={SCHOOL}")
    assert (printed["columns"], printed["rows"]) == (served["columns"], served["rows"])
    assert json.loads(run("budget", "--on", "2025-06-01", "--format", "json"))["rows"] == []


def test_a_report_is_as_known_at_an_instant(world: RequestsWorld, run) -> None:
    story.allocated(world, 1000)
    then = world.clock.now.isoformat()
    world.clock.advance(minutes=1)
    story.allocated(world, 2000)
    budget = json.loads(run("budget", "--school", SCHOOL, "--known-at", then, "--format", "json"))
    assert budget["rows"] == [[SCHOOL, story.YEAR, 1000, 0, 0, 1000]]
    assert budget["about"] == f"School {SCHOOL}, as known at {then}."
    access = json.loads(run("access", "--on", "2025-06-30", "--known-at", then, "--format", "json"))
    assert access["about"].startswith("the trust, academic year 2024-25, as known at 2025-06-02")


def test_a_day_before_all_frozen_figures_is_refused_by_its_option(
    world: RequestsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CPD_HOME", str(world.home))
    refused = CliRunner().invoke(report, ["access", "--on", "1999-01-01"])
    assert (refused.exit_code, "--on" in refused.output) == (2, True)
