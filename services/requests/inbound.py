"""What the service takes in: HR's messages, and what the agreements service tells of agreements that name a request."""

from datetime import date

import msgspec

from shared.hr import HR_SCHEMAS, HR_TOPIC
from shared.words import CostCategory

INBOUND = {HR_TOPIC: HR_SCHEMAS}
"""What the inbox takes."""


class AgreementMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of the `data` of an agreement's message; which of it is there depends on the message."""

    agreement_id: str
    staff_id: str
    request_id: str | None = None
    completed_on: date | None = None
    withdrawn_on: date | None = None
    category: CostCategory | None = None
    amount_pence: int | None = None
    on: date | None = None
