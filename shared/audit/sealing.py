"""The worker's step that seals a log: its events into the tree, checkpoints signed, stored, and put on the bus."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.audit.message import message
from shared.audit.offline import BadNoteError, Checkpoint, Key, checkpoint_text, read_checkpoint, row_hash
from shared.audit.published import newest_published
from shared.audit.signing import Signer
from shared.audit.store import Head, SealOvertakenError, SealStore, Stored
from shared.clock import Clock
from shared.eventstore.ledger import Ledger
from shared.eventstore.recorder import WholeRow
from shared.messaging.bus import Bus, Sending
from shared.messaging.logs import logger

BATCH = 5_000
PAUSE_SECONDS = 5.0
"""How long the step rests once everything is sealed, so that an append, and a message on its way, seldom meets it."""
AT_ONCE = 100


class SealBrokenError(Exception):
    """The log, or what is stored of its seal, is not what was signed: nothing more is signed until that is mended."""


def origin_of(name: str, service: str) -> str:
    """What a log is called in its checkpoints."""
    return f"{name}/{service}"


class Sealing:
    """Extends the tree of one log, signs it at least every `seconds` while it grows, and publishes what was signed.

    Each part is done in a transaction of its own, so that it may be killed anywhere: what was not done is done again,
    with the same result.
    """

    def __init__(
        self,
        *,
        service: str,
        ledger: Ledger,
        store: SealStore,
        bus: Bus,
        signer: Signer,
        keys: Sequence[Key],
        clock: Clock,
        seconds: float,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._service = service
        self._recorder = ledger.recorder
        self._store = store
        self._bus = bus
        self._signer = signer
        self._keys = keys
        self._clock = clock
        self._every = timedelta(seconds=seconds)
        self._pause = min(pause_seconds, seconds)
        self._resting_until = 0.0
        self._under_way: tuple[Sending, list[int]] | None = None
        self._looked_back = False
        self._origin = origin_of(signer.key.name, service)

    def step(self) -> int:
        """Seal the next events; gives how many there were.

        Raises SealBrokenError, BusAway. What another process did at the same moment is left to it.
        """
        if self._is_sending() or time.monotonic() < self._resting_until:
            return 0
        before = self._store.head()
        try:
            head = self._extend(before)
        except SealOvertakenError:
            return 0
        sealed = head.size - before.size
        if sealed < BATCH:
            self._resting_until = time.monotonic() + self._pause
        self._sign(head, caught_up=sealed < BATCH)
        self._publish()
        return sealed

    def _extend(self, head: Head) -> Head:
        rows = self._rows_beyond(head)
        if not rows:
            return head
        leaves = [(row[0], hashed) for row in rows if (hashed := row_hash(row)) is not None]
        if len(leaves) != len(rows):
            raise SealBrokenError(f"a row of the log beyond position {head.position} is no event")
        return self._store.extend(head, leaves)

    def _rows_beyond(self, head: Head) -> Sequence[WholeRow]:
        """What follows. What was sealed last still stands: else the log was cut, or taken back, without its seal."""
        if not head.size:
            return self._recorder.whole_rows_from(1, BATCH)
        rows = self._recorder.whole_rows_from(head.position, 1 + BATCH)
        if not rows or row_hash(rows[0]) != self._store.leaf(head.size - 1):
            raise SealBrokenError(f"the event at position {head.position} is not the one that was sealed")
        return rows[1:]

    def _sign(self, head: Head, *, caught_up: bool) -> None:
        last, now = self._store.newest(), self._clock()
        if last is not None:
            if head.size < last.size and not caught_up:
                return  # the tree is being made anew
            if head.size == last.size or abs(now - datetime.fromisoformat(last.signed_at)) < self._every:
                return
            self._check_signed(last, head)
        if not head.size:
            return
        at = now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        checkpoint = Checkpoint(self._origin, head.size, self._store.tree(head.size).root(), at, head.position)
        self._store.add(checkpoint, self._signer.note(checkpoint_text(checkpoint)))

    def _check_signed(self, last: Stored, head: Head) -> None:
        """Two histories are never signed: what the last checkpoint says is still how the tree began."""
        signed = read_checkpoint(last.note, self._keys)
        if signed.size > head.size or self._store.tree(signed.size).root() != signed.root:
            raise SealBrokenError(f"the tree does not begin as checkpoint {signed.size} of {signed.signed_at} says")

    def _is_sending(self) -> bool:
        if self._under_way is None:
            return False
        sending, sizes = self._under_way
        try:
            if not sending.wait(0):
                return True
        except Exception:
            self._under_way = None
            raise
        self._under_way = None
        self._store.published(sizes)
        return False

    def _publish(self) -> None:
        if not self._looked_back:
            self._look_back()
            self._looked_back = True
        waiting = self._store.checkpoints(limit=AT_ONCE, unpublished=True)
        if waiting:
            records = [message(self._service, stored, self._keys) for stored in waiting]
            self._under_way = self._bus.send(records), [stored.size for stored in waiting]
            self._is_sending()

    def _look_back(self) -> None:
        """Say it where the bus has a checkpoint that this log does not bear out: it was restored from a backup."""
        head = self._store.head()
        for note in newest_published(self._bus, self._service):
            try:
                published = read_checkpoint(note, self._keys)
            except BadNoteError:
                continue  # somebody else's word; `cpd audit verify` tells of it
            if published.size > head.size or self._store.tree(published.size).root() != published.root:
                logger(service=self._service).error(
                    "log_taken_back", published=published.size, signed_at=published.signed_at, sealed=head.size
                )
