"""The timer of the trust's standing rule: repayments whose days of notice are over go to payroll."""

import time

from services.agreements.application import Agreements
from services.agreements.domain.repaying import send_when_due
from services.agreements.domain.repayment import Repayment
from shared.clock import Clock
from shared.dates import london_day
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.projections.query import Versions, Which

EVERY_SECONDS = 30.0
UNSETTLED = ("required", "sent", "accepted", "rejected", "taken", "partly_taken", "invoiced", "confirmed")
"""Where a repayment can stand while an amount waits in notice."""


class Notices:
    """A worker's step: looks twice a minute for repayments with an amount that waits for its notice to end."""

    def __init__(self, agreements: Agreements, repayments: Versions[Repayment], clock: Clock) -> None:
        self.agreements = agreements
        self.repayments = repayments
        self.clock = clock
        self._next = 0.0

    def step(self) -> int:
        """Send what is due. Gives how many were sent."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        now = self.clock()
        today = london_day(now)
        known = self.repayments.as_known(which=Which(status=UNSETTLED))
        due = [row.id for row in known if row.state.send_after is not None and row.state.send_after <= today]
        for repayment_id in due:
            act = Act(recorded_at=now, actor="trust", role="auto_require", correlation_id=f"notice/{repayment_id}")
            self.agreements.on_repayment(Call(act=act), repayment_id, send_when_due)
        return len(due)
