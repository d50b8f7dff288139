"""The worker's turn at the access log: what is older than it is kept is taken away, once an hour."""

from datetime import datetime, timedelta

from shared.access_log.store import AccessLog
from shared.clock import Clock

EVERY = timedelta(hours=1)


class Forgetting:
    """One service's."""

    def __init__(self, log: AccessLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._next: datetime | None = None

    def step(self) -> int:
        """Gives how many accesses were taken away."""
        now = self._clock()
        if self._next is not None and now < self._next:
            return 0
        self._next = now + EVERY
        return self._log.forget(now)
