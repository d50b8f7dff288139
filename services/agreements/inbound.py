"""What the service takes in: the messages of HR and payroll, their fields and which of them are personal text."""

from datetime import date
from typing import Annotated

import msgspec

from services.agreements.domain.repayment import Outcome
from services.agreements.domain.staff_facts import RoleCategory
from services.agreements.domain.terms import LeaverReason
from shared.eventstore.fact import Sealed

HR_TOPIC = "hr.staff.v1"
DEDUCTIONS_TOPIC = "payroll.deductions.v1"

END = r"(?![\s\S])"
"""The end of the text, and not the line feed before it, which `$` would let through."""

Id = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9][A-Za-z0-9._:@-]{{0,63}}{END}")]
Urn = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{6}}{END}")]
Pence = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
ResourceId = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f-]{{36}}-a[0-9]{{1,6}}-r[0-9]{{1,6}}{END}")]


class StaffMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `data` of every `hr.staff.v1` message. What a message leaves out it says nothing about."""

    staff_id: Id
    employment_id: Id
    school_urn: Urn
    on: date
    role_category: RoleCategory | None = None
    line_manager_id: Id | None = None
    payroll_number: Id | None = None
    notified_on: date | None = None
    last_day: date | None = None
    reason: Annotated[LeaverReason, msgspec.Meta(extra={"sealed": True})] | None = None
    name: Sealed | None = None


class DeductionMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `data` of every `payroll.deductions.v1` message."""

    repayment_id: ResourceId
    staff_id: Id
    deduction_id: Id
    revision: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    pay_period: Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9][A-Za-z0-9 ._/-]{{0,31}}{END}")]
    taken_pence: Pence
    outcome: Outcome
    reason: Annotated[Sealed, msgspec.Meta(max_length=2000)] | None = None


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
DEDUCTION_SCHEMAS: dict[str, type[msgspec.Struct]] = dict.fromkeys(
    ("payroll.DeductionTaken.v1", "payroll.DeductionRejected.v1", "payroll.DeductionAccepted.v1"), DeductionMessage
)
INBOUND = {HR_TOPIC: HR_SCHEMAS, DEDUCTIONS_TOPIC: DEDUCTION_SCHEMAS}
