"""The worker's turn at the access log: each hour what is new is sealed by a fact, and what is over is taken away."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.access_log.record import STREAM, AccessFacts, Record
from shared.access_log.store import AccessLog
from shared.access_log.stretches import Stretches
from shared.clock import Clock
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Ledger

WAIT = timedelta(hours=1)
"""An access is sealed once it is as old as that, with all that came after it."""
LOOK = timedelta(minutes=1)
ROLE = "calendar"


class AccessSealing:
    """One service's, which goes by the name `service`.

    It may be ended anywhere: a stretch that was prepared is stated as it is, one that was stated is not stated again,
    and what was stated to be forgotten is taken away by whoever comes next.
    """

    def __init__(self, service: str, ledger: Ledger, log: AccessLog, facts: AccessFacts, clock: Clock) -> None:
        self._service = service
        self._ledger = ledger
        self._log = log
        self._stretches = Stretches(log)
        self._facts = facts
        self._days = timedelta(days=log.days)
        self._clock = clock
        self._next: datetime | None = None
        self._taken_away = 0

    def step(self) -> int:
        """Gives how many facts were stated. Raises DamagedAccessError, OperationalError."""
        now = self._clock()
        if self._next is None:
            self._log.number_beyond(self._record().sealed)
        elif now < self._next:
            return 0
        self._next = now + LOOK
        done = self._seal(now) + self._forget(now)
        if done:
            self._next = now
        return done

    def _seal(self, now: datetime) -> bool:
        sealed = self._record().sealed
        oldest_at = self._log.noted_at(sealed)
        if oldest_at is None or oldest_at > now - WAIT:
            return False
        stretch = self._stretches.prepared(sealed + 1)
        return stretch is not None and self._state(now, lambda one: one.seal(self._facts.sealed, stretch))

    def _forget(self, now: datetime) -> bool:
        stated = self._state(now, lambda one: one.forget(self._facts.forgotten, now - self._days))
        over = self._record().forgotten
        if over > self._taken_away:
            self._stretches.forget(over)
            self._taken_away = over
        return stated

    def _state(self, now: datetime, command: Callable[[Record], bool]) -> bool:
        act = Act(recorded_at=now, actor=self._service, role=ROLE, correlation_id=str(STREAM))
        return self._ledger.execute(Record, STREAM, Call(act=act), command).result

    def _record(self) -> Record:
        return self._ledger.load(Record, STREAM)
