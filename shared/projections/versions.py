"""Views of believed versions: what was known of a resource, from which recorded instant until which."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, Table, bindparam, delete, select, update
from sqlalchemy.sql import ColumnElement, column, literal_column

from shared.eventstore.fact import Fact
from shared.projections.instants import END, microseconds
from shared.projections.log import Entry
from shared.projections.schedule import Schedule
from shared.projections.view import IndexOn, Values, View

S = TypeVar("S", bound=msgspec.Struct)

STILL_BELIEVED: ColumnElement[bool] = column("known_to") == literal_column(str(END))
"""Current rows. Written out, not bound, so that the partial index for them is seen to fit."""
NOT_STORED = b""
"""The state of a version that was superseded: it is folded again from the log when someone asks."""
_ENCODER = msgspec.json.Encoder()


class Fields(msgspec.Struct, frozen=True, gc=False):
    """What a row shows of a state beside the state itself: whose it is, and how it stands."""

    staff_id: str
    school_urn: str
    status: str


class Head(Generic[S]):
    """The newest version of a resource. `stored` while the table holds it as it is here.

    `owed` is its schedule as a row has it, which follows from `grounds`.
    """

    __slots__ = ("first_position", "grounds", "known_from", "owed", "position", "resource", "state", "stored")

    def __init__(self, resource: str, state: S, known_from: int, first: int, position: int, *, stored: bool) -> None:
        self.resource = resource
        self.state = state
        self.known_from = known_from
        self.first_position = first
        self.position = position
        self.stored = stored
        self.grounds: object = None
        self.owed = (0, b"")


class VersionsView(View, Generic[S]):
    """One row a believed version. Of facts of one instant only the last makes a version; there are no empty spans.

    All facts about a resource are in one stream. Only the current version has its state stored: what it was before is
    folded again from that stream when someone asks.
    """

    columns = (
        ("id", String()),
        ("staff_id", String()),
        ("school_urn", String()),
        ("status", String()),
        ("known_from", BigInteger()),
        ("known_to", BigInteger()),
        ("first_position", BigInteger()),
        ("position", BigInteger()),
        ("owed_until", Integer()),
        ("schedule", LargeBinary()),
        ("state", LargeBinary()),
    )
    key = ("id", "known_from")
    indexes = (
        IndexOn("id", "known_from", unique=True),
        IndexOn("staff_id", "known_to", "first_position"),
        IndexOn("school_urn", "known_to", "first_position"),
        IndexOn("first_position", "id", unique=True, only=STILL_BELIEVED),
        IndexOn("school_urn", "known_to", "owed_until", "staff_id", "schedule", only=STILL_BELIEVED),
    )
    state_type: type[S]

    def stored_state(self, state: bytes) -> S:
        """The state of a current version, as its row has it."""
        return msgspec.json.decode(state, type=self.state_type)

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

    def schedule(self, state: S) -> Schedule:  # noqa: ARG002  what has no money has no schedule
        """What is owed from which day. Pure; asked for only where `grounds` are not those of the version before."""
        return Schedule()

    def grounds(self, state: S) -> object:  # noqa: ARG002
        """All that `schedule` follows from, not to be changed in place; without it every version has its own."""
        return object()

    def rows(self, batch: Sequence[Entry]) -> Sequence[Values]:
        return _Folding(self, {}).add_all(batch)

    def apply(self, connection: Connection, table: Table, batch: Sequence[Entry]) -> None:
        named = {resource for _, fact in batch for resource in self.resource_ids(fact)}
        folding = _Folding(self, self._heads(connection, table, named))
        rows = folding.add_all(batch)
        its_row = (table.c.id == bindparam("resource")) & (table.c.known_from == bindparam("since"))
        if folding.replaced:
            connection.execute(delete(table).where(its_row), folding.replaced)
        if folding.closed:
            closed = update(table).where(its_row).values(known_to=bindparam("until"), state=NOT_STORED)
            connection.execute(closed, folding.closed)
        self.insert(connection, table, rows)

    def state_at(self, resource: str, batch: Sequence[Entry]) -> S | None:
        """The state that the facts of `batch` make of one resource, from its first."""
        state: S | None = None
        for position, fact in batch:
            if resource in self.resource_ids(fact):
                state = self.fold(state, fact, position) or state
        return state

    def _heads(self, connection: Connection, table: Table, resources: set[str]) -> dict[str, Head[S]]:
        c = table.c
        query = select(c.id, c.state, c.known_from, c.first_position, c.position)
        rows = connection.execute(query.where(c.id.in_(resources), STILL_BELIEVED))
        return {
            resource: Head(resource, self.stored_state(state), known_from, first, position, stored=True)
            for resource, state, known_from, first, position in rows
        }


class _Folding(Generic[S]):
    """Facts folded onto newest versions. What the table holds already is closed or replaced, never written again."""

    def __init__(self, view: VersionsView[S], heads: dict[str, Head[S]]) -> None:
        self.view = view
        self.heads = heads
        self.closed: list[dict[str, Any]] = []
        self.replaced: list[dict[str, Any]] = []
        self._superseded: list[Values] = []

    def add_all(self, batch: Sequence[Entry]) -> Sequence[Values]:
        """The rows that are not in the table yet."""
        for position, fact in batch:
            self._add(position, fact)
        return [*self._superseded, *[self._row(head, END) for head in self.heads.values() if not head.stored]]

    def _add(self, position: int, fact: Fact) -> None:
        recorded_at = microseconds(fact.recorded_at)
        for resource in self.view.resource_ids(fact):
            head = self.heads.get(resource)
            if head is not None:
                self._continue(head, recorded_at, position, fact)
            elif (state := self.view.fold(None, fact, position)) is not None:
                self.heads[resource] = Head(resource, state, recorded_at, position, position, stored=False)

    def _continue(self, head: Head[S], recorded_at: int, position: int, fact: Fact) -> None:
        later = recorded_at > head.known_from
        before = self._row(head, recorded_at) if later and not head.stored else None
        state = self.view.fold(head.state, fact, position)
        if state is None:
            return
        if before is not None:
            self._superseded.append(before)
        elif head.stored:
            row = {"resource": head.resource, "since": head.known_from}
            if later:
                self.closed.append(row | {"until": recorded_at})
            else:
                self.replaced.append(row)
        if later:
            head.known_from = recorded_at
        head.state = state
        head.position = position
        head.stored = False

    def _row(self, head: Head[S], known_to: int) -> Values:
        fields = self.view.fields(head.state)
        grounds = self.view.grounds(head.state)
        if grounds != head.grounds:
            schedule = self.view.schedule(head.state)
            head.grounds, head.owed = grounds, (schedule.owed_until(), _ENCODER.encode(schedule))
        owed_until, schedule_stored = head.owed
        return (
            head.resource,
            fields.staff_id,
            fields.school_urn,
            fields.status,
            head.known_from,
            known_to,
            head.first_position,
            head.position,
            owed_until,
            schedule_stored,
            _ENCODER.encode(head.state) if known_to == END else NOT_STORED,
        )
