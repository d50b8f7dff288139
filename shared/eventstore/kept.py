"""Aggregates of long streams as this process folded them last: a load then folds only what was added since."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TypeVar, cast
from uuid import UUID

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

A = TypeVar("A", bound=Aggregate)
MOST = 1000
"""Streams that a process keeps, the last used: budgets of some trusts and years, a few hundred bytes a request."""


class Kept:
    """What the log says, and never what a command states: whoever asks gets a copy.

    It is as true as the log each time, for facts are never taken back. Only kinds that hold no personal text may be
    kept: opened, it would outlive its key.
    """

    def __init__(self, facts_after: Callable[[UUID, int], Iterable[Fact]]) -> None:
        self._facts_after = facts_after
        self._lock = Lock()
        self._kept: OrderedDict[UUID, Aggregate] = OrderedDict()

    def load(self, kind: type[A], stream_id: UUID) -> A:
        """The aggregate as the log has it now; blank where it has no facts yet."""
        with self._lock:
            found = cast(A, self._kept.get(stream_id) or kind(stream_id))
            kind.project(found, self._facts_after(stream_id, found.version))
            if found.version:
                self._kept[stream_id] = found
                self._kept.move_to_end(stream_id)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return found.copied()
