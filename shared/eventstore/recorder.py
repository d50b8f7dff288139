"""What a service's log does, whichever database keeps it."""

from abc import abstractmethod
from collections.abc import Collection, Sequence

import msgspec
from eventsourcing.persistence import ProcessRecorder, StoredEvent

Row = tuple[int, str, bytes]
"""Position, topic and stored state."""
WholeRow = tuple[int, str, int, str, bytes]
"""Position, stream (32 hexadecimal digits), version in the stream, topic and stored state: all that a row holds."""
Streams = tuple[str, str]
"""Those whose id, in hexadecimal digits, is not less than the first and less than the second."""


class Receipt(msgspec.Struct, frozen=True):
    """What was answered to a caller's idempotency key. `answer` is the whole answer, sealed where it is personal."""

    caller: str
    key: str
    fingerprint: str
    answer: str


class MessageId(msgspec.Struct, frozen=True):
    """A message from the bus, told apart by its CloudEvents `source` and `id`."""

    source: str
    id: str


class LedgerRecorder(ProcessRecorder):
    """Appends facts together with what makes them happen once, and reads them in order and in bulk.

    `insert_events(events, receipt=…, message=…, tracking=…)` is one transaction; any of the three marks that is there
    already undoes the whole append with the library's `IntegrityError`. With `forgotten=…` the same transaction forgets
    how far the upstream logs of these names were read, as if none of it had been. Positions rise from append to append
    and within one; only SQLite's have no gaps.

    `max_notification_id()` is where readers may be by now: nothing can appear at or below it any more. `end()` is the
    position of the last fact that is committed, which readers reach once every append that began earlier has ended.
    """

    @abstractmethod
    def create_table(self) -> None:
        """Make what is not there; safe to run twice, and by several processes at once."""

    @abstractmethod
    def insert_from(self, first: int, stored_events: Sequence[StoredEvent], seen: Sequence[MessageId]) -> None:
        """Append at the positions from `first` on, and note the messages as recorded, in one transaction.

        For a log whose only writer the caller is, filled from its beginning: on PostgreSQL these positions lie below
        all that appends give. Raises IntegrityError where the log does not end right before `first`.
        """

    @abstractmethod
    def receipt(self, caller: str, key: str) -> Receipt | None:
        """The receipt of a caller's idempotency key, if it was used."""

    @abstractmethod
    def receipts_with(self, callers: Sequence[str], word: str) -> Sequence[Receipt]:
        """The receipts of these callers, and those in whose answer `word` stands: there is no index, all are read."""

    @abstractmethod
    def has_seen(self, message: MessageId) -> bool:
        """Whether the message was recorded with an append."""

    @abstractmethod
    def end(self) -> int:
        """The position of the last fact that is committed; 0 where there is none."""

    @abstractmethod
    def estimated_rows(self) -> int:
        """About how many facts the log holds: exact while they are few."""

    @abstractmethod
    def count_after(self, position: int, limit: int) -> int:
        """How many facts follow `position`, counted up to `limit`."""

    @abstractmethod
    def rows_after(self, position: int, limit: int, upto: int | None = None) -> Sequence[Row]:
        """At most `limit` rows that follow `position`, in order, none beyond `upto` or where readers may be."""

    @abstractmethod
    def whole_rows_from(self, first: int, limit: int, upto: int | None = None) -> Sequence[WholeRow]:
        """As `rows_after`, but from the position `first` on, and all that each row holds.

        What is not of the kind that was stored is None, or half a surrogate where it is no text: so it differs from
        everything that ever was.
        """

    @abstractmethod
    def rows_at(self, positions: Sequence[int]) -> Sequence[Row]:
        """The rows at `positions`, in the order of the log."""

    @abstractmethod
    def rows_of(self, streams: Streams, upto: int, topics: Collection[str]) -> Sequence[Row]:
        """What these streams hold of `topics`, none beyond `upto`: one stream after the other, each in its order."""

    @abstractmethod
    def every_nth(self, number: int, upto: int) -> Sequence[int]:
        """Positions up to `upto`, rising, that have equally many rows between them: about `number` of them."""

    @abstractmethod
    def rows_beside(self, first: int, last: int) -> Sequence[Row]:
        """What the stream of the row at `first` holds from there to the row at `last`."""

    @abstractmethod
    def oldest_writer_seconds(self) -> float:
        """For how long the oldest transaction that holds readers back has been open; 0 where there is none."""


def written_elsewhere(first: int) -> str:
    """What is said where a log does not end right before the position from which on it was to be filled."""
    return f"the log does not end at {first - 1}: somebody else writes to it"
