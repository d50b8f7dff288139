"""What can happen in a trust: told by HR, set by a school, imported of the past; and in each service."""

from typing import Any

from services.agreements.imports.agreements import AgreementsImport
from services.requests.imports.history import RequestsImport
from services.requests.imports.plans import PrioritiesImport
from shared.eventstore.fact import Act
from shared.imports.kind import ACTOR, ROLE
from tests.integration.agreements.imports.files import AGREEMENT
from tests.integration.agreements.world import ADMIN, HR, SCHOOL
from tests.integration.known import deeds_agreements, deeds_requests, deeds_reviews
from tests.integration.known.deeds_agreements import someone_resigns
from tests.integration.known.deeds_requests import (
    a_priority_is_adopted,
    a_request_is_assessed,
    a_request_is_decided,
    money_is_allocated,
    someone_asks,
)
from tests.integration.known.history import ROLES, History, Told
from tests.integration.requests.imports.files import PRIORITY, REQUEST


def hr_tells(h: History) -> Told:
    staff_id = h.someone()
    kinds: dict[str, dict[str, Any]] = {
        "StaffMoved": {"role_category": h.one_of(ROLES), "line_manager_id": h.one_of(["head", "t9"])},
        "StaffJoined": {"name": f"Name {h.chance.randint(1, 9)}"},
        "LeavingDateChanged": {"last_day": h.day(30, 60)},
        "Reinstated": {},
    }
    kind = h.one_of([*kinds, "StaffMoved"])
    event = h.hears(kind, staff_id, **{"on": h.day(200, 20)} | kinds[kind])
    return Told(h.one_of(h.trust.every), "POST", "/v1/inbox/hr.staff.v1", [event], HR)


def a_school_sets(h: History) -> Told:
    settings: dict[str, dict[str, Any]] = {
        "requests": {"decision_days": h.chance.randint(1, 30), "assessment_threshold": h.chance.randint(0, 20)},
        "agreements": {"agreement_threshold_pence": h.pence(), "notice_days": h.chance.randint(0, 30)},
        "reviews": {"dissemination_types": ["course", "research"], "dissemination_days": h.chance.randint(1, 90)},
    }
    world = h.one_of(h.trust.every)
    name = {"name": h.one_of(["Ashgrove", "Beechwood"])}
    return Told(world, "PUT", f"/v1/schools/{SCHOOL}/settings", name | settings[world.assembly.name], ADMIN)


def the_past_is_imported(h: History) -> None:
    """As `cpd import` does it: what long was, known from now on."""
    requests, agreements = (each.runtime.commands for each in (h.trust.requests, h.trust.agreements))
    act = Act(recorded_at=h.trust.clock(), actor=ACTOR, role=ROLE, correlation_id="c")
    ref = f"ref-{h.chance.random()}"
    rows: tuple[tuple[Any, dict[str, str]], ...] = (
        (PrioritiesImport(requests), PRIORITY | {"import_ref": f"P{ref}"}),
        (RequestsImport(requests), REQUEST | {"import_ref": f"R{ref}", "priority_refs": f"P{ref}", "staff_id": "t2"}),
        (AgreementsImport(agreements), AGREEMENT | {"import_ref": ref, "staff_id": "t2"}),
    )
    for kind, cells in rows:
        values, _ = kind.from_cells(cells | {"school_urn": SCHOOL})
        kind.bring_in(kind.load(values), act)


OPENING = (
    *(money_is_allocated,) * 4,
    a_priority_is_adopted,
    *(someone_asks, a_request_is_assessed, a_request_is_decided) * 2,
    the_past_is_imported,
    someone_resigns,
)
DEEDS = (
    hr_tells,
    a_school_sets,
    the_past_is_imported,
    *deeds_requests.DEEDS,
    *deeds_agreements.DEEDS,
    *deeds_reviews.DEEDS,
)
