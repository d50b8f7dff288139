"""The command that registers a need."""

from typing import Any

from services.requests.domain.desk import Desk
from services.requests.domain.need import Need
from shared.errors import FieldRefused


def identify(desk: Desk, need_id: str, *, school_urn: str, **fields: Any) -> Need:
    """Register a need, of a person or of the school. Raises FieldRefused."""
    if fields.get("staff_id") and desk.person(fields["staff_id"]) is None:
        raise FieldRefused(staff_id="no member of staff of this trust is known by this id")
    priority_id = fields.get("priority_id")
    if priority_id is not None and desk.priority_of(school_urn, priority_id) is None:
        raise FieldRefused(priority_id="is not a priority of this school")
    return desk.need(need_id).identify(school_urn=school_urn, **fields)
