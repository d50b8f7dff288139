"""The log of a running service, held against every checkpoint that there is of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from eventsourcing.persistence import PersistenceError

from shared.access_log.verifying import SealedAccesses
from shared.audit.offline import (
    HASH,
    BadNoteError,
    Checkpoint,
    Claim,
    Key,
    Report,
    Row,
    by_size,
    check_log,
    counted,
    read_checkpoint,
    read_unsigned,
)
from shared.audit.published import every_published
from shared.audit.store import SealStore, Stored
from shared.audit.tree import TILE_BYTES, WIDTH, folded
from shared.eventstore.ledger import Ledger
from shared.messaging.bus import Bus, BusAway
from shared.progress import Tell, tell_nobody

PAGE = 5_000
TILES_AT_ONCE = 64
LONGEST_NUMBER = 19
SMALLEST = -(2**63)
"""The first position that a database can hold: none of ours is below 1, but another's may be."""


@dataclass(frozen=True)
class Sealed:
    """One service's log, its seal, where its checkpoints are published, the keys that verify them, and its accesses."""

    service: str
    origin: str
    ledger: Ledger
    seal: SealStore
    bus: Bus
    keys: Sequence[Key]
    accesses: SealedAccesses


def verify(sealed: Sealed, held: Sequence[str] = (), tell: Tell = tell_nobody) -> Report:
    """Check every event of the log, and the accesses that it seals. `held` are notes of checkpoints from elsewhere.

    Reads only.

    `tell` is told how many events were gone through, of about how many.
    """
    report, service = Report(), sealed.service
    # In this order: what is signed meanwhile was sealed before, and what is published was stored before.
    published = _Published(sealed, report)
    newest = sealed.seal.newest()
    head = sealed.seal.head()
    upto = max(sealed.ledger.readable_position(), head.position)
    if head.size and newest is None:
        report.findings.append(f"{service}: {head.size} events are sealed, and there is no checkpoint of them")
    stored = _stored(sealed, newest.size if newest else 0, report)
    others = [*published.otherwise, *_held(sealed, held, report)]
    others.sort(key=lambda claim: claim.checkpoint.size)
    try:
        differences, number, findings = check_log(
            lambda: rows_upto(sealed.ledger, upto, head.size, tell),
            lambda: sealed.seal.leaves(0, head.size),
            by_size(stored, others),
        )
    except PersistenceError as error:
        report.findings.append(f"{service}: unreadable: the database cannot read its log: {error}")
        return report
    report.findings += [f"{service}: {finding}" for finding in findings]
    report.findings += [f"{service}: {finding}" for finding in _damaged_tiles(sealed.seal, head.size)]
    if differences.sealed != head.size:
        report.findings.append(f"{service}: damaged hashes: {differences.sealed} of {head.size} leaves are stored")
    unsigned = differences.sealed - (newest.size if newest else 0) + differences.unsealed
    report.lines.append(
        f"{service}: {counted(differences.sealed, 'event')} sealed, up to position {head.position}, held against "
        f"{counted(number + published.same, 'checkpoint')}; the newest {unsigned} events are under none yet"
    )
    line, found = sealed.accesses.check(head.position)
    report.lines.append(f"{service}: {line}")
    report.findings += [f"{service}: {finding}" for finding in found]
    return report


def rows_upto(ledger: Ledger, upto: int, about: int, tell: Tell = tell_nobody) -> Iterator[Row]:
    """All that stands in a log up to a position, a page at a time."""
    first, done = SMALLEST, 0
    while first <= upto and (page := ledger.recorder.whole_rows_from(first, PAGE, upto)):
        yield from page
        first, done = page[-1][0] + 1, done + len(page)
        tell(min(done, about), about)


def _stored(sealed: Sealed, upto: int, report: Report) -> Iterator[Claim]:
    for stored in sealed.seal.every_checkpoint():
        if stored.size > upto:
            return
        yield from _believed(sealed, stored.note, "stored", report, stored)


class _Published:
    """The checkpoints that the bus has. Each is in the log's database too, unless somebody took the log back."""

    def __init__(self, sealed: Sealed, report: Report) -> None:
        self.same = 0
        """How many stand in the database as they were published: they are judged there."""
        self.otherwise: list[Claim] = []
        self._sealed, self._report = sealed, report
        try:
            notes = every_published(sealed.bus, sealed.service)
            while page := list(islice(notes, PAGE)):
                self._compare(page)
        except BusAway as error:
            report.findings.append(f"{sealed.service}: the bus is away, its checkpoints could not be compared: {error}")

    def _compare(self, notes: Sequence[str]) -> None:
        sizes = [size for note in notes if (size := _size_in(note)) is not None]
        stored = {one.size: one.note for one in self._sealed.seal.checkpoints_of(sizes)}
        known = set(stored.values())
        for note in dict.fromkeys(notes):
            if note in known:
                self.same += 1
                continue
            for claim in _believed(self._sealed, note, "published", self._report):
                self.otherwise.append(claim)
                self._tell(claim.checkpoint, stored.get(claim.checkpoint.size))

    def _tell(self, published: Checkpoint, stored: str | None) -> None:
        size, at = published.size, published.signed_at
        if stored is None:
            told = f"taken back: the published checkpoint {size} of {at} does not stand here"
        elif _root_in(stored) != published.root:
            told = (
                f"fork: the checkpoint {size} that was published at {at} is of other events than the one stored here: "
                "the log was taken back, as by a restore, and went on otherwise"
            )
        else:
            return
        self._report.findings.append(f"{self._sealed.service}: {told}")


def _size_in(note: str) -> int | None:
    """What a note says of its size, to look for it; None where it is no number that one can have."""
    said = [*note.split("\n", 2), ""][1]
    return int(said) if said.isascii() and said.isdigit() and len(said) < LONGEST_NUMBER else None


def _root_in(note: str) -> bytes | None:
    try:
        return read_unsigned(note).root
    except BadNoteError:
        return None


def _held(sealed: Sealed, held: Sequence[str], report: Report) -> Iterator[Claim]:
    for note in held:
        if note.partition("\n")[0] == sealed.origin:
            yield from _believed(sealed, note, "given", report)


def _believed(sealed: Sealed, note: str, source: str, report: Report, stored: Stored | None = None) -> Iterator[Claim]:
    """The claim of a checkpoint that is signed as it must be; what is wrong with it goes to the report."""
    try:
        found = read_checkpoint(note, sealed.keys)
        if found.origin != sealed.origin:
            raise BadNoteError(f"it is of the log {found.origin}")
        if stored is not None and stored[:3] != (found.size, found.position, found.signed_at):
            raise BadNoteError("what is stored beside it is not what was signed")
        yield Claim(found, source)
    except BadNoteError as error:
        which = "" if stored is None else f" {stored.size}"
        report.findings.append(f"{sealed.service}: the {source} checkpoint{which} is not to be believed: {error}")


def _damaged_tiles(seal: SealStore, size: int) -> Iterator[str]:
    """Stored hashes of subtrees that do not follow from those below them: proofs made of them would not hold."""
    level = 0
    while size >= WIDTH:
        whole = size // WIDTH
        above: dict[int, bytes] = {}
        found = 0
        for first in range(0, whole, TILES_AT_ONCE):
            for number, hashes in seal.tiles(level, first, min(whole, first + TILES_AT_ONCE)):
                found += 1
                upper, place = divmod(number, WIDTH)
                if upper not in above:
                    above = dict(seal.tiles(level + 1, upper, upper + 1))
                kept = above.get(upper, b"")[place * HASH : (place + 1) * HASH]
                if len(hashes) != TILE_BYTES or folded(hashes) != kept:
                    yield f"damaged hashes: tile {number} of level {level}, or its hash in the level above"
        if found != whole:
            yield f"damaged hashes: {whole - found} tiles of level {level} are missing"
        size, level = whole, level + 1
