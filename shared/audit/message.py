"""The message about a checkpoint, for `cpd.checkpoints.v1`."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shared.audit.offline import Key, read_checkpoint
from shared.audit.store import Stored
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.topics import CHECKPOINTS as TOPIC

ABOUT = "What was signed of each service's log: kept elsewhere, it shows that the log was not altered. Key: the log."


class CheckpointSigned(msgspec.Struct, frozen=True, kw_only=True):
    """A log as it was at an instant: `note` is what was signed; `root` in hexadecimal; `position` of the last event."""

    origin: str
    size: int
    root: str
    position: str
    signed_at: datetime
    key: str
    note: str


def message(service: str, stored: Stored, keys: Sequence[Key]) -> Record:
    """The message about a checkpoint. Two of one size that differ, as after a restore, differ in their ids."""
    checkpoint = read_checkpoint(stored.note, keys)
    root = checkpoint.root.hex()
    signed = CheckpointSigned(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=root,
        position=str(checkpoint.position),
        signed_at=datetime.fromisoformat(checkpoint.signed_at),
        key=stored.note.rpartition("— ")[2].partition(" ")[0],
        note=stored.note,
    )
    event = CloudEvent.of(
        id=f"{service}/checkpoints/{checkpoint.size}-{root[:16]}",
        source=f"/cpd/{service}",
        type=f"cpd.{service}.CheckpointSigned.v1",
        subject=checkpoint.origin,
        time=signed.signed_at,
        dataschema=f"urn:cpd:{service}:CheckpointSigned:v1",
        partitionkey=checkpoint.origin,
        data=msgspec.to_builtins(signed),
    )
    return Record(TOPIC, checkpoint.origin, event.encode())
