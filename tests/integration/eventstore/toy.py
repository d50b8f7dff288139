"""A toy of the domain: counters that are counted up, by acts that can be told apart."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from sqlalchemy import create_engine

from shared.access_log.record import AccessFacts, StretchesForgotten, StretchSealed
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Done, Ledger, Once
from shared.eventstore.sealing import Sealer

NAMESPACE = UUID("0c5b1f0e-7a0f-4d5b-9f38-0d1c1a2b3c4d")


class Counted(Fact, frozen=True):
    TOPIC = "toys.Counted"
    by: int


class ReadsSealed(StretchSealed, frozen=True, kw_only=True):
    TOPIC = "toys.AccessesSealed"


class ReadsForgotten(StretchesForgotten, frozen=True, kw_only=True):
    TOPIC = "toys.AccessesForgotten"


READS = AccessFacts(ReadsSealed, ReadsForgotten)


class Counter(Aggregate):
    """What was counted so far."""

    total = 0

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, Counted):
            self.total += fact.by

    def count(self, by: int = 1, times: int = 1) -> int:
        for _ in range(times):
            self.record(Counted, by=by)
        return self.total


def open_ledger(database: str, *, create_tables: bool = True) -> Ledger:
    sealer = Sealer(KeyStore(create_engine("sqlite://")))
    return Ledger(database, [Counted, *READS], sealer, create_tables=create_tables)


def stream(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def act() -> Act:
    return Act(recorded_at=datetime.now(UTC), actor="tester", role="trust_finance", correlation_id=str(uuid4()))


def count(
    ledger: Ledger, name: str, *, times: int = 1, once: Callable[[int], Once] = lambda _: Once(), by: int = 1
) -> Done[int]:
    """Count the counter `name` up, as one command."""
    call = Call(act=act(), once=once)
    return ledger.execute(Counter, stream(name), call, lambda counter: counter.count(by, times))
