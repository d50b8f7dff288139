"""Rows to import, and the ledger they end up in."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.agreements.application import Agreements
from services.agreements.runtime import open_runtime
from shared.settings import read_settings

STAFF = {
    "staff_id": "p1",
    "employment_id": "e1",
    "school_urn": "900001",
    "on": "2020-09-01",
    "role_category": "teacher",
    "name": "Jo Bloggs",
    "payroll_number": "PN1",
}
AGREEMENT = {
    "import_ref": "R1",
    "staff_id": "p1",
    "school_urn": "900001",
    "title": "NPQ Leading Literacy",
    "activity_type": "award_bearing",
    "planned_start": "2024-01-08",
    "planned_end": "2024-07-01",
    "fee_pence": "120000",
    "exam_pence": "5000",
    "signed_on": "2023-12-01",
    "deduction_consent": "true",
    "document_ref": "HR-17",
    "started_on": "2024-01-08",
    "completed_on": "2024-06-28",
}


def staff(number: int) -> dict[str, str]:
    return STAFF | {"staff_id": f"p{number}", "payroll_number": f"PN{number}"}


def agreement(number: int) -> dict[str, str]:
    return AGREEMENT | {"staff_id": f"p{number}", "import_ref": f"R{number}"}


@contextmanager
def ledger_of_this_home() -> Iterator[Agreements]:
    """The commands on the ledger under `CPD_HOME`, for looking at what is there."""
    runtime = open_runtime(read_settings())
    yield runtime.commands
    runtime.stores.close()
