"""The base of an aggregate: state folded from facts, and new facts waiting to be saved."""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, ClassVar, Protocol, Self, TypeVar
from uuid import UUID

from shared.eventstore.fact import Act, Fact


class Aggregate:
    """One stream and the state it adds up to; satisfies the event store library's mutable aggregate protocol.

    A stream may begin with any fact, for facts arrive in any order. A command checks, then states facts with `record`;
    applying a fact cannot fail. An act's instant never lies before the stream's last one, so that a stream is in order
    by recorded instant whatever the clocks of its writers do. A kind whose streams are long is `KEPT` by each process
    as last folded (`kept.py`).
    """

    KEPT: ClassVar[bool] = False

    def __init__(self, stream_id: UUID) -> None:
        self.id = stream_id
        self.version = 0
        self.act: Act | None = None
        self.last_recorded_at: Any = None
        self._pending: list[Fact] = []

    @classmethod
    def project(cls, initial: Self | None, facts: Iterable[Fact]) -> Self | None:
        """Fold `facts` onto `initial`, or onto a blank aggregate; None where there is neither."""
        aggregate = initial
        for fact in facts:
            if aggregate is None:
                aggregate = cls(fact.originator_id)
            aggregate.apply(fact)
        return aggregate

    def apply(self, fact: Fact) -> None:
        self.evolve(fact)
        self.version = fact.originator_version
        self.last_recorded_at = fact.recorded_at

    def evolve(self, fact: Fact) -> None:
        """Change the state as `fact` says. Total: it cannot refuse."""
        raise NotImplementedError

    @property
    def acting(self) -> Act:
        """The act under way. A command without one is a programming error."""
        if self.act is None:
            raise RuntimeError(f"no act is set on {type(self).__name__} {self.id}")
        return self.act

    def record(self, fact_class: type[Fact], **fields: Any) -> None:
        """State a new fact of the act under way and apply it."""
        act = self.acting
        context = {
            "actor": act.actor,
            "role": act.role,
            "correlation_id": act.correlation_id,
            "causation_id": act.causation_id,
            "reason": act.reason,
        }
        recorded_at = act.recorded_at
        if self.last_recorded_at is not None and self.last_recorded_at > recorded_at:
            recorded_at = self.last_recorded_at
        fact = fact_class(
            originator_id=self.id,
            originator_version=self.version + 1,
            recorded_at=recorded_at,
            v=fact_class.VERSION,
            **(context | fields),
        )
        self.apply(fact)
        self._pending.append(fact)

    def copied(self) -> Self:
        """Another that changes apart from this one. A kind that is `KEPT` copies what its facts change in place."""
        other = copy(self)
        other._pending = []
        return other

    def collect_events(self) -> Sequence[Fact]:
        """The facts stated since the last call."""
        pending, self._pending = self._pending, []
        return pending


A = TypeVar("A", bound=Aggregate)


class Loads(Protocol):
    """Gives the aggregates of one command, each as the log has it; what they state is saved together."""

    def load(self, kind: type[A], stream_id: UUID) -> A: ...
