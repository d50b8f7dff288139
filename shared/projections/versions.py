"""Views of believed versions: what was known of a resource, from which recorded instant until which."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, Table, delete, select
from sqlalchemy.types import TypeEngine

from shared.projections.instants import instant, microseconds
from shared.projections.log import Entry
from shared.projections.past import NONE, Past, Superseded, decoder, encoded, packed, schedule_then, unpacked
from shared.projections.schedule import Owing, Schedule
from shared.projections.view import IndexOn, Values, View, named

S = TypeVar("S", bound=msgspec.Struct)
NOTHING = Schedule()


class Head(Generic[S]):
    """The newest version of a resource, and those before it.

    `owing` is its schedule, `told` that of the last version before it. `whose` is None where it never moves. `changed`
    where the table has not got it as it is here.
    """

    __slots__ = (
        "changed",
        "first_position",
        "known_from",
        "owing",
        "past",
        "position",
        "state",
        "status",
        "told",
        "whose",
    )

    def __init__(self, known_from: datetime, first_position: int) -> None:
        self.known_from = known_from
        self.first_position = first_position
        self.past: list[Past | Superseded] = []
        self.owing: Owing | None = None
        self.told: Owing | None = None
        self.whose: tuple[str, str] | None = None
        self.state: S
        self.position: int
        self.status: str
        self.changed: bool

    def supersede(self, known_from: datetime) -> None:
        """Write down what it was until now: from `known_from` on it is something else."""
        owing = self.owing
        its = None if owing == self.told else owing
        self.past.append(Superseded(self.known_from, self.position, self.status, its, self.whose))
        self.told, self.known_from = owing, known_from


class VersionsView(View, Generic[S]):
    """One row a resource: its current version, and in `past`, packed, the versions it superseded.

    Of facts of one instant only the last makes a version; there are no empty spans. All facts about a resource are in
    one stream. Only the current version has its state stored: what it was before is folded again from that stream when
    someone asks.
    """

    columns: tuple[tuple[str, TypeEngine[Any]], ...] = (
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
    indexes: tuple[IndexOn, ...] = (
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
        found: S = decoder(self.state_type).decode(state)
        return found

    def stored_schedule(self, schedule: bytes) -> Owing:
        """The schedule of a version, as its row has it."""
        return self._owing(schedule) or NOTHING

    @abstractmethod
    def resource_ids(self, fact: Any) -> Sequence[str]:
        """The resources that `fact` says something about, each once."""

    @abstractmethod
    def fold(self, state: S | None, fact: Any, position: int) -> S | None:
        """The state with `fact`; None where it makes no new version. Pure, but may change `state` in place.

        `state` must come back from MessagePack as it went in.
        """

    @abstractmethod
    def status(self, state: S) -> str:
        """How it stands, in one word. Pure."""

    def whose(self, state: Any) -> tuple[str, str]:
        """The person and the school it belongs to, empty where there is none. Pure."""
        return state.staff_id, state.school_urn

    def owing(self, state: S, before: Any) -> Owing | None:  # noqa: ARG002  what has no money has no schedule
        """What is owed from which day on; None until something is, and never again. Pure.

        `before` is what this said of the version before, of `schedule_type` or None, so that what has not changed since
        need not be made anew.
        """
        return None

    def told(self, row: Any) -> dict[str, Any] | None:
        """The current version, and since when those before it were believed: these follow from the facts."""
        past = [{"known_from": each.known_from.isoformat(), "status": each.status} for each in unpacked(row.past)]
        versions = {"status": row.status, "known_from": instant(row.known_from).isoformat(), "superseded": past}
        state: dict[str, Any] = named(self.stored_state(row.state))
        return {"staff_id": row.staff_id} | state | versions

    def rows(self, batch: Iterable[Entry]) -> Sequence[Values]:
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

    def state_at(self, resource: str, batch: Iterable[Entry]) -> S | None:
        """The state that the facts of `batch` make of one resource, from its first."""
        state: S | None = None
        for position, fact in batch:
            if resource in self.resource_ids(fact):
                state = self.fold(state, fact, position) or state
        return state

    def _folded(self, heads: dict[str, Head[S]], batch: Iterable[Entry]) -> list[Values]:
        """The rows of all resources that `batch` makes different from the `heads` that there are."""
        for position, fact in batch:
            for resource in self.resource_ids(fact):
                head = heads.get(resource)
                state = self.fold(None if head is None else head.state, fact, position)
                if state is None:
                    continue
                if head is None:
                    head = heads[resource] = Head(fact.recorded_at, position)
                elif fact.recorded_at > head.known_from:
                    head.supersede(fact.recorded_at)
                head.state, head.position, head.changed = state, position, True
                head.status, head.owing = self.status(state), self.owing(state, head.owing)
                if self.moves:
                    head.whose = self.whose(state)
        return [self._row(resource, head) for resource, head in heads.items() if head.changed]

    def _row(self, resource: str, head: Head[S]) -> Values:
        (staff_id, school_urn), owing = self.whose(head.state), head.owing
        known_since = head.past[0].known_from if head.past else head.known_from
        return (
            resource,
            staff_id,
            school_urn,
            head.status,
            microseconds(known_since),
            microseconds(head.known_from),
            head.first_position,
            head.position,
            0 if owing is None else owing.owed_until(),
            encoded(owing),
            packed(head.past),
            encoded(head.state),
        )

    def _head(self, row: Any) -> Head[S]:
        """As its row has it."""
        head: Head[S] = Head(instant(row.known_from), row.first_position)
        head.state, head.position, head.changed = self.stored_state(row.state), row.position, False
        head.status, head.owing = row.status, self._owing(row.schedule)
        head.whose = (row.staff_id, row.school_urn) if self.moves else None
        superseded = unpacked(row.past)
        head.told = self._owing(schedule_then(superseded, len(superseded) - 1))
        head.past = [*superseded]
        return head

    def _owing(self, schedule: bytes) -> Owing | None:
        return None if schedule == NONE else decoder(self.schedule_type).decode(schedule)
