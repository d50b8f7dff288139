"""The usual story, told over HTTP: a teacher asks for a course of £2,400.00, it is assessed, approved and taken.

Every field has a usual value. The world's today is 2 June 2025; the course runs from 1 September 2025.
"""

from collections.abc import Mapping
from typing import Any

from services.requests.domain.criteria import CRITERIA, CURRENT
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import FINANCE, HEAD, HR, SCHOOL, Who, World, person

TEACHER, YEAR = "t1", "2025-26"
BUDGET = f"/v1/budgets/{SCHOOL}/{YEAR}"
REASON = {"reason": "r"}
APPROVAL = {"reason": "It serves the plan", "funding": "full"}


def joins(world: World, staff_id: str = TEACHER, **data: Any) -> None:
    all_join(world, {staff_id: data})


def all_join(world: World, people: Mapping[str, Mapping[str, Any]]) -> None:
    """Several, of whom HR tells at once: by their ids, what is said of each."""
    usual = {"role_category": "teacher", "line_manager_id": "manager"}
    events = [hr_event("StaffJoined", staff_id, **{**usual, **data}) for staff_id, data in people.items()]
    answer = world.post("/v1/inbox/hr.staff.v1", events, HR)
    assert answer.status_code == 202, answer.text
    world.catch_up()


def priority(world: World, **changes: Any) -> str:
    body = {"school_urn": SCHOOL, "plan_year": YEAR, "title": "Writing across the curriculum"} | changes
    id_: str = world.done("/v1/priorities", body, HEAD)["id"]
    return id_


def body(priority_id: str, staff_id: str = TEACHER, **changes: Any) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "school_urn": SCHOOL,
        "title": "National Professional Qualification",
        "activity_type": "course",
        "origin": "self_directed",
        "purposes": ["teaching_quality"],
        "need_source": "appraisal",
        "priority_ids": [priority_id],
        "starts_on": "2025-09-01",
        "ends_on": "2026-01-31",
        "cost_lines": [{"category": "fee", "amount_pence": 240000}],
        "benefit": "Better writing in year 5",
    } | changes


def asked(world: World, by: Who | None = None, staff_id: str = TEACHER, **changes: Any) -> str:
    """A request that was submitted."""
    document = body(changes.pop("priority_id", None) or priority(world), staff_id, **changes)
    id_: str = world.done("/v1/requests", document, by or person(staff_id))["id"]
    return id_


def scores(each: int = 2) -> dict[str, Any]:
    return {"scores": dict.fromkeys(CRITERIA[CURRENT], each)}


def assessed(world: World, **changes: Any) -> str:
    id_ = asked(world, **changes)
    world.done(f"/v1/requests/{id_}/assessment", scores(), HEAD)
    return id_


def allocated(world: World, pence: int = 500000, budget: str = BUDGET) -> None:
    answer = world.put(budget, {"allocated_pence": pence}, FINANCE)
    assert answer.status_code == 200, answer.text


def approved(world: World, **changes: Any) -> str:
    """A request that was approved and funded in full, from a budget of £5,000.00."""
    id_ = assessed(world, **changes)
    allocated(world)
    world.done(f"/v1/requests/{id_}/approval", APPROVAL, HEAD)
    return id_


def figures(world: World, budget: str = BUDGET) -> tuple[int, int, int, int]:
    """Allocated, committed, actual, available."""
    found = world.read(budget, FINANCE)
    return tuple(found[f"{name}_pence"] for name in ("allocated", "committed", "actual", "available"))  # type: ignore[return-value]
