"""Views of believed versions: what was known of a resource, from which recorded instant until which."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, Table, delete, select

from shared.eventstore.fact import Fact
from shared.projections.instants import instant, microseconds
from shared.projections.log import Entry
from shared.projections.past import AS_BEFORE, NONE, Past, decoder, encoded, packed, schedule_then, unpacked
from shared.projections.schedule import Owing, Schedule
from shared.projections.view import IndexOn, Values, View

S = TypeVar("S", bound=msgspec.Struct)
NOTHING = Schedule()


class Fields(msgspec.Struct, frozen=True, gc=False):
    """What a row shows of a state beside the state itself: whose it is, and how it stands."""

    staff_id: str
    school_urn: str
    status: str


class Head(Generic[S]):
    """The newest version of a resource, and those before it. `owed` is its schedule as a row has it, which follows from
    `grounds`; `told` that of the last version before it. `changed` where the table has not got it as it is here.
    """

    __slots__ = ("changed", "first_position", "grounds", "known_from", "owed", "past", "position", "state", "told")

    def __init__(self, state: S, known_from: datetime, position: int) -> None:
        self.state = state
        self.known_from = known_from
        self.first_position = self.position = position
        self.grounds: object = None
        self.owed = (0, NONE)
        self.past: list[Past] = []
        self.told = NONE
        self.changed = True


class VersionsView(View, Generic[S]):
    """One row a resource: its current version, and in `past`, packed, the versions it superseded.

    Of facts of one instant only the last makes a version; there are no empty spans. All facts about a resource are in
    one stream. Only the current version has its state stored: what it was before is folded again from that stream when
    someone asks.
    """

    columns = (
        ("id", String()),
        ("staff_id", String()),
        ("school_urn", String()),
        ("status", String()),
        ("known_since", BigInteger()),
        ("known_from", BigInteger()),
        ("first_position", BigInteger()),
        ("position", BigInteger()),
        ("owed_until", Integer()),
        ("schedule", LargeBinary()),
        ("past", LargeBinary()),
        ("state", LargeBinary()),
    )
    key = ("id",)
    indexes = (
        IndexOn("id", unique=True),
        IndexOn("staff_id"),
        IndexOn("first_position"),
        IndexOn("school_urn", "first_position"),
        IndexOn("school_urn", "owed_until"),
    )
    state_type: type[S]
    schedule_type: type[Owing] = Schedule
    moves = False
    """Whether a resource can come to belong to another person or school. Then the past is looked for in every row."""

    def stored_state(self, state: bytes) -> S:
        """The state of a current version, as its row has it."""
        return msgspec.json.decode(state, type=self.state_type)

    def stored_schedule(self, schedule: bytes) -> Owing:
        """The schedule of a version, as its row has it."""
        return decoder(self.schedule_type).decode(schedule) if schedule != NONE else NOTHING

    @abstractmethod
    def resource_ids(self, fact: Any) -> Sequence[str]:
        """The resources that `fact` says something about, each once."""

    @abstractmethod
    def fold(self, state: S | None, fact: Any, position: int) -> S | None:
        """The state with `fact`; None where it makes no new version. Pure, but may change `state` in place.

        `state` must come back from JSON as it went in.
        """

    @abstractmethod
    def fields(self, state: S) -> Fields:
        """What the row of `state` shows. Pure."""

    def schedule(self, state: S) -> Owing:  # noqa: ARG002  what has no money has no schedule
        """What is owed from which day. Pure; asked for only where `grounds` are not those of the version before."""
        return NOTHING

    def grounds(self, state: S) -> object:  # noqa: ARG002
        """All that `schedule` follows from, not to be changed in place; None where nothing is owed."""
        return None

    def rows(self, batch: Sequence[Entry]) -> Sequence[Values]:
        return self._folded({}, batch)

    def apply(self, connection: Connection, table: Table, batch: Sequence[Entry]) -> None:
        named = {resource for _, fact in batch for resource in self.resource_ids(fact)}
        found = connection.execute(select(table).where(table.c.id.in_(named)))
        heads = {row.id: self._head(row) for row in found}
        stored = list(heads)
        rows = self._folded(heads, batch)
        replaced = [resource for resource in stored if heads[resource].changed]
        if replaced:
            connection.execute(delete(table).where(table.c.id.in_(replaced)))
        self.insert(connection, table, rows)

    def state_at(self, resource: str, batch: Sequence[Entry]) -> S | None:
        """The state that the facts of `batch` make of one resource, from its first."""
        state: S | None = None
        for position, fact in batch:
            if resource in self.resource_ids(fact):
                state = self.fold(state, fact, position) or state
        return state

    def _folded(self, heads: dict[str, Head[S]], batch: Sequence[Entry]) -> list[Values]:
        """The rows of all resources that `batch` makes different from the `heads` that there are."""
        for position, fact in batch:
            for resource in self.resource_ids(fact):
                head = heads.get(resource)
                if head is not None:
                    self._continue(head, position, fact)
                elif (state := self.fold(None, fact, position)) is not None:
                    heads[resource] = Head(state, fact.recorded_at, position)
        return [self._row(resource, head) for resource, head in heads.items() if head.changed]

    def _continue(self, head: Head[S], position: int, fact: Fact) -> None:
        """A fact of a later instant supersedes the version; what it was is written down before it changes."""
        later = fact.recorded_at > head.known_from
        before = self._past(head) if later else None
        state = self.fold(head.state, fact, position)
        if state is None:
            return
        if before is not None:
            head.past.append(before)
            head.told = head.owed[1]
            head.known_from = fact.recorded_at
        head.state = state
        head.position = position
        head.changed = True

    def _past(self, head: Head[S]) -> Past:
        fields = self.fields(head.state)
        schedule = self._owed(head)[1]
        its = AS_BEFORE if schedule == head.told else msgspec.Raw(schedule)
        if self.moves:
            return Past(head.known_from, head.position, fields.status, its, (fields.staff_id, fields.school_urn))
        return Past(head.known_from, head.position, fields.status, its)

    def _owed(self, head: Head[S]) -> tuple[int, bytes]:
        grounds = self.grounds(head.state)
        if grounds != head.grounds:
            schedule = self.schedule(head.state)
            head.grounds, head.owed = grounds, (schedule.owed_until(), encoded(schedule))
        return head.owed

    def _row(self, resource: str, head: Head[S]) -> Values:
        fields = self.fields(head.state)
        owed_until, schedule = self._owed(head)
        known_since = head.past[0].known_from if head.past else head.known_from
        return (
            resource,
            fields.staff_id,
            fields.school_urn,
            fields.status,
            microseconds(known_since),
            microseconds(head.known_from),
            head.first_position,
            head.position,
            owed_until,
            schedule,
            packed(head.past),
            encoded(head.state),
        )

    def _head(self, row: Any) -> Head[S]:
        """As its row has it."""
        head = Head(self.stored_state(row.state), instant(row.known_from), row.position)
        head.first_position = row.first_position
        head.grounds, head.owed = self.grounds(head.state), (row.owed_until, row.schedule)
        head.past = unpacked(row.past)
        head.told = schedule_then(head.past, len(head.past) - 1)
        head.changed = False
        return head
