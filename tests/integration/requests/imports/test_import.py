"""`cpd import priorities|budgets|requests`: all rows or none, each once, whatever is in the file."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.requests.domain.request import Request
from services.requests.domain.texts import unfolded
from services.requests.runtime import open_runtime
from shared.settings import read_settings
from tests.integration.importing import Cpd, last_line, write_csv, write_ndjson
from tests.integration.requests.imports.files import (
    BUDGET,
    DECLINED,
    NEED,
    PRIORITY,
    REQUEST,
    ledger_of_this_home,
    request,
    told,
)

NOTHING_NEW = "imported: 0, already there: 1, skipped: 0"


def position() -> int:
    with ledger_of_this_home() as requests:
        return requests.ledger.position()


def served() -> Any:
    """The views, caught up."""
    runtime = open_runtime(read_settings())
    runtime.stores.runner.create_tables()
    while runtime.stores.runner.step():
        pass
    return runtime


def the_requests() -> list[Request]:
    runtime = served()
    found = [row.state for row in runtime.requests.as_known()]
    runtime.stores.close()
    return found


def figures(urn: str = "900001", year: str = "2023-24") -> tuple[int, int, int, int]:
    with ledger_of_this_home() as requests:
        budget = requests.budget(urn, year)
    return budget.allocated_pence, budget.committed_pence, budget.actual_pence, budget.available_pence


def test_a_past_request_is_there_as_it_was(with_plan: Cpd, tmp_path: Path):
    assert with_plan("budgets", write_csv(tmp_path / "b.csv", [BUDGET])).exit_code == 0
    result = with_plan("requests", write_csv(tmp_path / "r.csv", [REQUEST]))
    assert (result.exit_code, last_line(result.output)) == (0, "imported: 1, already there: 0, skipped: 0")
    (found,) = the_requests()
    assert (found.status, found.submitted_on, found.completed) == (
        "completed",
        date(2023, 10, 2),
        {"p1": date(2024, 6, 28)},
    )
    assert found.purposes == ["teaching_quality", "staff_development"]
    assert [line.amount_pence for line in found.cost_lines] == [120000, 5000]
    (decision,) = found.decisions
    assert (decision.decided_by, decision.decided_on, decision.days_open) == ("S001", date(2023, 10, 9), 7)
    assert figures() == (500000, 0, 60000, 440000)


def test_its_priority_is_the_one_imported_under_that_reference(with_plan: Cpd, tmp_path: Path):
    with_plan("requests", write_csv(tmp_path / "r.csv", [REQUEST]))
    runtime = served()
    (priority,) = runtime.priorities.as_known()
    (found,) = runtime.requests.as_known()
    assert found.state.priority_ids == [priority.id]
    assert (priority.state.title, priority.state.plan_year) == ("Writing in every subject", "2023-24")
    runtime.stores.close()


def test_what_was_believed_before_the_import_stays_as_it_was(with_plan: Cpd, tmp_path: Path):
    runtime = served()
    before = runtime.clock()
    with_plan("requests", write_csv(tmp_path / "r.csv", [REQUEST]))
    while runtime.stores.runner.step():
        pass
    assert runtime.requests.as_known(before) == []
    assert len(runtime.requests.as_known(runtime.clock())) == 1
    runtime.stores.close()


def test_ndjson_says_the_same_as_csv(with_plan: Cpd, tmp_path: Path):
    assert with_plan("requests", write_ndjson(tmp_path / "r.ndjson", [told(REQUEST)])).exit_code == 0
    again = with_plan("requests", write_csv(tmp_path / "r.csv", [REQUEST]))
    assert last_line(again.output) == NOTHING_NEW


@pytest.mark.parametrize(
    ("kind", "row"), [("priorities", PRIORITY), ("budgets", BUDGET), ("requests", REQUEST), ("requests", DECLINED)]
)
def test_a_second_run_changes_nothing(kind: str, row: dict[str, str], with_plan: Cpd, tmp_path: Path):
    path = write_csv(tmp_path / "x.csv", [row])
    with_plan(kind, path)
    before = position()
    result = with_plan(kind, path)
    assert (result.exit_code, result.output) == (0, f"{NOTHING_NEW}\n")
    assert position() == before


@pytest.mark.parametrize(("kind", "row"), [("priorities", PRIORITY), ("requests", REQUEST)])
def test_a_reference_used_before_for_something_else_is_refused(
    kind: str, row: dict[str, str], with_plan: Cpd, tmp_path: Path
):
    with_plan(kind, write_csv(tmp_path / "x.csv", [row]))
    result = with_plan(kind, write_csv(tmp_path / "x.csv", [row | {"title": "Another"}]))
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == "line 2: import_ref: was imported before with other values"


def test_another_allocation_corrects_it_but_none_below_what_was_spent(with_plan: Cpd, tmp_path: Path):
    with_plan("budgets", write_csv(tmp_path / "b.csv", [BUDGET]))
    with_plan("requests", write_csv(tmp_path / "r.csv", [REQUEST]))
    assert with_plan("budgets", write_csv(tmp_path / "b.csv", [BUDGET | {"allocated_pence": "60000"}])).exit_code == 0
    assert figures() == (60000, 0, 60000, 0)
    low = with_plan("budgets", write_csv(tmp_path / "b.csv", [BUDGET | {"allocated_pence": "59999"}]))
    assert low.output.splitlines()[0] == "line 2: row: 60000 pence are committed or spent already"


def test_a_file_run_again_does_not_undo_what_was_allocated_since(with_plan: Cpd, tmp_path: Path):
    path = write_csv(tmp_path / "b.csv", [BUDGET])
    with_plan("budgets", path)
    with_plan("budgets", write_csv(tmp_path / "c.csv", [BUDGET | {"allocated_pence": "700000"}]))
    assert last_line(with_plan("budgets", path).output) == NOTHING_NEW
    assert figures()[0] == 700000


def test_a_priority_that_was_retired_is_imported_as_retired_and_past_requests_name_it(with_plan: Cpd, tmp_path: Path):
    retired = PRIORITY | {"import_ref": "P2", "retired_because": "Reached"}
    assert with_plan("priorities", write_csv(tmp_path / "p.csv", [retired])).exit_code == 0
    row = REQUEST | {"priority_refs": "P1;P2; P1"}
    assert with_plan("requests", write_csv(tmp_path / "r.csv", [row])).exit_code == 0
    runtime = served()
    assert [row.status for row in runtime.priorities.as_known()] == ["live", "retired"]
    assert len(runtime.requests.as_known()[0].state.priority_ids) == 2
    runtime.stores.close()


BAD_REQUESTS: list[tuple[dict[str, str], str, str]] = [
    ({"import_ref": ""}, "import_ref", "Missing data for required field."),
    ({"import_ref": "a b"}, "import_ref", "must be 1 to 128 letters"),
    ({"staff_id": "nobody"}, "staff_id", "no member of staff of this trust is known by this id"),
    ({"participants": "p1;nobody"}, "participants", "not known as members of staff: nobody"),
    ({"participants": "p1;p1"}, "participants", "Must not name anything twice."),
    ({"school_urn": "900999"}, "school_urn", "is not a school of this trust"),
    ({"title": "~sealed~p1~x"}, "title", "must not begin with ~sealed~"),
    ({"benefit": ""}, "benefit", "Missing data for required field."),
    ({"purposes": "fun"}, "purposes.0", "Must be one of"),
    ({"priority_refs": "P9"}, "priority_refs", "P9 is no priority that was imported"),
    ({"priority_refs": ""}, "priority_ids", "must name a live priority of the school"),
    ({"priority_ids": "nonsense"}, "priority_ids", "nonsense is not a priority of this school"),
    ({"starts_on": "08/01/2024"}, "starts_on", "must be a day"),
    ({"ends_on": "2024-01-07"}, "ends_on", "must not lie before starts_on (2024-01-08)"),
    ({"fee_pence": "12.50"}, "fee_pence", "Not a valid integer."),
    ({"hours": "many"}, "hours", "Not a valid number."),
    ({"details.host": "x"}, "details.host", "is not told of award_bearing"),
    ({"submitted_on": ""}, "submitted_on", "Missing data for required field."),
    ({"submitted_on": "2023-10-10"}, "decided_on", "must not lie before submitted_on (2023-10-10)"),
    ({"decision": "perhaps"}, "decision", "Must be one of: approved, declined."),
    ({"decided_by": ""}, "decided_by", "is needed with decision"),
    ({"decision_reason": ""}, "decision_reason", "is needed with decision"),
    ({"decision": ""}, "authority", "means nothing without decision"),
    ({"funding": ""}, "funding", "is needed with an approval"),
    ({"decision": "declined"}, "funding", "means nothing without an approval"),
    ({"funded_percent": "100"}, "funded_percent", "must lie between 1 and 99 where funding is part"),
    ({"authority": "the boss"}, "authority", "Must be one of"),
    ({"paid_fee_pence": "x"}, "paid_fee_pence", "Not a valid integer."),
    ({"paid_on": ""}, "paid_on", "is needed with what was paid"),
    ({"paid_fee_pence": ""}, "paid_on", "means nothing without what was paid"),
    ({"paid_on": "2099-01-01"}, "paid_on", "must lie between"),
    ({"completed_on": "2024-01-07"}, "completed_on", "must not lie before starts_on (2024-01-08)"),
    ({"withdrawn_on": "2024-02-01"}, "withdrawn_on", "what was asked for is either completed or withdrawn"),
]


@pytest.mark.parametrize(("change", "field", "rule"), BAD_REQUESTS)
def test_a_bad_request_is_named_by_line_field_and_rule_and_nothing_is_imported(
    change: dict[str, str], field: str, rule: str, with_plan: Cpd, tmp_path: Path
):
    before = position()
    rows = [request(2), REQUEST | change, request(3)]
    result = with_plan("requests", write_csv(tmp_path / "r.csv", rows))
    assert result.exit_code == 1
    assert any(line.startswith(f"line 3: {field}: {rule}") for line in result.output.splitlines()), result.output
    assert last_line(result.output) == "1 row is bad; nothing was imported."
    assert position() == before


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"salary": 1}, "salary", "Unknown field."),
        ({"need_id": "n1"}, "need_id", "Unknown field."),
        ({"self": 1}, "self", "Unknown field."),
        ({"title": 7}, "title", "Not a valid string."),
        ({"title": "a\0"}, "title", "must not contain NUL or a lone surrogate"),
        ({"costs": [{"category": "fee", "amount_pence": 0}]}, "costs.0.amount_pence", "must be from 1"),
        ({"costs": [{"category": "fee", "amount_pence": 5, "on": "2099-01-01"}]}, "costs.0.on", "must lie between"),
        ({"refunds": {"category": "fee"}}, "refunds", "Not a valid list."),
        ({"details": {"host": "x"}}, "details.host", "is not told of award_bearing"),
        ({"mandatory": "true"}, "mandatory", "Not a valid boolean."),
        ({"priority_refs": ["a b"]}, "priority_refs.0", "must be 1 to 128 letters"),
    ],
)
def test_a_bad_ndjson_row_is_named_too(
    change: dict[str, object], field: str, rule: str, with_plan: Cpd, tmp_path: Path
):
    result = with_plan("requests", write_ndjson(tmp_path / "r.jsonl", [told(REQUEST) | change]))
    assert result.exit_code == 1
    assert any(line.startswith(f"line 1: {field}: {rule}") for line in result.output.splitlines()), result.output


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"plan_year": "2023"}, "plan_year", "must be a year from September to August"),
        ({"school_urn": "900999"}, "school_urn", "is not a school of this trust"),
        ({"title": "x" * 201}, "title", "must be at most 200 characters"),
        ({"title": ""}, "title", "Missing data for required field."),
    ],
)
def test_a_bad_priority_is_named_too(change: dict[str, str], field: str, rule: str, with_plan: Cpd, tmp_path: Path):
    before = position()
    rows = [PRIORITY | {"import_ref": "P2"}, PRIORITY | {"import_ref": "P3"} | change]
    result = with_plan("priorities", write_csv(tmp_path / "p.csv", rows))
    assert result.exit_code == 1
    assert any(line.startswith(f"line 3: {field}: {rule}") for line in result.output.splitlines()), result.output
    assert position() == before


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"allocated_pence": "-1"}, "allocated_pence", "must be from 0 to 100000000"),
        ({"allocated_pence": "£5"}, "allocated_pence", "Not a valid integer."),
        ({"academic_year": "2023-25"}, "academic_year", "must be a year from September to August"),
        ({"school_urn": "900999"}, "school_urn", "is not a school of this trust"),
    ],
)
def test_a_bad_budget_is_named_too(change: dict[str, str], field: str, rule: str, with_plan: Cpd, tmp_path: Path):
    before = position()
    rows = [BUDGET | {"academic_year": "2020-21"}, BUDGET | change]
    result = with_plan("budgets", write_csv(tmp_path / "b.csv", rows))
    assert result.exit_code == 1
    assert any(line.startswith(f"line 3: {field}: {rule}") for line in result.output.splitlines()), result.output
    assert position() == before


def test_a_key_may_stand_in_a_file_once(with_plan: Cpd, tmp_path: Path):
    for kind, row, field in (
        ("priorities", PRIORITY | {"import_ref": "P2"}, "import_ref"),
        ("budgets", BUDGET, "academic_year"),
        ("requests", REQUEST, "import_ref"),
    ):
        result = with_plan(kind, write_csv(tmp_path / "x.csv", [row, row]))
        assert result.output.splitlines()[0] == f"line 3: {field}: stands in line 2 already"


def test_with_skip_bad_the_sound_rows_are_imported_and_the_code_still_says_so(with_plan: Cpd, tmp_path: Path):
    rows = [REQUEST, request(2) | {"title": ""}, request(3)]
    result = with_plan("requests", "--skip-bad", write_csv(tmp_path / "r.csv", rows))
    assert (result.exit_code, last_line(result.output)) == (1, "imported: 2, already there: 0, skipped: 1")
    corrected = with_plan("requests", write_csv(tmp_path / "r.csv", map(request, (1, 2, 3))))
    assert (corrected.exit_code, last_line(corrected.output)) == (0, "imported: 1, already there: 2, skipped: 0")


def test_the_template_of_every_column_can_be_filled_in(with_plan: Cpd, tmp_path: Path):
    """Whatever column the help names is one of the file."""
    row = REQUEST | {
        "sub_type": "professional_qualification",
        "participants": "p1;p2",
        "standards": "teachers_standards",
        "hours": "12.5",
        "mandatory": "no",
        "apprenticeship": "0",
        "details.staffing_plan": "Two more by 2025",
        "priority_exception": "none needed",
        "supply_cover_pence": "700",
        "paid_travel_pence": "350",
    }
    result = with_plan("requests", write_csv(tmp_path / "r.csv", [row]))
    assert result.exit_code == 0, result.output
    (found,) = the_requests()
    assert (found.hours, found.participants, found.mandatory) == (12.5, ["p1", "p2"], False)
    assert [(cost.category, cost.amount_pence) for cost in found.costs] == [("fee", 119999), ("travel", 350)]
    with ledger_of_this_home() as requests:
        details = unfolded(requests.ledger.sealer.open(found.details))
    assert details == {"award": "NPQ", "staffing_plan": "Two more by 2025"}


def test_no_text_about_a_person_stands_anywhere_in_clear(with_plan: Cpd, home: Path, tmp_path: Path):
    with_plan("requests", write_csv(tmp_path / "r.csv", [REQUEST]))
    served().stores.close()
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for text in (b"Leading Literacy", b"Better lessons", b"It serves", b"INV 17"):
        assert text not in kept


def test_needs_are_open_as_they_stand_a_persons_and_the_schools(with_plan: Cpd, tmp_path: Path):
    schools = {name: value for name, value in NEED.items() if name not in ("staff_id", "priority_ref")}
    path = write_csv(tmp_path / "n.csv", [NEED, schools | {"import_ref": "N2", "title": "Behaviour"}])
    assert last_line(with_plan("needs", path).output) == "imported: 2, already there: 0, skipped: 0"
    assert last_line(with_plan("needs", path).output) == "imported: 0, already there: 2, skipped: 0"
    runtime = served()
    (priority,) = (row.id for row in runtime.priorities.as_known())
    hers, theirs = (row.state for row in runtime.needs.as_known())
    runtime.stores.close()
    assert (hers.status, hers.staff_id, hers.source, hers.rank) == ("open", "p1", "appraisal", 1)
    assert (hers.estimated_pence, hers.priority_id) == (30000, priority)
    assert (theirs.status, theirs.staff_id, theirs.title, theirs.priority_id) == ("open", "", "Behaviour", None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"priority_ref": "P9"}, "priority_ref: P9 is no priority that was imported"),
        ({"staff_id": "p9"}, "staff_id: no member of staff of this trust is known by this id"),
        ({"source": "a whim"}, "source: "),
        ({"school_urn": "999999"}, "school_urn: "),
    ],
)
def test_a_bad_need_is_told_by_line_and_field(with_plan: Cpd, tmp_path: Path, wrong: dict[str, str], told: str):
    before = position()
    result = with_plan("needs", write_csv(tmp_path / "n.csv", [NEED, NEED | {"import_ref": "N2"} | wrong]))
    assert (result.exit_code, position()) == (1, before)
    assert f"line 3: {told}" in result.output
