"""What the resources of this service share: the runtime, what may be seen of a person, what school may be named."""

from typing import Any

from flask import current_app

from services.agreements.runtime import NAME, Runtime
from shared.errors import NotThere
from shared.projections.query import Which
from shared.web.resources import within_reach
from shared.web.scope import Reach, acting_role, in_scope


def runtime() -> Runtime:
    """The service as the app that serves this request has it open."""
    found: Runtime = current_app.extensions[NAME]
    return found


def of_person(staff_id: str, query: dict[str, Any]) -> Which:
    """What the caller may see of who was known by then: what is theirs, or of the caller's schools. Raises NotThere."""
    person = runtime().commands.person(staff_id, query.get("known_at"))
    which = within_reach({"staff_id": staff_id})
    kinds: tuple[dict[str, Any], ...] = (person.employments, person.agreements, person.repayments, person.endings)
    schools = {record.school_urn for kind in kinds for record in kind.values()}
    if which is None or not any(in_scope(staff_id, school_urn) for school_urn in schools):
        raise NotThere(f"there is no member of staff {staff_id}, or not for you")
    return which


def check_school(school_urn: str) -> None:
    """The school is one of the caller's, and of this trust. Raises NotThere, FieldRefused."""
    acting_role(Reach(None, school_urn))
    runtime().commands.require_known_school(school_urn)
