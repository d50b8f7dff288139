"""What is counted of each resource of the log, by academic year, with when it was believed: for impact statistics.

A row holds the records (`statistics.records`) that one request, person or dissemination has in one academic year, all
that were ever believed; so any past instant is asked of the same rows. Those in `EVERY_YEAR` belong to no year; in
`LINKS` are the providers and priorities of requests, whatever year what follows from them is in; a row `STATE` has what
the resource is folded on with.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, Table, delete, select

from services.reviews.statistics.counting import year_of
from services.reviews.statistics.records import LAYOUT, LINK, PROVIDED, SPELL, Counted, digest
from shared.eventstore.fact import Fact
from shared.projections.instants import END, microseconds
from shared.projections.log import Entry
from shared.projections.past import decoder, encoded
from shared.projections.view import IndexOn, Values, View, named

EVERY_YEAR, STATE, LINKS = 0, -1, -2
NO_YEAR = {SPELL: EVERY_YEAR, LINK: LINKS, PROVIDED: LINKS}
Names = tuple[Iterable[str], Iterable[str]]
Believed = tuple[int, int, Counted]
"""A record, from when until when it was believed."""
S = TypeVar("S", bound=msgspec.Struct)


class Kind(ABC, Generic[S]):
    """One kind of resource: its facts, and what they come to."""

    prefix: str
    of_people = False
    """Whether its resources are people, by their ids."""
    facts: tuple[type[Fact], ...]
    state_type: type[S]

    @abstractmethod
    def resource(self, fact: Any) -> str:
        """The id of what `fact` is about."""

    @abstractmethod
    def fold(self, state: S | None, fact: Any) -> S | None:
        """The state with `fact`; None where nothing is known yet. Pure, but may change `state` in place."""

    def part(self, fact: Any) -> str:  # noqa: ARG002  most kinds have one part
        """Which part of what the state comes to `fact` may change."""
        return ""

    def parts(self, state: S) -> Iterable[str]:  # noqa: ARG002  most kinds have one part
        """All parts of what the state comes to."""
        return ("",)

    @abstractmethod
    def counted(self, state: S, part: str) -> list[Counted]:
        """What a part of the state comes to: no record is in two parts. Pure."""

    def decoded(self, state: bytes) -> S:
        """The state as its row has it."""
        found: S = decoder(self.state_type).decode(state)
        return found

    def told(self, state: S) -> dict[str, Any]:
        """What the state says to a person who asks what is held on them."""
        whole: dict[str, Any] = named(state)
        return whole

    def names(self, state: S) -> Names | None:  # noqa: ARG002  most kinds name none
        """The names of providers, and the ids of priorities, that the labels of its records stand for."""
        return None


class _Resource:
    """A resource as it is folded: its state, the records believed since when, and those no longer believed."""

    def __init__(self, first_position: int) -> None:
        self.first_position = first_position
        self.position = first_position
        self.state: Any = None
        self.parts: dict[str, dict[Counted, int]] = {}
        """What is believed, by part, and since when."""
        self.past: list[Believed] = []
        self.providers: set[str] = set()
        self.priorities: set[str] = set()
        self.dirty_at: int | None = None
        """The instant of facts whose records are not made yet."""
        self.dirty: set[str] = set()
        """The parts that those facts may have changed."""

    def settle(self, kind: Kind[Any]) -> None:
        """Make the records of what was folded up to the instant of the last fact."""
        at, self.dirty_at = self.dirty_at, None
        if at is None or self.state is None:
            return
        for part in self.dirty:
            counted, before = kind.counted(self.state, part), self.parts.get(part)
            if not before:
                self.parts[part] = dict.fromkeys(counted, at)
                continue
            self.parts[part] = {its: before.pop(its, at) for its in counted}
            self.past += [(since, at, gone) for gone, since in before.items() if since < at]
        self.dirty.clear()
        names = kind.names(self.state)
        if names is not None:
            self.providers.update(names[0])
            self.priorities.update(names[1])

    def rows(self, id_: str) -> Iterable[Values]:
        """The state's row, and one for each year that there are records of."""
        by_year: dict[int, list[Believed]] = {}
        now = [(since, END, its) for part in self.parts.values() for its, since in part.items()]
        for believed in sorted(self.past + now):
            by_year.setdefault(_year(believed[2]), []).append(believed)
        where = (self.first_position, self.position)
        yield (id_, STATE, *where, "", "", b"", encoded(self.state))
        for year, records in sorted(by_year.items()):
            packed = b"".join([LAYOUT.pack(known_from, known_to, *its) for known_from, known_to, its in records])
            labels = {its.label for _, _, its in records} if year == LINKS else set()
            names = (_listed(self.providers, labels), _listed(self.priorities, labels))
            yield (id_, year, *where, *names, packed, b"")


class ImpactView(View):
    """Records to count, by resource and year."""

    name = "impact"
    version = 4
    columns = (
        ("id", String()),
        ("year", Integer()),
        ("first_position", BigInteger()),
        ("position", BigInteger()),
        ("providers", String()),
        ("priorities", String()),
        ("records", LargeBinary()),
        ("state", LargeBinary()),
    )
    key = ("id", "year")
    indexes = (IndexOn("id", "year", unique=True), IndexOn("position"))

    def __init__(self, kinds: Sequence[Kind[Any]]) -> None:
        self.facts = tuple(fact for kind in kinds for fact in kind.facts)
        self._kinds = {kind.prefix: kind for kind in kinds}
        self._kind_of = {fact.TOPIC: kind for kind in kinds for fact in kind.facts}
        super().__init__()

    def told(self, row: Any) -> dict[str, Any] | None:
        if row.year == STATE:
            kind = self._kinds[row.id[0]]
            return kind.told(kind.decoded(row.state))
        counted = {"year": row.year, "counted_records": len(row.records) // LAYOUT.size}
        return {"staff_id": row.id[1:]} | counted if self._kinds[row.id[0]].of_people else None

    def rows(self, batch: Iterable[Entry]) -> Sequence[Values]:
        return self._folded({}, batch)

    def apply(self, connection: Connection, table: Table, batch: Sequence[Entry]) -> None:
        known = self._stored(connection, table, {self._id(fact) for _, fact in batch})
        rows = self._folded(known, batch)
        if known:
            connection.execute(delete(table).where(table.c.id.in_(known)))
        self.insert(connection, table, rows)

    def _folded(self, known: dict[str, _Resource], batch: Iterable[Entry]) -> list[Values]:
        for position, fact in batch:
            kind = self._kind_of[fact.TOPIC]
            id_ = kind.prefix + kind.resource(fact)
            its = known.get(id_)
            if its is None:
                its = known[id_] = _Resource(position)
            at = microseconds(fact.recorded_at)
            if its.dirty_at is not None and its.dirty_at < at:
                its.settle(kind)
            its.state, its.position, its.dirty_at = kind.fold(its.state, fact), position, at
            its.dirty.add(kind.part(fact))
        for id_, its in known.items():
            its.settle(self._kinds[id_[0]])
        return [row for id_, its in known.items() if its.state is not None for row in its.rows(id_)]

    def _id(self, fact: Fact) -> str:
        kind = self._kind_of[fact.TOPIC]
        return kind.prefix + kind.resource(fact)

    def _stored(self, connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, _Resource]:
        found: dict[str, _Resource] = {}
        since: dict[str, dict[Counted, int]] = {}
        for row in connection.execute(select(table).where(table.c.id.in_(ids))):
            its = found.setdefault(row.id, _Resource(row.first_position))
            its.position = row.position
            if row.year == STATE:
                its.state = self._kinds[row.id[0]].decoded(row.state)
            elif row.year == LINKS:
                its.providers, its.priorities = _named(row.providers), _named(row.priorities)
            for known_from, known_to, *fields in LAYOUT.iter_unpack(row.records):
                counted = Counted(*fields)
                if known_to == END:
                    since.setdefault(row.id, {})[counted] = known_from
                else:
                    its.past.append((known_from, known_to, counted))
        for id_, its in found.items():
            kind = self._kinds[id_[0]]
            for part in kind.parts(its.state):
                its.parts[part] = {each: since[id_][each] for each in kind.counted(its.state, part)}
        return found


def _year(its: Counted) -> int:
    year = NO_YEAR.get(its.kind)
    return year_of(its.day) if year is None else year


def _listed(names: set[str], labels: set[int]) -> str:
    """The names that labels stand for."""
    its = sorted(name for name in names if digest(name) in labels) if labels else []
    return msgspec.json.encode(its).decode() if its else ""


def _named(listed: str) -> set[str]:
    return set(msgspec.json.decode(listed)) if listed else set()
