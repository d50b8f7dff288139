"""The access log held against what its service's log says of it: what was altered, taken out, or put in since."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from shared.access_log.record import STREAM, AccessFacts
from shared.access_log.store import AccessLog
from shared.access_log.stretches import Stretch, Stretches, root_of, sealed_row
from shared.audit.offline import AccessSeal, AccessSeals, Roots, Row, access_seals, compare, row_hash
from shared.eventstore.ledger import Ledger

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
            return self._checked(self._seals(upto))
        except (OperationalError, ProgrammingError):
            raise
        except (DatabaseError, ValueError, LookupError, TypeError, OverflowError) as error:
            return "no access could be checked", [f"unreadable: the accesses, or the events that seal them: {error!r}"]

    def rows(self, upto: int) -> Iterator[Row]:
        """Every access that the log has sealed up to this position, and not taken away, as it is hashed.

        Of a stretch whose salt is gone there is none: whoever holds them against their seals finds it.
        """
        for seal in self._seals(upto).standing:
            stretch = self._stretch(seal.first)
            if stretch is not None:
                yield from self._rows(seal, stretch)

    def _seals(self, upto: int) -> AccessSeals:
        topics = [fact.TOPIC for fact in self.facts]
        return access_seals(self.ledger.recorder.rows_of(STREAMS, upto, topics))

    def _checked(self, seals: AccessSeals) -> tuple[str, list[str]]:
        findings = list(seals.passed_over)
        for seal in seals.standing:
            found = list(self._differences(seal))
            if found and seal.last > self._seals(self.ledger.readable_position()).forgotten:
                findings += found
        count, newest = sum(seal.count for seal in seals.standing), self.log.count(seals.sealed + 1)
        over = f"those up to number {seals.forgotten} were taken away, their time was over; " if seals.forgotten else ""
        line = f"{count} accesses sealed, up to number {seals.sealed}; {over}the newest {newest} are under no seal yet"
        return line, findings

    def _differences(self, seal: AccessSeal) -> Iterator[str]:
        stretch = self._stretch(seal.first)
        which = f"accesses {seal.first} to {seal.last}"
        if stretch is None:
            yield f"missing: the hashes of {which}, without which they cannot be held against position {seal.position}"
            return
        roots = Roots()
        differences = compare(self._rows(seal, stretch), stretch.each_leaf(), roots.add)
        is_as_sealed = roots.root().hex() == seal.root
        if is_as_sealed and not differences:
            return
        there = f"sealed at position {seal.position}"
        if root_of(row_hash(row) or b"" for row in self._rows(seal, stretch)).hex() == seal.root:
            yield f"damaged hashes: {which} are as {there}, what is stored beside them is not"
            return
        if not is_as_sealed or differences.counts["altered"] == seal.count:
            yield f"rewritten: {which}, or the salt of their hashes, are not what was {there}"
        yield from differences.told(NOUN)

    def _stretch(self, first: int) -> Stretch | None:
        """The stretch that begins with this number; None too where what is stored of it cannot be one."""
        try:
            return Stretches(self.log).at(first)
        except (OverflowError, TypeError):
            return None

    def _rows(self, seal: AccessSeal, stretch: Stretch) -> Iterator[Row]:
        """What stands where the stretch was; of the first one what stands below it too."""
        first = LOWEST if seal.first == 1 else seal.first
        return (sealed_row(number, access, stretch.salt) for number, access in self.log.between(first, seal.last))
