"""The access log held against what its service's log says of it: what was altered, taken out, or put in since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from shared.access_log.record import STREAM, AccessFacts, StretchesForgotten, StretchSealed
from shared.access_log.store import AccessLog
from shared.access_log.stretches import Stretch, Stretches, root_of, sealed_row
from shared.audit.offline import Roots, Row, compare, row_hash
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.projections.log import entries

STREAMS = STREAM.hex, f"{STREAM.int + 1:032x}"
LOWEST = -(2**63)
NOUN = "access"


@dataclass(frozen=True)
class SealedAccesses:
    """One service's access log, the log that seals it, and the service's own classes of the facts by which it does."""

    ledger: Ledger
    log: AccessLog
    facts: AccessFacts

    def check(self, upto: int) -> tuple[str, list[str]]:
        """What was checked and what was found, in words. Reads only, and while accesses are noted and sealed.

        Of the service's log what stands up to this position counts: that is sealed itself.
        """
        try:
            return self._checked(upto)
        except (OperationalError, ProgrammingError):
            raise
        except (DatabaseError, msgspec.MsgspecError, OverflowError) as error:
            return "no access could be checked", [f"unreadable: the accesses, or the events that seal them: {error}"]

    def _checked(self, upto: int) -> tuple[str, list[str]]:
        stated = self._stated(upto)
        sealed, forgotten = _sealed_in(stated), _forgotten_in(stated)
        standing = [(position, fact) for position, fact in sealed if fact.last > forgotten]
        findings = list(_gaps([fact for _, fact in sealed]))
        for position, fact in standing:
            found = list(self._differences(position, fact))
            if found and fact.last > _forgotten_in(self._stated(self.ledger.readable_position())):
                findings += found
        count, last = sum(fact.count for _, fact in standing), sealed[-1][1].last if sealed else 0
        over = f"those up to number {forgotten} were taken away, their time was over; " if forgotten else ""
        newest = self.log.count(last + 1)
        return (
            f"{count} accesses sealed, up to number {last}; {over}the newest {newest} are under no seal yet",
            findings,
        )

    def _stated(self, upto: int) -> Sequence[tuple[int, Fact]]:
        topics = [fact.TOPIC for fact in self.facts]
        rows = self.ledger.recorder.rows_of(STREAMS, upto, topics)
        return list(entries(self.ledger, rows, topics))

    def _differences(self, position: int, fact: StretchSealed) -> Iterator[str]:
        stretch = self._stretch(fact.first)
        which = f"accesses {fact.first} to {fact.last}"
        if stretch is None:
            yield f"missing: the hashes of {which}, without which they cannot be held against position {position}"
            return
        roots = Roots()
        differences = compare(self._rows(fact, stretch), stretch.each_leaf(), roots.add)
        is_as_sealed = roots.root().hex() == fact.root
        if is_as_sealed and not differences:
            return
        if _root_of(self._rows(fact, stretch)) == fact.root:
            yield f"damaged hashes: {which} are as sealed at position {position}, what is stored beside them is not"
            return
        if not is_as_sealed or differences.counts["altered"] == fact.count:
            yield f"rewritten: {which}, or the salt of their hashes, are not what was sealed at position {position}"
        yield from differences.told(NOUN)

    def _stretch(self, first: int) -> Stretch | None:
        """The stretch that begins with this number; None too where what is stored of it cannot be one."""
        try:
            return Stretches(self.log).at(first)
        except (OverflowError, TypeError):
            return None

    def _rows(self, fact: StretchSealed, stretch: Stretch) -> Iterator[Row]:
        """What stands where the stretch was; of the first one what stands below it too."""
        first = LOWEST if fact.first == 1 else fact.first
        return (sealed_row(number, access, stretch.salt) for number, access in self.log.between(first, fact.last))


def _sealed_in(stated: Sequence[tuple[int, Fact]]) -> list[tuple[int, StretchSealed]]:
    return [(position, fact) for position, fact in stated if isinstance(fact, StretchSealed)]


def _forgotten_in(stated: Sequence[tuple[int, Fact]]) -> int:
    return max((fact.last for _, fact in stated if isinstance(fact, StretchesForgotten)), default=0)


def _gaps(sealed: Sequence[StretchSealed]) -> Iterator[str]:
    """Accesses that no stretch covers, though a later one does."""
    last = 0
    for fact in sealed:
        if fact.first != last + 1:
            yield f"no seal: accesses {last + 1} to {fact.first - 1} were passed over"
        last = fact.last


def _root_of(rows: Iterator[Row]) -> str:
    return root_of([row_hash(row) or b"" for row in rows]).hex()
