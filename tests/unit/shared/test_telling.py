"""What of a record one person is told: rules by fields' names, and that no field's name was forgotten."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import msgspec
import pytest

from shared.projections.versions import VersionsView
from shared.service import services
from shared.settings import Settings
from shared.subject_access.telling import (
    ANOTHER,
    ANOTHERS_RECORD,
    ANOTHERS_TEXT,
    Subject,
    holds_people,
    relation_of,
    told,
)
from tests.unit.samples import plain_texts

ME = Subject("t1", frozenset({"t1", "sub-1"}), lambda token: f"opened {token}")

NOT_PEOPLE = {
    # ids of other things
    "activity_id", "agreement_id", "agreement_ids", "causation_id", "consent_reference", "correlation_id",
    "deduction_id", "dissemination_id", "done", "employment_id", "ending_id", "entry_id", "evaluation_id", "id",
    "item_id", "minute_id", "need_id", "not_done", "other_urn", "payroll_number", "priority_id", "priority_ids",
    "programme_item_id", "rating_id", "repayment_id", "request_id", "request_ids", "review_id", "school_urn",
    "service_agreement_id", "supersedes", "undertaking_id",
    # our own words, and those of lists
    "academic_year", "activity_type", "by", "criteria_version", "cut", "definition", "document_sha256", "error_type",
    "event", "group", "last_act", "not_deductible_because", "other_year", "partition", "pay_element_code", "pay_period",
    "plan_year", "policy_version", "role", "root", "rule", "scores", "sub_type",
    # of a school or another organisation
    "because", "description", "minute_ref", "name", "objective", "provider", "retired_because", "school_evidence",
    "school_name", "school_title", "title",
    # text, which lies sealed
    "audience", "benefit", "cancelled_because", "closed_because", "correction_reason", "details", "document_ref",
    "evidence", "exempted_because", "note", "notes", "priority_exception", "reason", "reference", "reflection",
    "resources", "withdrawal_reason",
    # by a budget's, a service agreement's, or a programme item's requests
    "drawn", "lines", "requests",
}  # fmt: skip


def record(**fields: Any) -> dict[str, Any]:
    return {"staff_id": "t1", "role": "headteacher", "actor": "head"} | fields


def said(given: dict[str, Any]) -> tuple[Any, dict[str, Any], list[str]]:
    relation = relation_of(given, ME)
    assert relation is not None
    says, withheld = told(given, relation, ME)
    return relation, says, [each.field for each in withheld]


def test_a_record_of_another_in_a_field_of_no_people_is_not_mine():
    assert relation_of({"staff_id": "t2", "payroll_number": "t1", "role": "t1"}, ME) is None


def test_an_id_that_only_looks_like_mine_is_another():
    assert relation_of({"staff_id": "t10", "participants": ["t11"], "actor": "t"}, ME) is None


def test_my_own_numbers_stay_even_where_another_person_has_the_same_id():
    _, says, withheld = said(record(payroll_number="t2", participants=["t1", "t2"]))
    assert (says["payroll_number"], says["participants"], withheld) == ("t2", ["t1", ANOTHER], ["participants"])


def test_many_others_are_told_of_together():
    _, says, _ = said(record(participants=["t3", "t1", "t2"]))
    assert says["participants"] == ["t1", "[2 other people]"]


def test_who_acted_and_who_manages_me_stays_in_my_own_record():
    given = record(line_manager_id="m1", decided_by="head", required_by=["head", "m1"])
    assert said(given) == ("about", given, [])


def test_what_is_mapped_by_people_is_told_of_me_alone():
    _, says, withheld = said(record(completed={"t1": "2025-01-01", "t2": "2025-01-02"}))
    assert (says["completed"], withheld) == ({"t1": "2025-01-01"}, ["completed"])


def test_records_within_are_told_of_me_alone():
    _, says, _ = said(record(shares=[{"staff_id": "t1", "pence": 1}, {"staff_id": "t2", "pence": 2}]))
    assert says["shares"] == [{"staff_id": "t1", "pence": 1}, ANOTHERS_RECORD]


def test_a_record_of_mine_about_another_participant_says_only_where_i_stand():
    _, says, _ = said(record(participant_id="t2", completed_on="2025-01-01"))
    assert says == {"you_are_named_in": ["staff_id"]}


def test_of_what_i_take_part_in_the_title_is_told_and_no_other_text_of_who_asks():
    given = record(
        staff_id="t2", participants=["t1", "t2"], title="~sealed~t2~x", benefit="~sealed~t2~y", role="staff", actor="t2"
    )
    relation, says, _ = said(given)
    assert (relation, says["title"], says["benefit"]) == ("takes_part", "opened ~sealed~t2~x", ANOTHERS_TEXT)
    assert (says["staff_id"], says["actor"], says["participants"]) == (ANOTHER, ANOTHER, ["t1", ANOTHER])


def test_what_i_did_about_others_is_told_without_them():
    assert said(record(staff_id="t2", actor="sub-1", amount=5)) == (
        "acted",
        {"you_are_named_in": ["actor"]},
        ["all else"],
    )


def test_what_i_did_about_nobody_is_told_whole():
    given = {"staff_id": "", "actor": "t1", "role": "finance", "allocated_pence": 5}
    assert said(given) == ("acted", given, [])


def fields_of(service: str, settings: Settings) -> Iterator[str]:
    """The names of the fields of a service's facts and of what its views hold that are text, or keyed by text."""
    stores = import_module(f"services.{service}.runtime").open_runtime(settings).stores
    structs: list[type[msgspec.Struct]] = [*stores.ledger.facts]
    structs += [view.state_type for view in stores.views if isinstance(view, VersionsView)]
    for struct in structs:
        yield from (name.rpartition(".")[2] for name in plain_texts(struct))
    stores.close()


@pytest.mark.parametrize("service", [service.name for service in services()])
def test_every_field_of_text_is_known_to_hold_people_or_not_to(service: str, tmp_path: Any) -> None:
    settings = Settings(tmp_path, True, 8000, "cpd-local", "cpd", "")
    assert sorted({name for name in fields_of(service, settings) if not holds_people(name)} - NOT_PEOPLE) == []
