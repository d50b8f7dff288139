"""The usual story, told over HTTP: someone joins, agrees, trains and leaves; every field has a usual value.

A teacher signs with consent the day before a training of £2,400.00 that runs from 2 September 2024 to 31 January 2025,
and resigns on 31 May 2025 with a last day of 31 August: three whole months completed, so 9/12 are repayable.
"""

from itertools import count
from typing import Any

from tests.integration.agreements.world import FINANCE, HEAD, HR, PAYROLL, SCHOOL, World, person

TEACHER = "t1"
numbers = count(1)


def hr_event(kind: str, staff_id: str = TEACHER, **data: Any) -> dict[str, Any]:
    usual = {"staff_id": staff_id, "employment_id": f"e-{staff_id}", "school_urn": SCHOOL, "on": "2020-09-01"}
    return {
        "specversion": "1.0",
        "id": f"hr-{next(numbers)}",
        "source": "/hr",
        "type": f"hr.{kind}.v1",
        "data": usual | data,
    }


def payroll_event(kind: str, repayment_id: str, staff_id: str = TEACHER, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"pay-{next(numbers)}",
        "source": "/payroll",
        "type": f"payroll.{kind}.v1",
        "data": {"repayment_id": repayment_id, "staff_id": staff_id} | deduction(**data),
    }


def draft(staff_id: str = TEACHER, **changes: Any) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "school_urn": SCHOOL,
        "title": "National Professional Qualification",
        "activity_type": "course",
        "planned_start": "2024-09-02",
        "planned_end": "2025-01-31",
        "cost_lines": [{"category": "fee", "amount_pence": 240000}],
    } | changes


def resignation(**changes: Any) -> dict[str, Any]:
    return {
        "notified_on": "2025-05-31",
        "last_day": "2025-08-31",
        "reason": "resignation",
        "school_urn": SCHOOL,
        "payroll_number": "9001",
    } | changes


def deduction(**changes: Any) -> dict[str, Any]:
    return {
        "deduction_id": "d1",
        "revision": 1,
        "pay_period": "2025-08",
        "taken_pence": 180000,
        "outcome": "taken",
    } | changes


SIGNATURE = {"signed_on": "2024-09-01", "deduction_consent": True, "document_ref": "scan 1"}


def joins(world: World, staff_id: str = TEACHER, **data: Any) -> None:
    """HR names the person, and the service comes to know them and the school."""
    event = hr_event("StaffJoined", staff_id, **{"role_category": "teacher", "payroll_number": "9001"} | data)
    answer = world.post("/v1/inbox/hr.staff.v1", [event], HR)
    assert answer.status_code == 202, answer.text
    world.catch_up()


def drafted(world: World, staff_id: str = TEACHER, **changes: Any) -> str:
    agreement_id: str = world.done("/v1/agreements", draft(staff_id, **changes), HR)["id"]
    return agreement_id


def signed(world: World, staff_id: str = TEACHER, **changes: Any) -> str:
    agreement_id = drafted(world, staff_id, **changes)
    world.done(f"/v1/agreements/{agreement_id}/signature", SIGNATURE, HEAD)
    return agreement_id


def completed(world: World, staff_id: str = TEACHER, **changes: Any) -> str:
    agreement_id = signed(world, staff_id, **changes)
    world.done(f"/v1/agreements/{agreement_id}/start", {"started_on": "2024-09-02"}, HEAD)
    world.done(f"/v1/agreements/{agreement_id}/completion", {"completed_on": "2025-01-31"}, HEAD)
    return agreement_id


def resigned(world: World, staff_id: str = TEACHER, **changes: Any) -> Any:
    """The resignation as answered, with its repayments."""
    return world.done(f"/v1/staff/{staff_id}/resignations", resignation(**changes), HR)


def owed(world: World, staff_id: str = TEACHER) -> str:
    """Someone new joined, trained and left: the id of what they owe."""
    joins(world, staff_id)
    completed(world, staff_id)
    repayment_id: str = resigned(world, staff_id)["repayments"][0]["id"]
    return repayment_id


def required(world: World, staff_id: str = TEACHER) -> str:
    repayment_id = owed(world, staff_id)
    world.done(f"/v1/repayments/{repayment_id}/requirement", {"reason": "policy section 4"}, HEAD)
    return repayment_id


def taken(world: World, staff_id: str = TEACHER, **changes: Any) -> str:
    repayment_id = required(world, staff_id)
    world.done(f"/v1/repayments/{repayment_id}/deductions", deduction(**changes), PAYROLL)
    return repayment_id


def paid(world: World, repayment_id: str, pence: int = 1000) -> None:
    body = {"amount_pence": pence, "on": "2025-06-01", "reference": "BACS 1"}
    world.done(f"/v1/repayments/{repayment_id}/payments", body, FINANCE)


def themselves(staff_id: str = TEACHER) -> Any:
    return person(staff_id)
