"""A ledger that keeps in memory what commands state until it is told to write it: for whole histories at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger, Once
from shared.eventstore.recorder import MessageId

A = TypeVar("A", bound=Aggregate)


class Gathering(Ledger):
    """The log of `ledger`, which is empty and which nobody else writes to, for commands that nothing is read for.

    Aggregates are remembered until `write`, and begin blank after it: write where no later command is on any of them.
    Positions count from 1 on every database, so a fact has its own as soon as it is stated.
    """

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger.database, ledger.facts, ledger.sealer, create_tables=False)
        self._remembered: dict[UUID, Aggregate] = {}
        self._gathered: list[Fact] = []
        self._seen: list[MessageId] = []
        self._written = 0
        self._told = 0

    def load(self, kind: type[A], stream_id: UUID, *, version: int | None = None) -> A:  # noqa: ARG002  all it has is now
        found = self._remembered.get(stream_id)
        if not isinstance(found, kind):
            found = self._remembered[stream_id] = kind(stream_id)
        return found

    def as_known(self, kind: type[A], stream_id: UUID, known_at: datetime | None) -> A:  # noqa: ARG002  likewise
        return self.load(kind, stream_id)

    def position(self) -> int:
        return self._written + len(self._gathered)

    def told(self) -> list[tuple[int, Fact]]:
        """What was stated since it was last asked, or written, each fact with its position."""
        before, self._told = self._told, len(self._gathered)
        return list(enumerate(self._gathered[before:], self._written + before + 1))

    def see(self, message: MessageId) -> None:
        """Note that a message was reacted to, so that a consumer which is given it later passes it over."""
        self._seen.append(message)

    def write(self) -> None:
        """Append what was gathered, with the messages seen. Raises IntegrityError where somebody else wrote too."""
        self.sealer.keys.make(sorted(self.mapper.subjects(self._gathered)))
        stored = [self.mapper.to_stored_event(fact) for fact in self._gathered]
        self.recorder.insert_from(self._written + 1, stored, self._seen)
        self._written += len(stored)
        self._remembered, self._gathered, self._seen, self._told = {}, [], [], 0

    def _save(self, facts: Iterable[Fact], marks: Once) -> int:  # noqa: ARG002  who delivers a message says so by `see`
        self._gathered.extend(facts)
        return self.position()
