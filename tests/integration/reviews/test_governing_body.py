"""The report to the governing body, made of what was heard alone: plan, money and impact as at the end of a day."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.reviews.cli import report
from shared.cli import command_line
from tests.integration.agreements.world import AUDITOR, FINANCE, HEAD, SCHOOL, who
from tests.integration.requests import story
from tests.integration.reviews.world import Trust

PATH = f"/v1/reports/governing-body?school_urn={SCHOOL}"
GOVERNOR = who("governor")


@pytest.fixture
def heard(trust: Trust) -> Trust:
    """A request was approved, part of it paid for, and another priority retired; it is October."""
    lines = [{"category": "fee", "amount_pence": 9000}]
    request = story.approved(trust.requests, priority_id=story.priority(trust.requests), cost_lines=lines)
    other = story.priority(trust.requests, title="Attendance")
    trust.requests.done(f"/v1/priorities/{other}/retirement", {}, HEAD)
    trust.catch_up()
    trust.clock.advance(days=130)
    cost = {"category": "fee", "amount_pence": 4000, "on": "2025-09-10", "reference": "x"}
    trust.requests.done(f"/v1/requests/{request}/costs", cost, FINANCE)
    trust.catch_up()
    return trust


def test_the_money_is_what_the_requests_service_has(heard: Trust) -> None:
    budget = heard.reviews.read(PATH, GOVERNOR)["budget"]
    assert tuple(
        budget[f"{name}_pence"] for name in ("allocated", "committed", "actual", "available")
    ) == story.figures(heard.requests)
    assert budget["actual_pence"] == 4000


def test_each_priority_of_the_plan_is_there_those_without_anything_too(heard: Trust) -> None:
    made = heard.reviews.read(PATH, GOVERNOR)
    assert [(each["title"], each["status"]) for each in made["priorities"]] == [
        ("Attendance", "retired"),
        ("Writing across the curriculum", "live"),
    ]
    assert (made["impact"]["cut"], made["academic_year"]) == ("2025-09", "2025-26")
    idle, busy = made["priorities"]
    assert (idle["requests"], idle["suppressed"]) == (0, False)
    assert (busy["requests"], busy["suppressed"]) == (None, True)  # one person asked


def test_as_at_a_past_day_it_is_what_was_known_then(heard: Trust) -> None:
    before = heard.reviews.read(f"{PATH}&on=2025-09-30", GOVERNOR)
    assert before["budget"]["actual_pence"] == 0
    known_at = f"{PATH}&known_at=2025-06-03T00:00:00Z"
    assert heard.reviews.get(known_at, GOVERNOR).status_code == 403
    assert heard.reviews.read(known_at, AUDITOR)["budget"]["actual_pence"] == 0


@pytest.mark.parametrize(("format_", "type_"), [("csv", "text/csv"), ("html", "text/html"), ("pdf", "application/pdf")])
def test_it_is_given_to_be_read_elsewhere_and_printed(heard: Trust, format_: str, type_: str) -> None:
    answer = heard.reviews.get(f"{PATH}&format={format_}", GOVERNOR)
    assert (answer.status_code, answer.mimetype) == (200, type_)
    if format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert {row["part"] for row in rows} == {"budget", "priorities", "impact"}


@pytest.mark.parametrize("format_", ["json", "csv", "html", "pdf"])
def test_of_a_school_where_nobody_is_yet_there_is_a_report_of_nothing(heard: Trust, format_: str) -> None:
    asked = f"/v1/reports/governing-body?school_urn=100999&format={format_}"
    answer = heard.reviews.get(asked, AUDITOR)
    assert answer.status_code == 200
    if format_ == "json":
        shares = [each for each in answer.json["impact"]["figures"] if each["name"] == "approvals"]
        assert [(each["numerator"], each["denominator"], each["value"]) for each in shares] == [(0, 0, None)]


def test_the_commands_print_what_the_service_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    run = CliRunner()
    made = run.invoke(command_line(), ["sample", "--until", "2025-07-31"])
    assert made.exit_code == 0, made.output
    rebuilt = run.invoke(command_line(), ["views", "rebuild", "impact", "--service", "reviews"])
    assert rebuilt.exit_code == 0, rebuilt.output
    impact = run.invoke(report, ["impact", "--year", "2024-25", "--on", "2025-08-15", "--format", "csv"])
    rows = {(row["name"], row["group"]): row for row in csv.DictReader(io.StringIO(impact.output))}
    assert int(rows["completions", "all"]["numerator"]) > 100
    asked = ["impact", "--year", "2024-25", "--on", "2025-08-15", "--by", "activity_type", "--format", "html"]
    assert "Course or conference" in run.invoke(report, asked).output
    one = run.invoke(report, ["governing-body", "--school", "800001", "--on", "2025-07-31", "--format", "html"])
    assert "Professional development: report to the governing body" in one.output
