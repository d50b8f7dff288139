"""Which stretches of the access log are sealed, and which were taken away, as facts of the service's own log."""

from datetime import datetime
from itertools import takewhile
from typing import NamedTuple, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.access_log.stretches import Stretch
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

STREAM = uuid5(NAMESPACE_URL, "urn:cpd:access-log")
"""One in each service's log."""


class StretchSealed(Fact, frozen=True, kw_only=True):
    """The accesses with the numbers `first` to `last` are the `count` whose tree (RFC 9162) has this `root`.

    `root` is in hexadecimal digits, `newest_at` when the newest of them was. Nothing here is about anyone, nor can it
    be guessed from the root: the salt under it goes when the accesses go.
    """

    first: int
    last: int
    count: int
    root: str
    newest_at: datetime


class StretchesForgotten(Fact, frozen=True, kw_only=True):
    """The accesses up to the number `last`, all older than `before`, are no longer kept."""

    last: int
    before: datetime


class AccessFacts(NamedTuple):
    """A service's own classes of these facts."""

    sealed: type[StretchSealed]
    forgotten: type[StretchesForgotten]


class Record(Aggregate):
    """Up to which number accesses are sealed and forgotten, and the stretches between."""

    KEPT = True
    sealed = 0
    forgotten = 0

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.standing: list[StretchSealed] = []

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, StretchSealed):
            self.sealed = fact.last
            self.standing.append(fact)
        elif isinstance(fact, StretchesForgotten):
            self.forgotten = fact.last
            self.standing = [each for each in self.standing if each.last > fact.last]

    def copied(self) -> Self:
        other = super().copied()
        other.standing = self.standing.copy()
        return other

    def seal(self, fact: type[StretchSealed], stretch: Stretch) -> bool:
        """State the stretch, unless that was done; gives whether it was not."""
        if stretch.first != self.sealed + 1:
            return False
        said = {name: getattr(stretch, name) for name in ("first", "last", "count", "newest_at")}
        self.record(fact, root=stretch.root.hex(), **said)
        return True

    def forget(self, fact: type[StretchesForgotten], before: datetime) -> bool:
        """State that the stretches of which all is older than `before` are no longer kept; gives whether any were."""
        over = list(takewhile(lambda each: each.newest_at < before, self.standing))
        if over:
            self.record(fact, last=over[-1].last, before=before)
        return bool(over)
