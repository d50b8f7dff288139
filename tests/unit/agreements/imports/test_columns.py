"""The cells of a CSV row become what an NDJSON row says outright."""

import pytest

from services.agreements.imports.columns import AGREEMENT_COLUMNS, agreement_values
from shared.errors import FieldRefused
from shared.imports.staff import StaffImport


def test_the_columns_of_both_imports():
    assert set(StaffImport.columns) == {
        "staff_id", "employment_id", "school_urn", "on", "role_category", "line_manager_id", "payroll_number", "name",
        "working_pattern",
    }  # fmt: skip
    assert {"import_ref", "terms", "scale_months", "trigger", "fee_pence", "supply_cover_pence"} < set(
        AGREEMENT_COLUMNS
    )
    assert "cost_lines" not in AGREEMENT_COLUMNS


def test_each_cost_column_becomes_a_cost_line_that_remembers_its_column():
    values, names = agreement_values({"exam_pence": "2", "fee_pence": "100"})
    assert values["cost_lines"] == [
        {"category": "fee", "amount_pence": 100},
        {"category": "exam", "amount_pence": 2},
    ]
    assert names["cost_lines.0.amount_pence"] == "fee_pence"
    assert names["cost_lines.1.amount_pence"] == "exam_pence"


@pytest.mark.parametrize("text", ["12.50", "1e3", "£5", "١٢", "--1", "", "9" * 30, "0x10", "1_000"])
def test_what_is_no_whole_number_stays_text_for_the_schema_to_refuse(text: str):
    values, _ = agreement_values({"funded_percent": text})
    assert values["funded_percent"] == text


def test_a_negative_number_is_read_for_the_schema_to_refuse():
    values, _ = agreement_values({"fee_pence": "-1"})
    assert values["cost_lines"] == [{"category": "fee", "amount_pence": -1}]


@pytest.mark.parametrize(("text", "meant"), [("true", True), ("Yes", True), ("0", False), ("FALSE", False), ("?", "?")])
def test_answers_are_read_in_the_usual_words(text: str, meant: object):
    values, _ = agreement_values({"mandatory": text})
    assert values["mandatory"] is meant or values["mandatory"] == meant == text


@pytest.mark.parametrize(
    ("cells", "terms"),
    [
        ({"terms": "none"}, None),
        ({"scale_months": "24"}, {"scale": {"kind": "linear", "months": 24}}),
        ({"trigger": "last_day"}, {"trigger": "last_day"}),
    ],
)
def test_terms_in_columns(cells: dict[str, str], terms: object):
    values, _ = agreement_values(cells)
    assert values["terms"] == terms


def test_without_terms_columns_the_default_of_the_school_stands():
    values, _ = agreement_values({})
    assert "terms" not in values


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"terms": "standard"}, "must be empty or none"),
        ({"terms": "none", "scale_months": "24"}, "cannot be none beside scale_months or trigger"),
    ],
)
def test_terms_columns_that_contradict_are_refused(cells: dict[str, str], rule: str):
    with pytest.raises(FieldRefused) as refused:
        agreement_values(cells)
    assert refused.value.errors == {"terms": [rule]}
