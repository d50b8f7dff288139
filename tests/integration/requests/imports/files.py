"""Rows to import, and the ledger they end up in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.requests.application import Requests
from services.requests.runtime import open_runtime
from shared.settings import read_settings


@contextmanager
def ledger_of_this_home() -> Iterator[Requests]:
    """The commands on the ledger under `CPD_HOME`, for looking at what is there."""
    runtime = open_runtime(read_settings())
    yield runtime.commands
    runtime.stores.close()


PRIORITY = {
    "import_ref": "P1",
    "school_urn": "900001",
    "plan_year": "2023-24",
    "title": "Writing in every subject",
    "description": "From the report of 2023",
}
NEED = {
    "import_ref": "N1",
    "school_urn": "900001",
    "staff_id": "p1",
    "title": "Phonics",
    "source": "appraisal",
    "rank": "1",
    "estimated_pence": "30000",
    "evidence": "Seen in lessons",
    "priority_ref": "P1",
}
BUDGET = {"school_urn": "900001", "academic_year": "2023-24", "allocated_pence": "500000"}
REQUEST = {
    "import_ref": "R1",
    "staff_id": "p1",
    "school_urn": "900001",
    "title": "NPQ Leading Literacy",
    "activity_type": "award_bearing",
    "origin": "self_directed",
    "purposes": "teaching_quality; staff_development",
    "need_source": "appraisal",
    "priority_refs": "P1",
    "starts_on": "2024-01-08",
    "ends_on": "2024-06-28",
    "fee_pence": "120000",
    "exam_pence": "5000",
    "benefit": "Better lessons in literacy",
    "provider": "A college",
    "details.award": "NPQ",
    "submitted_on": "2023-10-02",
    "decision": "approved",
    "decided_on": "2023-10-09",
    "decided_by": "S001",
    "authority": "headteacher",
    "decision_reason": "It serves the plan",
    "funding": "part",
    "funded_percent": "50",
    "paid_fee_pence": "119999",
    "paid_on": "2024-02-01",
    "paid_reference": "INV 17",
    "completed_on": "2024-06-28",
}
OF_APPROVAL = ("funding", "funded_percent", "paid_fee_pence", "paid_on", "paid_reference", "completed_on")
DECLINED = {name: value for name, value in REQUEST.items() if name not in OF_APPROVAL} | {"decision": "declined"}


def request(number: int) -> dict[str, str]:
    return REQUEST | {"import_ref": f"R{number}", "staff_id": f"p{number}"}


def told(row: dict[str, str]) -> dict[str, Any]:
    """The row of a CSV file as NDJSON says it."""
    nested = ("_pence", "details.", "paid_")
    said: dict[str, Any] = {name: value for name, value in row.items() if not any(each in name for each in nested)}
    said["purposes"] = row["purposes"].split("; ")
    said["priority_refs"] = [row["priority_refs"]] if "priority_refs" in row else []
    said["details"] = {"award": row["details.award"]}
    said["cost_lines"] = [
        {"category": "fee", "amount_pence": 120000},
        {"category": "exam", "amount_pence": 5000},
    ]
    if "paid_on" in row:
        paid = {"category": "fee", "amount_pence": 119999, "on": row["paid_on"], "reference": row["paid_reference"]}
        said |= {"costs": [paid], "funded_percent": 50}
    return said
