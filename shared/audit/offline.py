"""Checks an audit archive of the CPD ledger offline. It needs Python 3.11 or later and the package `cryptography`.

    python verify.py FILE [--key KEY]... [--checkpoint FILE]...

FILE is an archive, or a proof as a service answered it. One file, so that an auditor can read the whole of it. Hashes,
trees and proofs are those of RFC 9162 (section 2.1), checkpoints are C2SP signed notes (https://c2sp.org/tlog-checkpoint).
Exit code 0: everything is as it was signed; 1: something is not, and each finding says what and where; 2: it could not
be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import heapq
import json
import re
import struct
import sys
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "cpd-audit-archive/1"
HASH = 32
Row = tuple[int, str, int, str, bytes]
"""An event as it is stored: position, stream (32 hexadecimal digits), version in the stream, topic, state."""
Leaf = tuple[int, bytes]
"""The position of a sealed event, and its hash."""

# --- Trees: RFC 9162, section 2.1 ---

_sha256 = hashlib.sha256
_ENTRY = struct.Struct(">QQII")
EMPTY_ROOT = _sha256(b"").digest()


def entry(row: Row) -> bytes:
    """The bytes of an event that are hashed: position, version, two lengths (big-endian), stream, topic, state.

    Raises struct.error, AttributeError or TypeError for what no event can be.
    """
    position, stream, version, topic, state = row
    stream_bytes, topic_bytes = stream.encode(), topic.encode()
    return _ENTRY.pack(position, version, len(stream_bytes), len(topic_bytes)) + stream_bytes + topic_bytes + state


def event_in(data: bytes) -> Row:
    """The event of the bytes that are hashed. Raises ValueError."""
    try:
        position, version, stream_length, topic_length = _ENTRY.unpack_from(data)
    except struct.error as error:
        raise ValueError("it is too short for an event") from error
    stream, topic = data[_ENTRY.size :][:stream_length], data[_ENTRY.size + stream_length :][:topic_length]
    return position, stream.decode(), version, topic.decode(), data[_ENTRY.size + stream_length + topic_length :]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of 0x00 and the data."""
    return _sha256(b"\0" + data).digest()


def row_hash(row: Row) -> bytes | None:
    """The leaf hash of an event; None for what no event can be."""
    try:
        return leaf_hash(entry(row))
    except (struct.error, AttributeError, TypeError, UnicodeEncodeError):
        return None


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01 and its two children."""
    return _sha256(b"\1" + left + right).digest()


class Roots:
    """The root of a growing tree, of which only the peaks are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        size = self.size
        self.size = size + 1
        while size & 1:
            leaf = _sha256(b"\1" + self._peaks.pop() + leaf).digest()
            size >>= 1
        self._peaks.append(leaf)

    def root(self) -> bytes:
        """The root of what was added so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that a leaf has by its inclusion proof (section 2.1.3.2); None where the proof does not fit."""
    if not 0 <= index < size or not _are_hashes(leaf, *proof):
        return None
    node, last = index, size - 1
    root = leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        node >>= 1
        last >>= 1
    return root if last == 0 else None


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether by its consistency proof the tree of size `second` only adds to that of size `first` (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path or not _are_hashes(second_root, *path):
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root


def _are_hashes(*found: bytes) -> bool:
    return all(len(one) == HASH for one in found)


# --- Signed notes and checkpoints: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint ---

ED25519 = b"\x01"
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


class BadNoteError(Exception):
    """A text that is no signed note, or is signed by no key that is accepted."""


class BadKeyError(Exception):
    """A text that is no public key of the form `<name>+<8 hexadecimal digits>+<base64>`."""


@dataclass(frozen=True)
class Key:
    """A public key under the name that it signs with."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that a signature names its key by."""
        return _sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"


def read_key(text: str) -> Key:
    """The key in `<name>+<id>+<base64>`. Raises BadKeyError."""
    try:
        name, stated, encoded = text.strip().split("+", 2)
        decoded = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise BadKeyError(f"{text.strip()!r} is no public key of the form name+id+base64") from error
    key = Key(name, decoded[1:])
    if decoded[:1] != ED25519 or len(key.public) != HASH or key.id.hex() != stated or not name:
        raise BadKeyError(f"{text.strip()!r} is no Ed25519 key, or its id is not that of the key")
    return key


def read_keys(text: str) -> list[Key]:
    """The keys of a list, one a line; empty lines and those that begin with # are left out. Raises BadKeyError."""
    return [read_key(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def opened(note: str, keys: Sequence[Key]) -> tuple[str, Key]:
    """The text of a signed note, and the key of `keys` that signed it. Raises BadNoteError."""
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")
    if not blank or len(lines) != 2 or lines[1]:
        raise BadNoteError("it is not a text, an empty line and the line of one signature")
    found = _SIGNATURE.fullmatch(lines[0])
    if found is None:
        raise BadNoteError("its signature line is not of the form that it must have")
    try:
        stated = base64.b64decode(found[2], validate=True)
    except ValueError as error:
        raise BadNoteError("its signature is not base64") from error
    if base64.b64encode(stated).decode() != found[2]:
        raise BadNoteError("its signature is not written as it must be")
    key = next((key for key in keys if key.name == found[1] and key.id == stated[:4]), None)
    if key is None:
        raise BadNoteError(f"it is signed by {found[1]}+{stated[:4].hex()}, which is no key that is accepted here")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(stated[4:], (text + "\n").encode())
    except InvalidSignature as error:
        raise BadNoteError(f"its signature by {key.name}+{key.id.hex()} does not fit its text") from error
    return text + "\n", key


class Checkpoint(NamedTuple):
    """What was signed of a log: its size and root, at an instant; `position` is that of its last event."""

    origin: str
    size: int
    root: bytes
    signed_at: str
    position: int


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """The text that is signed."""
    origin, size, root, signed_at, position = checkpoint
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\ntime {signed_at}\nposition {position}\n"


def note_in(path: Path) -> str:
    """The note that was kept in a file, to which whatever wrote it may have added ends of line."""
    return path.read_text(encoding="utf-8").rstrip() + "\n"


def read_checkpoint(note: str, keys: Sequence[Key]) -> Checkpoint:
    """The checkpoint in a signed note. Raises BadNoteError."""
    return _checkpoint_in(opened(note, keys)[0])


def read_unsigned(note: str) -> Checkpoint:
    """The checkpoint in a note, whoever signed it: to show, never to trust. Raises BadNoteError."""
    return _checkpoint_in(note.rpartition("\n\n")[0] + "\n")


def _checkpoint_in(text: str) -> Checkpoint:
    lines = text.split("\n")
    try:
        origin, size, root, time, position, _ = lines
        found = Checkpoint(
            origin, int(size), base64.b64decode(root), time.removeprefix("time "), int(position.partition(" ")[2])
        )
    except ValueError as error:
        raise BadNoteError("it is no checkpoint") from error
    if checkpoint_text(found) != text or not _SIZE.fullmatch(size):
        raise BadNoteError("it is not written as a checkpoint is")
    return found


# --- Events against what was sealed ---

NO_ROW: Row = (-1, "", 0, "", b"")

KEPT = 10_000
"""Of how many differences of a kind the place is told; beyond that they are counted."""
NEIGHBOURS = 8
ALL_PAIRS = 300


class Claim(NamedTuple):
    """A checkpoint and where it comes from."""

    checkpoint: Checkpoint
    source: str


@dataclass
class Differences:
    """How events differ from the leaves that were sealed: by index and position, the first `KEPT` of each kind."""

    altered: list[tuple[int, Row, bytes]] = field(default_factory=list)
    missing: list[tuple[int, int, bytes]] = field(default_factory=list)
    extra: list[Row] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"altered": 0, "missing": 0, "extra": 0})
    sealed: int = 0
    unsealed: int = 0

    def __bool__(self) -> bool:
        return any(self.counts.values())

    def note(self, kind: str, what: Any) -> None:
        self.counts[kind] += 1
        if self.counts[kind] <= KEPT:
            getattr(self, kind).append(what)

    def told(self, noun: str = "event") -> Iterator[str]:
        """Each difference in words, with its place. `noun` is what was sealed."""
        moved = self._moved()
        back = {index for index, _ in moved.values()}
        for index, row, _ in self.altered:
            if id(row) in moved:
                here = f"at position {row[0]} (leaf {index})"
                yield f"reordered: {here} stands the {noun} of position {moved[id(row)][1]}"
            else:
                gone = "" if index in back else f"; the {noun} that was sealed there is nowhere to be found"
                yield f"altered: the {noun} at position {row[0]} (leaf {index}) is not the one that was sealed{gone}"
        for index, position, _ in self.missing:
            if index not in back:
                yield f"missing: the {noun} of position {position} (leaf {index})"
        for row in self.extra:
            if row is NO_ROW:
                yield f"unreadable: a line that is no {noun}"
            elif id(row) in moved:
                yield f"reordered: the {noun} of position {moved[id(row)][1]} does not stand in its place"
            else:
                yield f"inserted: an {noun} at position {row[0]} that was never sealed"
        for kind, count in self.counts.items():
            if count > KEPT:
                yield f"{kind}: {count - KEPT} more"

    def _moved(self) -> dict[int, tuple[int, int]]:
        """Of events that stand where they do not belong (by their id in memory), the leaf that they were sealed as."""
        places = sorted([(i, row[0], leaf) for i, row, leaf in self.altered] + self.missing)
        strays = [row for _, row, _ in self.altered] + self.extra
        found: dict[int, tuple[int, int]] = {}
        for row in strays:
            if not isinstance(row[0], int):
                continue
            as_it_stands = row_hash(row)
            for index, position, leaf in _near(places, row[0]):
                if leaf in (as_it_stands, row_hash((position, *row[1:]))):
                    found[id(row)] = (index, position)
                    break
        return found


def _near(places: list[tuple[int, int, bytes]], position: int) -> list[tuple[int, int, bytes]]:
    """Where an event may have come from: anywhere while differences are few, the nearest first; else beside it."""
    if len(places) <= ALL_PAIRS:
        return sorted(places, key=lambda place: abs(place[1] - position))
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if places[middle][1] < position else (low, middle)
    return places[max(0, low - NEIGHBOURS) : low + NEIGHBOURS]


def compare(rows: Iterable[Row], leaves: Iterable[Leaf], sealed: Callable[[bytes], None]) -> Differences:
    """Hold events, in the order in which they stand, against the leaves. `sealed` is told each leaf, in turn."""
    found = Differences()
    standing = iter(rows)
    row = next(standing, None)
    index, last = -1, 0
    for index, (position, leaf) in enumerate(leaves):
        sealed(leaf)
        while row is not None and not _reaches(row, position):
            found.note("extra", row)
            row = next(standing, None)
        if row is not None and row[0] == position:
            if row_hash(row) != leaf:
                found.note("altered", (index, row, leaf))
            row = next(standing, None)
        else:
            found.note("missing", (index, position, leaf))
        last = position
    found.sealed = index + 1
    for beyond in chain(() if row is None else (row,), standing):
        if isinstance(beyond[0], int) and beyond[0] > last:
            found.unsealed += 1
        else:
            found.note("extra", beyond)
    return found


def _reaches(row: Row, position: int) -> bool:
    return isinstance(row[0], int) and row[0] >= position


def counted(number: int, what: str) -> str:
    """How many of what."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def strangers(held: Iterable[str], origins: Container[str]) -> Iterator[str]:
    """What is found of checkpoints that were given and are of none of these logs: nothing was held against them."""
    for note in held:
        origin = note.partition("\n")[0]
        if origin not in origins:
            yield f"a checkpoint was given of the log {origin[:100]!r}, and there is no such log here"


class Judged:
    """Checkpoints in the order of their sizes, each held against the root of so many leaves."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.roots = Roots()
        self.wrong: list[tuple[Claim, int]] = []
        """Those that the leaves do not bear out, the first `KEPT`, each with how far an earlier one does."""
        self.number = 0
        self._kept = 0
        self._coming = iter(claims)
        self._next = next(self._coming, None)

    def add(self, leaf: bytes) -> None:
        """The next leaf, and whatever checkpoint is of just so many."""
        self.roots.add(leaf)
        if self._next is not None and self._next.checkpoint.size <= self.roots.size:
            self._judge()

    def beyond(self) -> Iterator[Claim]:
        """Those of more leaves than there are."""
        while self._next is not None:
            yield self._taken(self._next)

    def _judge(self) -> None:
        size, root = self.roots.size, self.roots.root()
        kept = self._kept
        while (claim := self._next) is not None and claim.checkpoint.size <= size:
            if (claim.checkpoint.size, claim.checkpoint.root) == (size, root):
                self._kept = size
            elif len(self.wrong) < KEPT:
                self.wrong.append((claim, kept))
            self._taken(claim)

    def _taken(self, claim: Claim) -> Claim:
        self.number += 1
        self._next = next(self._coming, None)
        return claim


def by_size(*claims: Iterable[Claim]) -> Iterator[Claim]:
    """Claims that each come in the order of their sizes, as one."""
    return heapq.merge(*claims, key=_size)


def _size(claim: Claim) -> int:
    return claim.checkpoint.size


def check_log(
    rows: Callable[[], Iterable[Row]], leaves: Callable[[], Iterable[Leaf]], claims: Iterable[Claim]
) -> tuple[Differences, int, list[str]]:
    """Hold events against leaves, and the leaves against checkpoints that come in the order of their sizes.

    Gives the differences, how many checkpoints there were, and the findings, in words.
    """
    judged = Judged(claims)
    differences = compare(rows(), leaves(), judged.add)
    findings = list(_told_of_wrong(rows, judged.wrong)) if judged.wrong else []
    end = judged.roots.size
    for claim in islice(judged.beyond(), KEPT):
        size = claim.checkpoint.size
        findings.append(f"truncated: {_named(claim)} is of {size} events, and only {end} are sealed here")
    return differences, judged.number, [*findings, *differences.told()]


def _told_of_wrong(rows: Callable[[], Iterable[Row]], wrong: Sequence[tuple[Claim, int]]) -> Iterator[str]:
    """Whether it is the events or only the stored hashes that are not as they were signed."""
    of_rows = _roots_of_rows(rows(), {claim.checkpoint.size for claim, _ in wrong})
    for claim, kept in wrong:
        size = claim.checkpoint.size
        if of_rows.get(size) == claim.checkpoint.root:
            yield f"damaged hashes: the events are as signed in {_named(claim)}, the hashes stored beside them are not"
        else:
            yield (
                f"rewritten: {_named(claim)} was signed for another history than this; "
                f"the first {kept} events are as signed, what differs is among events {kept + 1} to {size}"
            )


def _roots_of_rows(rows: Iterable[Row], sizes: set[int]) -> dict[int, bytes]:
    roots, found = Roots(), {}
    for row in rows:
        hashed = row_hash(row)
        if hashed is None:
            break
        roots.add(hashed)
        if roots.size in sizes:
            found[roots.size] = roots.root()
    return found


def _named(claim: Claim) -> str:
    return f"the {claim.source} checkpoint {claim.checkpoint.size} of {claim.checkpoint.signed_at}"


# --- The container: a zip file that can be written in one way only ---

_LOCAL = struct.Struct("<IHHHHHIIIHHHHQQ")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHIIHHQQQ")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
DAY = 0x21
"""1 January 1980, the first day that a zip file can name."""
MADE_BY = 3 << 8 | 45
MODE = 0o100644 << 16
FULL = 0xFFFFFFFF
CHUNK = 1 << 17
LARGEST_HELD = 1 << 28
"""Bytes. A manifest, a list of keys or of checkpoints is never larger."""
LONGEST_LINE = 1 << 24
"""Bytes. No event, proof or checkpoint has a longer line."""


class DamagedContainerError(Exception):
    """The bytes of a file are not those of an archive; the text says from which on."""


class Member(NamedTuple):
    """A file in the container: where its bytes begin, how many, and their CRC-32."""

    name: str
    size: int
    crc: int
    offset: int


def local_header(name: str, crc: int, size: int) -> bytes:
    """What stands before a member's bytes."""
    encoded = name.encode()
    fixed = _LOCAL.pack(0x04034B50, 45, 0, 0, 0, DAY, crc, FULL, FULL, len(encoded), 20, 1, 16, size, size)
    return fixed[:30] + encoded + fixed[30:]


def central_directory(members: Sequence[Member], start: int) -> bytes:
    """What stands behind the members, from byte `start` on."""
    parts = []
    for name, size, crc, offset in members:
        encoded = name.encode()
        fixed = _CENTRAL.pack(
            *(0x02014B50, MADE_BY, 45, 0, 0, 0, DAY, crc, FULL, FULL, len(encoded), 28, 0, 0, 0, MODE, FULL),
            *(1, 24, size, size, offset - len(local_header(name, crc, size))),
        )
        parts.append(fixed[:46] + encoded + fixed[46:])
    directory, count = b"".join(parts), len(members)
    end = start + len(directory)
    return b"".join(
        (
            directory,
            struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, MADE_BY, 45, 0, 0, count, count, len(directory), start),
            struct.pack("<IIQI", 0x07064B50, 0, end, 1),
            struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, FULL, FULL, 0),
        )
    )


def read_container(file: BinaryIO) -> list[Member]:
    """The members of an archive, whose headers are all as they must be. Raises DamagedContainerError."""
    length = file.seek(0, 2)
    by_name: dict[str, Member] = {}
    at = 0
    while (member := _member_at(file, at, length)) is not None:
        if member.name in by_name:
            raise DamagedContainerError(f"at byte {at}: there are two members {member.name}")
        by_name[member.name] = member
        at = member.offset + member.size
    members = list(by_name.values())
    expected = central_directory(members, at)
    file.seek(at)
    found = file.read(len(expected) + 1)
    if found != expected:
        differs = next((n for n, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), None)
        place = at + (min(len(found), len(expected)) if differs is None else differs)
        raise DamagedContainerError(
            f"at byte {place}: the directory is not that of the {len(members)} members before it"
        )
    return members


def _member_at(file: BinaryIO, at: int, length: int) -> Member | None:
    """The member whose header is at byte `at`; None where none begins there."""
    file.seek(at)
    fixed = file.read(30)
    if len(fixed) < 30 or fixed[:4] != b"PK\x03\x04":
        return None
    crc, name_length = struct.unpack_from("<I", fixed, 14)[0], struct.unpack_from("<H", fixed, 26)[0]
    raw, extra = file.read(name_length), file.read(20)
    name = raw.decode("ascii", "replace")
    size = struct.unpack_from("<Q", extra, 4)[0] if len(extra) == 20 else 0
    if not _NAME.fullmatch(name) or fixed + raw + extra != local_header(name, crc, size):
        raise DamagedContainerError(f"at byte {at}: the header of a member ({name[:100]}) is not as it must be")
    offset = at + len(fixed) + len(raw) + len(extra)
    if offset + size > length:
        raise DamagedContainerError(f"at byte {length}: the file ends within its member {name}")
    return Member(name, size, crc, offset)


class Window:
    """Lines or bytes of one member, read in pieces; by several threads at once, with one lock for all of a file."""

    def __init__(self, file: BinaryIO, member: Member, alone: Lock) -> None:
        self._file, self.member, self._alone = file, member, alone

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        at, end = self.member.offset, self.member.offset + self.member.size
        while at < end:
            with self._alone:
                self._file.seek(at)
                piece = self._file.read(min(size, end - at))
            if not piece:
                return
            at += len(piece)
            yield piece

    def real_file(self) -> int | None:
        """The descriptor of the file that it is in; None where that is in memory alone."""
        try:
            return self._file.fileno()
        except OSError:
            return None

    def lines(self) -> Iterator[bytes]:
        """Each with its end of line; the last may have none, and a longer one than there can be comes in pieces."""
        rest = b""
        for piece in self.chunks():
            first, found, last = (rest + piece).rpartition(b"\n")
            rest = last
            if found:
                for line in first.split(b"\n"):
                    yield line + b"\n"
            if len(rest) >= LONGEST_LINE:
                yield rest
                rest = b""
        if rest:
            yield rest

    def whole(self) -> bytes:
        """All of it. Raises DamagedContainerError where it is far larger than such a member can be."""
        if self.member.size > LARGEST_HELD:
            raise DamagedContainerError(f"{self.member.name} is larger than such a file can be")
        return b"".join(self.chunks())

    def digest(self) -> tuple[str, int]:
        """SHA-256, in hexadecimal digits, and CRC-32."""
        hashed, crc = _sha256(), 0
        for piece in self.chunks():
            hashed.update(piece)
            crc = zlib.crc32(piece, crc)
        return hashed.hexdigest(), crc


# --- The archive ---

_EVENT = re.compile(
    rb'\{"position":"(\d{1,19})","stream":"([0-9a-f]{32})","version":(\d{1,19}),"topic":"([^"\\\x00-\x1f]*)",'
    rb'"state(?:":(.+)|_base64":"([A-Za-z0-9+/=]*)")\}\n',
    re.DOTALL,
)
LEAF = struct.Struct(">Q32s")
MANIFEST, SIGNATURE, KEYS = "manifest.json", "manifest.sig", "keys.txt"
EVENTS, LEAVES, PROOFS, CHECKPOINTS = "events.ndjson", "leaves.bin", "proofs.ndjson", "checkpoints.ndjson"
ACCESSES, TABLE, SCHEMAS = "accesses.ndjson", "events.parquet", "schemas"
OF_A_SERVICE = (EVENTS, TABLE, LEAVES, PROOFS, CHECKPOINTS, ACCESSES, SCHEMAS)
README, VERIFIER = "README.txt", "verify.py"
BESIDE = (README, VERIFIER, KEYS, MANIFEST, SIGNATURE)
"""What an archive has, in a folder for each service and beside those."""


def event_line(row: Row, *, plain: bool) -> bytes:
    """The line of an event. `plain`: its state is JSON in one line, and then stands there as it is stored."""
    position, stream, version, topic, state = row
    shown = b":" + state if plain else b'_base64":"' + base64.b64encode(state) + b'"'
    start = f'{{"position":"{position}","stream":"{stream}","version":{version},"topic":"{topic}","state'
    return start.encode() + (b'"' if plain else b"") + shown + b"}\n"


def read_line(line: bytes) -> Row:
    """The event of a line, with exactly the state that was stored; `NO_ROW` for what is none."""
    found = _EVENT.fullmatch(line)
    if found is None:
        return NO_ROW
    position, stream, version, topic, state, encoded = found.groups()
    try:
        stored = state if encoded is None else base64.b64decode(encoded, validate=True)
        return int(position), stream.decode(), int(version), topic.decode(), stored
    except ValueError:
        return NO_ROW


def read_json(text: bytes) -> Any:
    """What JSON says. Raises ValueError, for nesting without end too."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


# --- Accesses: who read what, each line that of an event whose topic is `access` and whose stream a salt ---

_SEALED, _FORGOTTEN = ".AccessesSealed", ".AccessesForgotten"


@dataclass(frozen=True)
class AccessSeal:
    """The event at `position` seals the `count` accesses numbered `first` to `last`; `root` is that of their tree."""

    first: int
    last: int
    count: int
    root: str
    position: int


class AccessSeals(NamedTuple):
    """What a log says of accesses: the seals of those not taken away since, up to which number they are sealed and
    were taken away, and, in words, which were passed over.
    """

    standing: list[AccessSeal]
    sealed: int
    forgotten: int
    passed_over: list[str]


def says_of_accesses(line: bytes) -> bool:
    """Whether the line of an event may be one that says something of accesses."""
    return b".Accesses" in line


def access_seals(events: Iterable[tuple[int, str, bytes]]) -> AccessSeals:
    """What events, by position, topic and state, say of accesses.

    Raises ValueError, KeyError or TypeError for one that does not say what it must.
    """
    found: list[AccessSeal] = []
    passed_over, sealed, forgotten = [], 0, 0
    for position, topic, state in events:
        if topic.endswith(_SEALED):
            said = read_json(state)
            seal = AccessSeal(said["first"], said["last"], said["count"], said["root"], position)
            if seal.first != sealed + 1:
                passed_over.append(f"no seal: accesses {sealed + 1} to {seal.first - 1} were passed over")
            sealed = seal.last
            found.append(seal)
        elif topic.endswith(_FORGOTTEN):
            forgotten = read_json(state)["last"]
    return AccessSeals([seal for seal in found if seal.last > forgotten], sealed, forgotten, passed_over)


def check_accesses(accesses: Iterable[Row], seals: Iterable[AccessSeal]) -> tuple[int, list[str]]:
    """Hold accesses, in the order of their numbers, against their seals. Gives how many there were, and findings."""
    findings, number = [], 0
    coming = iter(accesses)
    row = next(coming, None)
    for seal in seals:
        roots = Roots()
        while row is not None and row[0] <= seal.last:
            roots.add(row_hash(row) or b"")
            row = next(coming, None)
        number += roots.size
        if roots.root().hex() != seal.root:
            which = f"accesses {seal.first} to {seal.last}"
            findings.append(f"altered: {which} are not those sealed at position {seal.position}")
    if row is not None:
        findings.append(f"inserted: accesses from number {row[0]} on, which nothing seals")
    return number, findings


@dataclass
class Report:
    """What was checked, in words, and what is not as it was signed."""

    lines: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    """What the manifest says of each service: to be believed where nothing was found."""
    uncompared: list[str] = field(default_factory=list)
    """What was held against its hash alone and says what events say, in words."""

    def told(self) -> Iterator[str]:
        """All of it, in lines to be printed."""
        yield from map(printable, self.lines)
        yield from (f"NOT COMPARED  {printable(each)}" for each in self.uncompared)
        yield from (f"WRONG  {printable(each)}" for each in self.findings)


def printable(text: str) -> str:
    """A text of which nothing is taken for a command or an end of line, as who wrote an archive might wish."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class TableReport(NamedTuple):
    """How many rows the Parquet of so many events has; in words the first that says otherwise, and what stays open."""

    rows: int
    otherwise: str = ""
    uncompared: str = ""


TableCheck = Callable[[Window, Window], TableReport]
"""Holds Parquet, the second, against events; in a thread of its own, while these are checked."""


def not_compared(events: Window, table: Window) -> TableReport:  # noqa: ARG001
    """What this file alone can say of Parquet."""
    return TableReport(
        0,
        uncompared="only its hash is as signed; whoever holds the key can have it say otherwise than the events. "
        "`cpd audit verify`, where DuckDB is installed, compares them",
    )


def check_archive(
    file: BinaryIO, keys: Sequence[Key] = (), held: Sequence[str] = (), compare_table: TableCheck = not_compared
) -> Report:
    """Check every byte of an archive. `keys` are those that the reader has from elsewhere and trusts; without any,
    those in the archive are believed, and the report says so. `held` are checkpoints, as notes, from elsewhere.
    `compare_table` needs more than this file: without it Parquet is held against its hash alone, which is said.
    """
    report = Report()
    try:
        alone = Lock()
        members = {member.name: Window(file, member, alone) for member in read_container(file)}
        Archive(members, keys, held, report, compare_table).check()
    except DamagedContainerError as error:
        report.findings.append(f"damaged container: {error}")
    return report


def archived_rows(file: BinaryIO, service: str) -> Iterator[Row]:
    """The events of a service, in order, of an archive that was checked. Raises DamagedContainerError."""
    for member in read_container(file):
        if member.name == f"{service}/{EVENTS}":
            yield from map(read_line, Window(file, member, Lock()).lines())


class Archive:
    """One archive under examination."""

    def __init__(
        self,
        members: dict[str, Window],
        keys: Sequence[Key],
        held: Sequence[str],
        report: Report,
        compare_table: TableCheck,
    ) -> None:
        self._members, self._held, self._report = members, held, report
        self._given, self._compare_table = keys, compare_table
        self._origins: set[str] = set()
        self._as_signed: set[str] = set()
        self._keys = list(keys)

    def check(self) -> None:
        if missing := [name for name in (MANIFEST, SIGNATURE, KEYS) if name not in self._members]:
            self._find(f"missing: {', '.join(missing)}: this is no archive of the ledger, or not a whole one")
            return
        self._read_keys()
        manifest = self._manifest()
        if not manifest:
            return  # it was said why
        self._check_members(manifest, signed=not self._report.findings)
        self._report.services = self._services(manifest)
        with ThreadPoolExecutor(1) as beside:
            for service in self._report.services:
                try:
                    self._check_service(service, beside)
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    self._find(
                        f"unreadable: what is said of a service cannot be read ({type(error).__name__}: {error})"
                    )
        self._report.findings += strangers(self._held, self._origins)

    def _find(self, text: str) -> None:
        self._report.findings.append(text)

    def _read_keys(self) -> None:
        try:
            inside = read_keys(self._members[KEYS].whole().decode())
        except (BadKeyError, UnicodeDecodeError) as error:
            self._find(f"{KEYS}: {error}")
            return
        if not self._given:
            self._keys = inside
            self._report.lines.append("no key was given: those in the archive are believed. Compare them with yours:")
            self._report.lines += [f"  {key}" for key in inside]

    def _manifest(self) -> dict[str, Any]:
        text, signature = self._members[MANIFEST].whole(), self._members[SIGNATURE].whole()
        try:
            _, key = opened((text + b"\n" + signature).decode(), self._keys)
            self._report.lines.append(f"the manifest is signed by {key.name}+{key.id.hex()}")
        except (BadNoteError, UnicodeDecodeError) as error:
            self._find(f"{MANIFEST}: {error}")
        try:
            manifest = read_json(text)
            if manifest["format"] == FORMAT:
                return dict(manifest)
            self._find(f"{MANIFEST}: it is of the form {manifest['format']}, this reads {FORMAT}")
        except (ValueError, TypeError, KeyError) as error:
            self._find(f"{MANIFEST}: it cannot be read ({error})")
        return {}

    def _services(self, manifest: dict[str, Any]) -> list[dict[str, Any]]:
        """What the manifest says of each service. It names each whose events are here: no others would be checked."""
        found = manifest.get("services")
        services = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        if not services or services != found:
            self._find(f"{MANIFEST}: what it says of the services cannot be read")
        names = [each.get("name") for each in services]
        if len(names) != len({str(name) for name in names}):
            self._find(f"{MANIFEST}: it names a service twice")
        for folder in dict.fromkeys(name.partition("/")[0] for name in self._members if "/" in name):
            if folder not in names:
                self._find(f"unproven: {folder}/ is of no service that the manifest names")
        for name in self._members:
            if name not in BESIDE and name.partition("/")[2].partition("/")[0] not in OF_A_SERVICE:
                self._find(f"unproven: {name} is nothing that an archive has")
        return services

    def _check_members(self, manifest: dict[str, Any], *, signed: bool) -> None:
        """Every member by its hash, and no other."""
        try:
            named = {one["name"]: (one["sha256"], one["bytes"]) for one in manifest.get("members", ())}
        except (KeyError, TypeError) as error:
            self._find(f"{MANIFEST}: its list of members cannot be read ({error!r})")
            return
        for name, window in self._members.items():
            digest, crc = window.digest()
            if crc != window.member.crc:
                self._find(f"altered: {name} is not what its checksum in the container says")
            if name in (MANIFEST, SIGNATURE):
                continue
            if name not in named:
                self._find(f"inserted: {name} is not in the manifest")
            elif (digest, window.member.size) != named[name]:
                self._find(f"altered: {name} is not what the manifest says")
            elif signed:
                self._as_signed.add(name)
        self._report.findings += [f"missing: {name}" for name in named if name not in self._members]
        expected = [*named, MANIFEST, SIGNATURE]
        if manifest and set(expected) == set(self._members) and expected != list(self._members):
            self._find("reordered: the members do not stand in the order of the manifest")
        self._report.lines.append(
            f"{len(self._members)} members, each held against its hash in the manifest; "
            f"{README}, {VERIFIER} and {SCHEMAS} against nothing else"
        )

    def _check_service(self, service: dict[str, Any], beside: ThreadPoolExecutor) -> None:
        name, origin = service["name"], service["origin"]
        windows = {part: self._members.get(f"{name}/{part}") for part in (EVENTS, LEAVES, PROOFS, CHECKPOINTS)}
        needed = (EVENTS, CHECKPOINTS, LEAVES if service["complete"] else PROOFS)
        if gone := [f"{name}/{part}" for part in needed if windows[part] is None]:
            self._find(f"missing: {', '.join(gone)}")
            return
        events, checkpoints = windows[EVENTS], windows[CHECKPOINTS]
        assert events is not None and checkpoints is not None  # noqa: S101, PT018  said above
        self._origins.add(origin)
        table = self._table(name, events, beside)
        ours = [note for note in self._held if note.partition("\n")[0] == origin]
        held = sorted((claim for note in ours for claim in self._held_claim(name, note)), key=_size)
        archived = _Archived(name, origin, checkpoints, self._keys, self._find)
        if service["complete"]:
            self._check_whole(name, events, windows[LEAVES], by_size(archived.claims(), held), service)
        else:
            self._check_part(name, events, windows[PROOFS], (archived, held), service)
        if (accesses := self._members.get(f"{name}/{ACCESSES}")) is not None:
            self._check_accesses(name, events, accesses)
        if table is not None:
            self._tell_of_table(f"{name}/{TABLE}", table.result())
        if not archived.has(service["size"]):
            self._find(f"{name}: there is no checkpoint of its {service['size']} events that can be believed")

    def _check_accesses(self, name: str, events: Window, accesses: Window) -> None:
        said = map(read_line, filter(says_of_accesses, events.lines()))
        seals = access_seals((position, topic, state) for position, _, _, topic, state in said)
        number, findings = check_accesses(map(read_line, accesses.lines()), seals.standing)
        self._report.findings += [f"{name}: {finding}" for finding in (*seals.passed_over, *findings)]
        self._report.lines.append(f"{name}: {number} accesses, held against {counted(len(seals.standing), 'seal')}")

    def _table(self, name: str, events: Window, beside: ThreadPoolExecutor) -> Future[TableReport] | None:
        """The comparison of a service's Parquet, under way meanwhile; None where there is none.

        What the manifest's signature does not bear out is never read as Parquet.
        """
        table = f"{name}/{TABLE}"
        if table not in self._as_signed:
            return None
        return beside.submit(self._compare_table, events, self._members[table])

    def _tell_of_table(self, table: str, found: TableReport) -> None:
        if found.otherwise:
            self._find(f"{table}: otherwise than the events: {found.otherwise}")
        elif found.uncompared:
            self._report.uncompared.append(f"{table}: {found.uncompared}")
        else:
            self._report.lines.append(f"{table}: {counted(found.rows, 'row')}, as the events make them")

    def _held_claim(self, name: str, note: str) -> list[Claim]:
        try:
            return [Claim(read_checkpoint(note, self._keys), "given")]
        except BadNoteError as error:
            self._find(f"{name}: the checkpoint that was given: {error}")
            return []

    def _check_whole(
        self, name: str, events: Window, leaves: Window | None, claims: Iterable[Claim], service: dict[str, Any]
    ) -> None:
        assert leaves is not None  # noqa: S101  the caller saw to it

        def sealed() -> Iterator[Leaf]:
            for piece in leaves.chunks(LEAF.size * 8192):
                yield from LEAF.iter_unpack(piece[: len(piece) - len(piece) % LEAF.size])

        if leaves.member.size % LEAF.size:
            self._find(f"truncated: {name}/{LEAVES} ends within a hash")
        differences, number, findings = check_log(lambda: map(read_line, events.lines()), sealed, claims)
        self._report.findings += [f"{name}: {finding}" for finding in findings]
        if differences.sealed != service["size"] or differences.unsealed:
            self._find(f"{name}: the archive says {service['size']} events, {differences.sealed} are sealed in it")
        self._report.lines.append(
            f"{name}: {counted(differences.sealed, 'event')}, all of them from the first on, "
            f"held against {counted(number, 'checkpoint')}"
        )

    def _check_part(
        self,
        name: str,
        events: Window,
        proofs: Window | None,
        checkpoints: tuple[_Archived, Sequence[Claim]],
        service: dict[str, Any],
    ) -> None:
        assert proofs is not None  # noqa: S101  the caller saw to it
        (archived, held), size = checkpoints, service["size"]
        newest = archived.of(size)
        if newest is None:
            return
        for checkpoint, proof in archived.every():
            if not is_consistent(checkpoint.size, size, checkpoint.root, newest.root, proof):
                self._find(f"{name}: rewritten: the checkpoint {size} does not only add to that of {checkpoint.size}")
        for claim in held:
            known = archived.of(claim.checkpoint.size)
            if claim.checkpoint.size > size:
                self._find(f"{name}: truncated: {_named(claim)} is of more than the {size} events of this log")
            elif known is None:
                self._find(f"{name}: taken back: {_named(claim)} is not among those of this log")
            elif known.root != claim.checkpoint.root:
                self._find(f"{name}: rewritten: {_named(claim)} was of other events")
        indexes: list[int] = []
        differences = compare(
            map(read_line, events.lines()), self._proven(name, proofs, newest, indexes), lambda _: None
        )
        self._report.findings += [f"{name}: {finding}" for finding in differences.told()]
        if differences.unsealed:
            self._find(f"{name}: inserted: {differences.unsealed} events without a proof")
        self._check_range(name, indexes, service, differences.sealed)

    def _proven(self, name: str, proofs: Window, newest: Checkpoint, ends: list[int]) -> Iterator[Leaf]:
        """The leaves of a part, each as its proof has it. `ends` gets the first index, the last, and gaps."""
        previous = -1
        for number, line in enumerate(proofs.lines(), 1):
            try:
                said = read_json(line)
                position, index, leaf = int(said["position"]), said["index"], bytes.fromhex(said["leaf"])
                root = root_by_inclusion(index, newest.size, leaf, [bytes.fromhex(node) for node in said["proof"]])
            except (ValueError, TypeError, KeyError) as error:
                self._find(f"{name}: proof {number} cannot be read ({error})")
                continue
            if root != newest.root:
                self._find(
                    f"{name}: altered: the proof of position {position} (leaf {index}) does not lead to the root"
                )
            if index <= previous:
                self._find(f"{name}: reordered: the proof of position {position} (leaf {index})")
            if not ends or index != previous + 1:
                ends.append(index)
            previous = index
            yield position, leaf
        ends.append(previous)

    def _check_range(self, name: str, ends: list[int], service: dict[str, Any], count: int) -> None:
        """A part without a school is a stretch of the log, of which nothing may be left out."""
        if count != service["events"]:
            self._find(f"{name}: the archive says {service['events']} events, there are proofs of {count}")
        if service.get("school") is not None:
            told = "that there are no others of the school a part cannot show: a whole archive does"
        elif count and ends != [service["first"], service["last"]]:
            self._find(
                f"{name}: missing: the events are not all those of leaves {service['first']} to {service['last']}"
            )
            return
        else:
            told = f"all of leaves {service['first']} to {service['last']}" if count else "none were recorded then"
        self._report.lines.append(f"{name}: {count} of {service['size']} events, each by its proof; {told}")


class _Archived:
    """The checkpoints of one service in an archive, read anew whenever they are gone through."""

    def __init__(
        self, name: str, origin: str, window: Window, keys: Sequence[Key], find: Callable[[str], None]
    ) -> None:
        self._name, self._origin, self._window, self._keys = name, origin, window, keys
        self._find: Callable[[str], None] | None = find
        self._sizes: set[int] = set()

    def every(self) -> Iterator[tuple[Checkpoint, list[bytes]]]:
        """Those that can be believed, each with the proof that the last only adds to it; others are found once."""
        last = 0
        for number, line in enumerate(self._window.lines(), 1):
            try:
                said = read_json(line)
                found = read_checkpoint(said["note"], self._keys)
                if found.origin != self._origin or found.size <= last:
                    raise BadNoteError(f"it is of {found.origin} and size {found.size}: another log, or out of order")
                proof = [bytes.fromhex(node) for node in said.get("consistency", ())]
            except (BadNoteError, ValueError, TypeError, KeyError, AttributeError) as error:
                if self._find is not None:
                    self._find(f"{self._name}: checkpoint {number} of the archive: {error}")
                continue
            last = found.size
            self._sizes.add(last)
            yield found, proof
        self._find = None

    def claims(self) -> Iterator[Claim]:
        for checkpoint, _ in self.every():
            yield Claim(checkpoint, "archived")

    def of(self, size: int) -> Checkpoint | None:
        """The checkpoint of this size."""
        found = None
        for checkpoint, _ in self.every():
            if checkpoint.size == size:
                found = checkpoint
        return found

    def has(self, size: int) -> bool:
        """Whether one of this size was seen and believed."""
        return size in self._sizes


# --- A proof as a service answered it ---


def check_answer(text: bytes, keys: Sequence[Key], held: Sequence[str] = ()) -> Report:
    """Check that an event is under a checkpoint, or that one only adds to another; `held` are from elsewhere."""
    report = Report()
    try:
        said = read_json(text)
        check = _check_inclusion if "entry" in said else _check_consistency
        _check_held(check(said, keys, report), keys, held, report)
    except (BadNoteError, ValueError, TypeError, KeyError, AttributeError) as error:
        report.findings.append(f"unreadable: it is no proof that can be believed ({type(error).__name__}: {error})")
    return report


def _check_inclusion(said: dict[str, Any], keys: Sequence[Key], report: Report) -> list[Checkpoint]:
    checkpoint = read_checkpoint(said["note"], keys)
    data = base64.b64decode(said["entry"], validate=True)
    position, _, _, topic, state = event_in(data)
    report.lines += [f"the event at position {position}: {topic}", state.decode()]
    proof = [bytes.fromhex(node) for node in said["proof"]]
    if root_by_inclusion(said["index"], checkpoint.size, leaf_hash(data), proof) != checkpoint.root:
        report.findings.append(f"altered: it is not the event that was sealed (leaf {said['index']})")
    report.lines.append(f"held against {_signed(checkpoint)}, as its event {said['index'] + 1}")
    return [checkpoint]


def _check_consistency(said: dict[str, Any], keys: Sequence[Key], report: Report) -> list[Checkpoint]:
    older, newer = (read_checkpoint(said[name], keys) for name in ("from_note", "note"))
    if older.origin != newer.origin:
        raise BadNoteError(f"one checkpoint is of the log {older.origin}, the other of {newer.origin}")
    proof = [bytes.fromhex(node) for node in said["proof"]]
    if not is_consistent(older.size, newer.size, older.root, newer.root, proof):
        report.findings.append(f"rewritten: {_signed(newer)} does not only add to {_signed(older)}")
    report.lines.append(f"held against each other: {_signed(older)}, and {_signed(newer)}")
    return [older, newer]


def _check_held(proven: list[Checkpoint], keys: Sequence[Key], held: Sequence[str], report: Report) -> None:
    """That those that were given say the same; of which nothing is proven here, that is said."""
    origin, newest = proven[-1].origin, proven[-1].size
    report.findings += strangers(held, {origin})
    for given in (read_checkpoint(note, keys) for note in held if note.partition("\n")[0] == origin):
        same = [one for one in proven if one.size == given.size]
        if not same:
            asked = f"/v1/checkpoints/{max(given.size, newest)}/consistency?from_size={min(given.size, newest)}"
            report.lines.append(f"nothing here is about the given checkpoint {given.size}: ask for {asked}")
        elif same[0].root != given.root:
            report.findings.append(f"rewritten: the given checkpoint {given.size} was of other events")


def _signed(checkpoint: Checkpoint) -> str:
    return f"the checkpoint {checkpoint.size} of {checkpoint.origin}, signed {checkpoint.signed_at}"


def check_file(
    file: BinaryIO, keys: Sequence[Key], held: Sequence[str] = (), compare_table: TableCheck = not_compared
) -> Report:
    """Check an archive, or the answer of a service, which is JSON. Raises BadKeyError for that without a key."""
    begins = file.read(1)
    if begins != b"{":
        return check_archive(file, keys, held, compare_table)
    if not keys:
        raise BadKeyError("a proof has no key in it: give the one that you trust with --key")
    return check_answer(begins + file.read(LARGEST_HELD), keys, held)


def keys_in(given: Sequence[str]) -> list[Key]:
    """Keys, or files with lists of them."""
    texts = [Path(one).read_text() if Path(one).is_file() else one for one in given]
    return [key for text in texts for key in read_keys(text)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one file and say what was found; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="an archive, or a proof as a service answered it")
    parser.add_argument("--key", action="append", default=[], help="a public key that you trust, or a file of them")
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="a checkpoint that you were given")
    given = parser.parse_args(arguments)
    try:
        keys, held = keys_in(given.key), [note_in(path) for path in given.checkpoint]
        with given.file.open("rb") as file:
            report = check_file(file, keys, held)
    except (OSError, BadKeyError, UnicodeDecodeError) as error:
        print(f"it could not be checked: {printable(str(error))}", file=sys.stderr)
        return 2
    for line in report.told():
        print(line)
    print(counted(len(report.findings), "finding") if report.findings else "everything is as it was signed")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
