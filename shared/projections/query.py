"""Questions to a versions view: what is, or at some instant was, believed, and what was owed on a day as known then."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Column, Engine, Row, Select, select, tuple_
from sqlalchemy.sql import ColumnElement

from shared.eventstore.ledger import Ledger
from shared.projections.believed import Version, believed_at, current, versions
from shared.projections.instants import microseconds
from shared.projections.log import entries, rows_beside
from shared.projections.past import nth_believed, schedule_then, unpacked
from shared.projections.schedule import Owing
from shared.projections.totals import Owed, Totals, add_up
from shared.projections.versions import VersionsView

S = TypeVar("S", bound=msgspec.Struct)
PAGE = 500
"""How many rows are read at a time where what was so then has to be looked for in their past."""
Stored = tuple[str, str, bytes]
"""School, person, stored schedule."""


class LostFactsError(LookupError):
    """The log does not say what a view says that it says."""


class Believed(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """One version of a resource. `known_to` is None while it is still believed."""

    id: str
    staff_id: str
    school_urn: str
    status: str
    known_from: datetime
    known_to: datetime | None
    first_position: int
    position: int
    schedule: Owing
    state: S

    def amount_on(self, name: str, day: date) -> int:
        """The pence of one of its amounts on a day."""
        return self.schedule.amounts_on(day).get(name, 0)


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """Which resources: all that is given must hold."""

    id: str | None = None
    staff_id: str | None = None
    school_urns: Sequence[str] | None = None
    status: Sequence[str] | None = None

    def holds(self, version: Version) -> bool:
        return (
            self.staff_id in (None, version.staff_id)
            and (self.school_urns is None or version.school_urn in self.school_urns)
            and (self.status is None or version.status in self.status)
        )


EVERY = Which()


class Versions(Generic[S]):
    """Questions to one versions view."""

    def __init__(self, ledger: Ledger, engine: Engine, view: VersionsView[S]) -> None:
        self.ledger = ledger
        self.engine = engine
        self.view = view

    def as_known(self, known_at: datetime | None = None, which: Which = EVERY) -> list[Believed[S]]:
        """The version of each resource believed at `known_at` (inclusive), or now; the first recorded first."""
        c = self.view.table.c
        query = self._select(known_at, which).order_by(c.first_position, c.id)
        return self._told(self._those(self._read(query), known_at, which))

    def one(self, id: str, known_at: datetime | None = None) -> Believed[S] | None:  # noqa: A002  the field's name
        """The resource as believed at `known_at`, or now; None if nothing was known of it."""
        return next(iter(self.as_known(known_at, Which(id=id))), None)

    def history(self, id: str) -> list[Believed[S]]:  # noqa: A002  the field's name
        """Every version of one resource, oldest first."""
        rows = self._read(select(self.view.table).where(self.view.table.c.id == id))
        return self._told(version for row in rows for version in versions(row))

    def by_id(
        self, which: Which = EVERY, *, after: str = "", limit: int = 50, known_at: datetime | None = None
    ) -> list[Believed[S]]:
        """At most `limit` resources whose id follows `after`, in order of id."""
        c = self.view.table.c
        return self._told(self._paged((c.id,), (after,), limit, known_at, which))

    def by_age(
        self,
        which: Which = EVERY,
        *,
        after: tuple[int, str] | None = None,
        limit: int = 50,
        newest_first: bool = False,
        known_at: datetime | None = None,
    ) -> list[Believed[S]]:
        """At most `limit` resources beyond `after` (`first_position`, `id`), in the order in which they came to be."""
        c = self.view.table.c
        place = (c.first_position, c.id)
        return self._told(self._paged(place, after, limit, known_at, which, falling=newest_first))

    def upto(
        self, column: str, bound: int, which: Which = EVERY, *, after: tuple[int, str] | None = None, limit: int = 50
    ) -> list[Believed[S]]:
        """At most `limit` resources whose `column`, one of the view's own, is at most `bound`, in its order.

        They lie beyond `after`, which is a value of the column and an id.
        """
        c = self.view.table.c
        place = (c[column], c.id)
        query = self._select(None, which).where(place[0] <= bound).order_by(*place).limit(limit)
        if after is not None:
            query = query.where(tuple_(*place) > after)
        return self._told(map(current, self._read(query)))

    def totals(self, on: date, known_at: datetime | None = None, school_urns: Sequence[str] | None = None) -> Totals:
        """What each amount of each school's resources adds up to on the day `on`, as known at `known_at`, or now."""
        return add_up(self.owed(on, known_at, school_urns))

    def owed(self, on: date, known_at: datetime | None, school_urns: Sequence[str] | None) -> Iterator[Owed]:
        """School, person and amounts on the day `on`, of every resource that may have any then or later."""
        found = self._owed_now(on, school_urns) if known_at is None else self._owed_then(on, known_at, school_urns)
        stored_schedule = self.view.stored_schedule
        return ((urn, staff_id, stored_schedule(stored).amounts_on(on)) for urn, staff_id, stored in found)

    def _owed_now(self, on: date, school_urns: Sequence[str] | None) -> Sequence[Stored]:
        c = self.view.table.c
        query = select(c.school_urn, c.staff_id, c.schedule).where(c.owed_until > on.toordinal())
        with self.engine.connect() as connection:
            rows = connection.execute(query.where(*self._conditions(None, Which(school_urns=school_urns))))
            found: Sequence[Stored] = rows.cursor.fetchall()
        return found

    def _owed_then(self, on: date, at: datetime, school_urns: Sequence[str] | None) -> Iterator[Stored]:
        """What was superseded since may have been owed; what was not, only if it still is."""
        c, known_at = self.view.table.c, microseconds(at)
        query = select(c.school_urn, c.staff_id, c.schedule, c.known_from, c.past)
        either = (c.owed_until > on.toordinal()) | (c.known_from > known_at)
        with self.engine.connect() as connection:
            rows = connection.execute(query.where(either, *self._conditions(at, Which(school_urns=school_urns))))
            found = rows.cursor.fetchall()
        for school_urn, staff_id, schedule, known_from, past in found:
            if known_from <= known_at:
                yield school_urn, staff_id, schedule
                continue
            superseded = unpacked(past)
            nth = nth_believed(superseded, at)
            whose, its = superseded[nth].whose or (staff_id, school_urn), schedule_then(superseded, nth)
            if school_urns is None or whose[1] in school_urns:
                yield whose[1], whose[0], its

    def _select(self, known_at: datetime | None, which: Which) -> Select[Any]:
        return select(self.view.table).where(*self._conditions(known_at, which))

    def _conditions(self, known_at: datetime | None, which: Which) -> list[ColumnElement[bool]]:
        """What can be said of a row's columns, which are those of its current version."""
        c = self.view.table.c
        conditions = [] if which.id is None else [c.id == which.id]
        if known_at is not None:
            conditions.append(c.known_since <= microseconds(known_at))
            if self.view.moves:
                return conditions
        if which.staff_id is not None:
            conditions.append(c.staff_id == which.staff_id)
        if which.school_urns is not None:
            conditions.append(c.school_urn.in_(which.school_urns))
        if which.status is not None and known_at is None:
            conditions.append(c.status.in_(which.status))
        return conditions

    def _paged(
        self,
        place: Sequence[Column[Any]],
        after: Sequence[Any] | None,
        limit: int,
        known_at: datetime | None,
        which: Which,
        *,
        falling: bool = False,
    ) -> list[Version]:
        """The first `limit` beyond a place. Of a page of rows only some may have been so then: the next makes up."""
        query = self._select(known_at, which).order_by(*[column.desc() if falling else column for column in place])
        page = limit if known_at is None else max(limit, PAGE)
        found: list[Version] = []
        while len(found) < limit:
            here = tuple_(*place)
            beyond = [] if after is None else [here < tuple(after) if falling else here > tuple(after)]
            rows = self._read(query.where(*beyond).limit(page))
            found += self._those(rows, known_at, which)
            if len(rows) < page:
                break
            after = [getattr(rows[-1], column.name) for column in place]
        return found[:limit]

    def _those(self, rows: Iterable[Row[Any]], known_at: datetime | None, which: Which) -> Iterator[Version]:
        """Of each row what was believed then, if it is one of those asked for."""
        if known_at is None:
            return map(current, rows)
        return filter(which.holds, (believed_at(row, known_at) for row in rows))

    def _read(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self.engine.connect() as connection:
            return connection.execute(query).all()

    def _told(self, found: Iterable[Version]) -> list[Believed[S]]:
        return [
            Believed(
                id=version.row.id,
                staff_id=version.staff_id,
                school_urn=version.school_urn,
                status=version.status,
                known_from=version.known_from,
                known_to=version.known_to,
                first_position=version.row.first_position,
                position=version.position,
                schedule=self.view.stored_schedule(version.schedule),
                state=self._state(version),
            )
            for version in found
        ]

    def _state(self, version: Version) -> S:
        """As the row has it, or where the version was superseded, folded again from the log."""
        row = version.row
        if version.current:
            return self.view.stored_state(row.state)
        rows = rows_beside(self.ledger, row.first_position, version.position)
        state = self.view.state_at(row.id, entries(self.ledger, rows, self.view.topics))
        if state is None:
            raise LostFactsError(row.id)
        return state


def totals_of(
    several: Sequence[Versions[Any]], on: date, known_at: datetime | None, school_urns: Sequence[str] | None
) -> Totals:
    """The totals of several views together, each with amounts of its own names; a person counts once a school."""
    return add_up(chain.from_iterable(versions.owed(on, known_at, school_urns) for versions in several))
