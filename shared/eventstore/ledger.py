"""A service's log as commands see it: load an aggregate, run one command on it, save; again if someone was faster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import IntegrityError, Mapper, Tracking

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.eventstore.kept import Kept
from shared.eventstore.mapper import FactMapper
from shared.eventstore.recorder import LedgerRecorder, MessageId, Receipt
from shared.eventstore.sealing import Sealer
from shared.eventstore.sqlite import environment as sqlite

POSTGRESQL = "postgresql://"
POOL_SIZE = 5

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")
ATTEMPTS = 3


class OvertakenError(Exception):
    """Other commands on the same stream were faster, each time."""


class AlreadyAnsweredError(Exception):
    """The idempotency key was used before; carries its receipt."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.key)
        self.receipt = receipt


class AlreadySeenError(Exception):
    """The message was reacted to before."""


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """What is written in the transaction of the events so that they happen once. All of it is optional.

    `forgotten` are names of upstream logs of which none shall count as read any more.
    """

    receipt: Receipt | None = None
    message: MessageId | None = None
    tracking: Tracking | None = None
    forgotten: Sequence[str] = ()


def _postgresql(url: str, pool_size: int) -> dict[str, str]:
    from shared.eventstore.postgres_factory import environment  # noqa: PLC0415  the driver is loaded where it has a log

    return environment(url, pool_size)


def _no_marks(_: Any) -> Once:
    return Once()


def _allow(_: Any) -> None:
    return None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One command as its caller makes it: the act, what must hold of the resource first, and what makes it happen once.

    `guard` is given the resource as the log has it before the command runs, and raises to refuse (scope, `If-Match`).
    `once` is given the command's result and makes the marks that are saved with the events.
    """

    act: Act
    guard: Callable[[Any], None] = _allow
    once: Callable[[Any], Once] = _no_marks


class Done(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A command's result and the position in the log that a view must have reached to show it."""

    result: T
    position: int


class Work:
    """The aggregates that one command touches: what they state is saved together, or none of it is."""

    def __init__(self, ledger: "Ledger", act: Act) -> None:
        self._ledger = ledger
        self._act = act
        self._loaded: dict[UUID, Aggregate] = {}

    def load(self, kind: type[A], stream_id: UUID) -> A:
        """The aggregate as the log has it, ready to state facts of the act under way; each stream once."""
        found = self._loaded.get(stream_id)
        if not isinstance(found, kind):
            found = self._ledger.load(kind, stream_id)
            found.act = self._act
            self._loaded[stream_id] = found
        return found

    def stated(self) -> list[Fact]:
        """What the aggregates state, each in its order."""
        return [fact for aggregate in self._loaded.values() for fact in aggregate.collect_events()]


class Ledger(Application[UUID]):
    """The event store library's application for one service, on one database.

    `database` is a `postgresql://user:password@host:port/name` URL, of which a process holds at most `pool_size`
    connections and none before it is used, or the path of a SQLite file (`:memory:` for tests).
    """

    def __init__(
        self,
        database: str,
        facts: Iterable[type[Fact]],
        sealer: Sealer,
        *,
        create_tables: bool = True,
        pool_size: int = POOL_SIZE,
    ) -> None:
        self.database = database
        self.facts = tuple(facts)
        self.sealer = sealer
        where = _postgresql(database, pool_size) if database.startswith(POSTGRESQL) else sqlite(database)
        super().__init__({**where, "CREATE_TABLE": "y" if create_tables else "n"})
        self._kept = Kept(self._facts_after)
        self.recorder: LedgerRecorder
        self.mapper: FactMapper

    def construct_mapper(self) -> Mapper[UUID]:
        return FactMapper(self.facts, self.sealer)

    def load(self, kind: type[A], stream_id: UUID, *, version: int | None = None) -> A:
        """The aggregate as the log has it now, or as of `version`; blank where it has no facts yet."""
        if kind.KEPT and version is None:
            return self._kept.load(kind, stream_id)
        try:
            return self.repository.get(stream_id, version=version, projector_func=kind.project)
        except AggregateNotFoundError:
            return kind(stream_id)

    def as_known(self, kind: type[A], stream_id: UUID, known_at: datetime | None) -> A:
        """The aggregate as known at an instant (inclusive), or now; blank where nothing was known of it."""
        if known_at is None:
            return self.load(kind, stream_id)
        facts: Iterable[Any] = self.events.get(stream_id)
        known = takewhile(lambda fact: fact.recorded_at <= known_at, facts)
        return kind.project(None, known) or kind(stream_id)

    def execute(self, kind: type[A], stream_id: UUID, call: Call, command: Callable[[A], T]) -> Done[T]:
        """Run `command` on one aggregate, as `execute_work` does."""
        return self.execute_work(call, lambda work: command(work.load(kind, stream_id)), told_of=str(stream_id))

    def execute_work(self, call: Call, command: Callable[[Work], T], *, told_of: str = "") -> Done[T]:
        """Run `command` and save what its aggregates state, in one transaction with the marks of `call.once`.

        Where another command was faster on any stream that this one adds to, nothing is saved and `command` is run
        again on fresh aggregates; so it must have no effect but on them. A stream that it only reads is not guarded.
        `told_of` is what an OvertakenError names. Raises OvertakenError, AlreadyAnsweredError, AlreadySeenError, and
        whatever the command raises.
        """
        for _ in range(ATTEMPTS):
            work = Work(self, call.act)
            result = command(work)
            marks = call.once(result)
            try:
                position = self._save(work.stated(), marks)
            except IntegrityError:
                self._refuse_repeats(marks)
            else:
                return Done(result=result, position=position)
        raise OvertakenError(told_of)

    def position(self) -> int:
        """The position of the last fact in the log; 0 where there is none.

        A view that waits for it shows what every command did that has returned by now.
        """
        return self.recorder.end()

    def readable_position(self) -> int:
        """How far the log may be read: nothing can appear at or below this position any more; 0 where it is empty.

        It is `position()` but for the moment in which commands overlap. Whoever reads a part of the log to go on from
        its end must end it here.
        """
        return self.recorder.max_notification_id() or 0

    def _facts_after(self, stream_id: UUID, version: int) -> Iterator[Fact]:
        return cast(Iterator[Fact], self.events.get(stream_id, gt=version))

    def _save(self, facts: Iterable[Fact], marks: Once) -> int:
        stored = [self.mapper.to_stored_event(fact) for fact in facts]
        positions = self.recorder.insert_events(
            stored,
            receipt=marks.receipt,
            message=marks.message,
            tracking=marks.tracking,
            forgotten=marks.forgotten,
        )
        return positions[-1] if positions else self.position()

    def _refuse_repeats(self, marks: Once) -> None:
        receipt, message, tracking = marks.receipt, marks.message, marks.tracking
        if receipt is not None and (found := self.recorder.receipt(receipt.caller, receipt.key)) is not None:
            raise AlreadyAnsweredError(found)
        if message is not None and self.recorder.has_seen(message):
            raise AlreadySeenError(message.id)
        if tracking is not None and self.recorder.has_tracking_id(tracking.application_name, tracking.notification_id):
            raise AlreadySeenError(str(tracking.notification_id))
