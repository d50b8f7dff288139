"""The aggregates of several commands, in memory: those that a log would give them, and what they stated."""

from typing import TypeVar
from uuid import UUID

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact

A = TypeVar("A", bound=Aggregate)


class Streams:
    """Gives each command its aggregates, as the ones before left them."""

    def __init__(self) -> None:
        self._known: dict[UUID, Aggregate] = {}
        self._touched: dict[UUID, Aggregate] = {}
        self.act: Act

    def load(self, kind: type[A], stream_id: UUID) -> A:
        found = self._known.setdefault(stream_id, kind(stream_id))
        if not isinstance(found, kind):
            raise TypeError(f"{stream_id} is a {type(found).__name__}")
        found.act = self.act
        self._touched[stream_id] = found
        return found

    def stated(self) -> list[Fact]:
        touched, self._touched = self._touched, {}
        return [fact for aggregate in touched.values() for fact in aggregate.collect_events()]
