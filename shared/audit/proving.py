"""Proofs of one log, to be checked alone: that an event is under a checkpoint, that one only adds to another."""

import base64

import msgspec

from shared.audit.offline import entry, read_unsigned, row_hash
from shared.audit.store import SealStore, Stored
from shared.errors import FieldRefused, NotThere
from shared.eventstore.ledger import Ledger
from shared.eventstore.recorder import WholeRow
from shared.projections.log import whole_row_at


class ConsistencyShape(msgspec.Struct, kw_only=True):
    """That the log of `size` events only adds to that of `from_size` (RFC 9162, 2.1.4); hashes in hexadecimal.

    The notes are those of the two checkpoints, so that it can be checked as it is.
    """

    from_size: int
    from_root: str
    from_note: str
    size: int
    root: str
    note: str
    proof: list[str]


class ProofShape(msgspec.Struct, kw_only=True):
    """That an event is under a checkpoint (RFC 9162, 2.1.3). `entry`, in base64, is what is hashed of the event."""

    position: str
    index: int
    size: int
    entry: str
    leaf: str
    proof: list[str]
    root: str
    note: str


class NotSealedError(NotThere):
    """There is no such checkpoint, or none yet that covers the event."""


def checkpoint_of(seal: SealStore, size: int) -> Stored:
    """The checkpoint of so many events. Raises NotSealedError."""
    found = seal.checkpoint(size)
    if found is None:
        raise NotSealedError(f"there is no checkpoint of {size} events")
    return found


def consistency(seal: SealStore, from_size: int, size: int) -> ConsistencyShape:
    """That one checkpoint only adds to an older one. Raises NotSealedError, FieldRefused."""
    if from_size > size:
        raise FieldRefused(from_size=f"must not be above {size}")
    older, newer = checkpoint_of(seal, from_size), checkpoint_of(seal, size)
    return ConsistencyShape(
        from_size=from_size,
        from_root=read_unsigned(older.note).root.hex(),
        from_note=older.note,
        size=size,
        root=read_unsigned(newer.note).root.hex(),
        note=newer.note,
        proof=[node.hex() for node in seal.tree(size).consistency(from_size)],
    )


def event_at(ledger: Ledger, position: int) -> WholeRow:
    """The event at a position, as it is stored. Raises NotThere."""
    row = whole_row_at(ledger, position)
    if row is None or row_hash(row) is None:
        raise NotThere(f"there is no event at position {position}")
    return row


def inclusion(seal: SealStore, row: WholeRow, size: int | None = None) -> ProofShape:
    """That an event is under a checkpoint, the newest where none is named. Raises NotSealedError."""
    checkpoint = seal.newest() if size is None else checkpoint_of(seal, size)
    index = seal.index_of(row[0])
    if checkpoint is None or index is None or index >= checkpoint.size:
        raise NotSealedError("no such checkpoint covers the event; one that does is signed within a minute")
    tree = seal.tree(checkpoint.size)
    return ProofShape(
        position=str(row[0]),
        index=index,
        size=checkpoint.size,
        entry=base64.b64encode(entry(row)).decode(),
        leaf=tree.leaf(index).hex(),
        proof=[node.hex() for node in tree.inclusion(index)],
        root=read_unsigned(checkpoint.note).root.hex(),
        note=checkpoint.note,
    )
