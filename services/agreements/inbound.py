"""What the service takes in: the messages of HR, and of payroll, their fields and which of them are personal text."""

from typing import Annotated

import msgspec

from services.agreements.domain.repayment import Outcome
from shared.eventstore.fact import Sealed
from shared.hr import END, HR_SCHEMAS, HR_TOPIC, Id

DEDUCTIONS_TOPIC = "payroll.deductions.v1"

Pence = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
ResourceId = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f-]{{36}}-a[0-9]{{1,6}}-r[0-9]{{1,6}}{END}")]


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


DEDUCTION_SCHEMAS: dict[str, type[msgspec.Struct]] = dict.fromkeys(
    ("payroll.DeductionTaken.v1", "payroll.DeductionRejected.v1", "payroll.DeductionAccepted.v1"), DeductionMessage
)
INBOUND = {HR_TOPIC: HR_SCHEMAS, DEDUCTIONS_TOPIC: DEDUCTION_SCHEMAS}
"""What the inbox takes."""
