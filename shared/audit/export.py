"""An archive of the logs: events with what proves them, whole or a part, to be checked by anyone without us."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple

import msgspec

from shared.audit import offline, parquet
from shared.audit.container import Container
from shared.audit.live import Sealed, rows_upto
from shared.audit.offline import (
    ACCESSES,
    CHECKPOINTS,
    EVENTS,
    KEYS,
    LEAF,
    LEAVES,
    PROOFS,
    SCHEMAS,
    TABLE,
    VERIFIER,
    Row,
    event_line,
    row_hash,
)
from shared.audit.signing import Signer
from shared.audit.store import Stored
from shared.messaging.published import schema_of
from shared.progress import Tell, tell_nobody

README = """This archive was made by the CPD ledger. It holds events of its log as they are stored, and what proves that
none was altered, left out, put in or moved since each checkpoint was signed.

    python verify.py ARCHIVE --key KEYS

verify.py needs Python 3.11 and the package cryptography. It is in here for convenience: take it, and the public keys,
from where you trust them. What each file is, is told in the guide for auditors.
"""
BUFFER = 1 << 20


class NothingSealedError(Exception):
    """There is no checkpoint yet of the log that was to be exported."""


class Part(NamedTuple):
    """What is asked for: from the first to the last event recorded within two instants, or of one school there."""

    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    school_urn: str | None = None

    @property
    def is_whole(self) -> bool:
        return self == Part()


class Said(msgspec.Struct):
    """What of a state tells whether it is in a part."""

    recorded_at: datetime | None = None
    school_urn: str = ""


class Exported(NamedTuple):
    """What was written of one service: how many events, under which checkpoint, and whether any is not as sealed."""

    service: str
    events: int
    checkpoint: Stored
    differs: bool


_said = msgspec.json.Decoder(Said)
_json = msgspec.json.Decoder(msgspec.Raw)


def export(
    services: Sequence[Sealed],
    part: Part,
    file: IO[bytes],
    signer: Signer,
    tell: Tell = tell_nobody,
    *,
    accesses: bool = False,
) -> list[Exported]:
    """Write an archive to `file`, up to the newest checkpoint of each service. The same log gives the same bytes.

    With `accesses` who read what is in it too: only a whole log says what seals it.

    `tell` is told how many events were gone through. An event that is not as it was sealed is written as it stands, and
    told of: the archive shows it. Raises NothingSealedError.
    """
    container = Container(file)
    container.add_bytes(offline.README, README.encode())
    container.add_bytes(VERIFIER, Path(offline.__file__).read_bytes())
    keys = {str(key): key for sealed in services for key in (*sealed.keys, signer.key)}
    container.add_bytes(KEYS, "".join(f"{key}\n" for key in keys).encode())
    told, done = [], []
    for sealed in services:
        with TemporaryDirectory(prefix="cpd-audit-") as folder:
            said, exported = _Export(sealed, part, Path(folder), tell, accesses=accesses).write(container)
        told.append(said)
        done.append(exported)
    container.close(told, signer)
    return done


class _Export:
    """One service's part of an archive."""

    def __init__(self, sealed: Sealed, part: Part, folder: Path, tell: Tell, *, accesses: bool) -> None:
        newest = sealed.seal.newest()
        if newest is None:
            raise NothingSealedError(f"{sealed.service}: nothing is sealed yet")
        self._sealed, self._part, self._folder, self._tell = sealed, part, folder, tell
        self._newest, self._accesses = newest, accesses
        self._tree = sealed.seal.tree(newest.size)
        self._count, self._differs = 0, False
        self._range = (0, -1)
        self._topics: dict[str, bool] = {}

    def write(self, container: Container) -> tuple[dict[str, Any], Exported]:
        name = self._sealed.service
        events, proving = self._folder / EVENTS, self._folder / "proving"
        also = self._folder / TABLE if parquet.available() else None
        with parquet.following(events, also) if also is not None else nullcontext() as whole:
            with events.open("wb", BUFFER) as lines, proving.open("wb", BUFFER) as proofs:
                if self._part.is_whole:
                    self._whole(lines, proofs)
                else:
                    self._some(lines, proofs)
            if whole is not None:
                whole()
            container.add(f"{name}/{EVENTS}", events)
        if also is not None:
            container.add(f"{name}/{also.name}", also)
        container.add(f"{name}/{LEAVES if self._part.is_whole else PROOFS}", proving)
        checkpoints = self._folder / CHECKPOINTS
        with checkpoints.open("wb", BUFFER) as notes:
            notes.writelines(self._checkpoints())
        container.add(f"{name}/{CHECKPOINTS}", checkpoints)
        if self._accesses:
            reads = self._folder / ACCESSES
            with reads.open("wb", BUFFER) as lines:
                rows = self._sealed.accesses.rows(self._newest.position)
                lines.writelines(event_line(row, plain=True) for row in rows)
            container.add(f"{name}/{ACCESSES}", reads)
        for fact in sorted(self._sealed.ledger.facts, key=lambda fact: fact.TOPIC):
            schema = msgspec.json.encode(schema_of(fact.event_name(), fact))
            container.add_bytes(f"{name}/{SCHEMAS}/{fact.event_name()}.v{fact.VERSION}.json", schema)
        return self._said(), Exported(name, self._count, self._newest, self._differs)

    def _said(self) -> dict[str, Any]:
        part = self._part
        return {
            "name": self._sealed.service,
            "origin": self._sealed.origin,
            "size": self._newest.size,
            "events": self._count,
            "complete": part.is_whole,
            "first": self._range[0],
            "last": self._range[1],
            "recorded_from": part.recorded_from,
            "recorded_to": part.recorded_to,
            "school": part.school_urn,
        }

    def _whole(self, lines: IO[bytes], leaves: IO[bytes]) -> None:
        """Every event as it stands, and every leaf as it was sealed: where they differ the archive tells."""
        sealed = self._sealed.seal.leaves(0, self._newest.size)
        for row in self._rows():
            hashed = row_hash(row)
            self._put(lines, row, hashed)
            leaf = next(sealed, None)
            if leaf is not None:
                leaves.write(LEAF.pack(*leaf))
            self._differs |= leaf is None or leaf[1] != hashed
        for leaf in sealed:  # what is missing among the rows
            leaves.write(LEAF.pack(*leaf))
            self._differs = True
        self._range = (0, self._newest.size - 1)

    def _some(self, lines: IO[bytes], proofs: IO[bytes]) -> None:
        first, last = self._stretch()
        leaves = self._sealed.seal.leaves(first, last + 1)
        rows = self._rows()
        row: Row | None = next(rows, None)
        for index, (position, leaf) in enumerate(leaves, first):
            while row is not None and row[0] < position:
                row = next(rows, None)
            if row is None or row[0] != position:
                self._differs = True
                continue
            if self._of_the_school(row):
                hashed = row_hash(row)
                self._put(lines, row, hashed)
                self._differs |= leaf != hashed
                proof = self._tree.inclusion(index)
                said = {
                    "position": str(position),
                    "index": index,
                    "leaf": leaf.hex(),
                    "proof": [n.hex() for n in proof],
                }
                proofs.write(msgspec.json.encode(said) + b"\n")
        self._range = (first, last)

    def _stretch(self) -> tuple[int, int]:
        """The first and the last leaf that was recorded within the instants asked for: instants may not rise."""
        after, before = self._part.recorded_from, self._part.recorded_to
        if after is None and before is None:
            return 0, self._newest.size - 1
        first, last = 0, -1
        for index, row in enumerate(self._rows()):
            at = _said_in(row).recorded_at
            if at is not None and (after is None or at >= after) and (before is None or at < before):
                first, last = (index if last < 0 else first), index
        return first, last

    def _of_the_school(self, row: Row) -> bool:
        return self._part.school_urn is None or _said_in(row).school_urn == self._part.school_urn

    def _rows(self) -> Iterator[Row]:
        return rows_upto(self._sealed.ledger, self._newest.position, self._newest.size, self._tell)

    def _put(self, lines: IO[bytes], row: Row, hashed: bytes | None) -> None:
        self._count += 1
        if hashed is None or not row[1].isalnum() or not self._is_plain_topic(row[3]):
            line = _as_it_stands(row)
        else:
            line = event_line(row, plain=_is_plain(row[4]))
        lines.write(line)

    def _is_plain_topic(self, topic: str) -> bool:
        """Whether a topic is written in JSON as it is; of the few that there are each is looked at once."""
        if topic not in self._topics:
            self._topics[topic] = msgspec.json.encode(topic) == f'"{topic}"'.encode()
        return self._topics[topic]

    def _checkpoints(self) -> Iterator[bytes]:
        """Each with the proof that the newest only adds to it, where the archive is a part."""
        for stored in self._sealed.seal.every_checkpoint():
            if stored.size > self._newest.size:
                return
            proof = [] if self._part.is_whole else self._tree.consistency(stored.size)
            yield msgspec.json.encode({"note": stored.note, "consistency": [node.hex() for node in proof]}) + b"\n"


def _as_it_stands(row: Row) -> bytes:
    """The line of a row that is no event of ours: to be read, and never taken for one."""
    position, *others = row
    shown = [repr(value) for value in others]
    return msgspec.json.encode({"position": str(position), "unreadable": shown}) + b"\n"


def _said_in(row: Row) -> Said:
    try:
        return _said.decode(row[4])
    except (msgspec.DecodeError, TypeError):
        return Said()


def _is_plain(state: bytes) -> bool:
    """Whether a state is JSON in one line, as states are."""
    if b"\n" in state or b"\r" in state:
        return False
    try:
        _json.decode(state)
    except msgspec.DecodeError:
        return False
    return True
