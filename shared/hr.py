"""HR's messages, `hr.staff.v1`: their fields, and which of them are personal text."""

from datetime import date
from typing import Annotated

import msgspec

from shared.eventstore.fact import Sealed
from shared.words import LeaverReason, RoleCategory, WorkingPattern

HR_TOPIC = "hr.staff.v1"

END = r"(?![\s\S])"
"""The end of the text, and not the line feed before it, which `$` would let through."""

Id = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9][A-Za-z0-9._:@-]{{0,63}}{END}")]
Urn = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{6}}{END}")]


class StaffMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `data` of every `hr.staff.v1` message. What a message leaves out it says nothing about."""

    staff_id: Id
    employment_id: Id
    school_urn: Urn
    on: date
    role_category: RoleCategory | None = None
    working_pattern: WorkingPattern | None = None
    line_manager_id: Id | None = None
    payroll_number: Id | None = None
    notified_on: date | None = None
    last_day: date | None = None
    reason: Annotated[LeaverReason, msgspec.Meta(extra={"sealed": True})] | None = None
    name: Sealed | None = None


HR_SCHEMAS: dict[str, type[msgspec.Struct]] = dict.fromkeys(
    (
        "hr.StaffJoined.v1",
        "hr.StaffMoved.v1",
        "hr.ResignationReceived.v1",
        "hr.ResignationWithdrawn.v1",
        "hr.LeavingDateChanged.v1",
        "hr.EmploymentEnded.v1",
        "hr.Reinstated.v1",
    ),
    StaffMessage,
)
