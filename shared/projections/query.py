"""Questions to a versions view: what is, or at some instant was, believed, and what was owed on a day as known then."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Engine, Row, Select, select, tuple_
from sqlalchemy.sql import ColumnElement

from shared.eventstore.ledger import Ledger
from shared.projections.instants import END, instant, microseconds
from shared.projections.log import entries, rows_beside
from shared.projections.schedule import Schedule
from shared.projections.totals import Totals, add_up
from shared.projections.versions import NOT_STORED, STILL_BELIEVED, VersionsView

S = TypeVar("S", bound=msgspec.Struct)
_SCHEDULES = msgspec.json.Decoder(Schedule)


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
    schedule: Schedule
    state: S


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """Which resources: all that is given must hold."""

    id: str | None = None
    staff_id: str | None = None
    school_urns: Sequence[str] | None = None
    status: Sequence[str] | None = None


EVERY = Which()


class Versions(Generic[S]):
    """Questions to one versions view."""

    def __init__(self, ledger: Ledger, engine: Engine, view: VersionsView[S]) -> None:
        self.ledger = ledger
        self.engine = engine
        self.view = view
        c = view.table.c
        shown = (c.known_from, c.known_to, c.first_position, c.position, c.schedule, c.state)
        self._select = select(c.id, c.staff_id, c.school_urn, c.status, *shown)

    def as_known(self, known_at: datetime | None = None, which: Which = EVERY) -> list[Believed[S]]:
        """The version of each resource believed at `known_at` (inclusive), or now; the first recorded first."""
        c = self.view.table.c
        query = self._select.where(*self._conditions(known_at, which))
        return self._read(query.order_by(c.first_position, c.id))

    def one(self, id: str, known_at: datetime | None = None) -> Believed[S] | None:  # noqa: A002  the field's name
        """The resource as believed at `known_at`, or now; None if nothing was known of it."""
        return next(iter(self.as_known(known_at, Which(id=id))), None)

    def history(self, id: str) -> list[Believed[S]]:  # noqa: A002  the field's name
        """Every version of one resource, oldest first."""
        c = self.view.table.c
        return self._read(self._select.where(c.id == id).order_by(c.known_from))

    def by_id(
        self, which: Which = EVERY, *, after: str = "", limit: int = 50, known_at: datetime | None = None
    ) -> list[Believed[S]]:
        """At most `limit` resources whose id follows `after`, in order of id."""
        c = self.view.table.c
        query = self._select.where(c.id > after, *self._conditions(known_at, which))
        return self._read(query.order_by(c.id).limit(limit))

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
        query = self._select.where(*self._conditions(known_at, which))
        if after is not None:
            place = tuple_(c.first_position, c.id)
            query = query.where(place < after if newest_first else place > after)
        order = (c.first_position.desc(), c.id.desc()) if newest_first else (c.first_position, c.id)
        return self._read(query.order_by(*order).limit(limit))

    def totals(self, on: date, known_at: datetime | None = None, school_urns: Sequence[str] | None = None) -> Totals:
        """What each amount of each school's resources adds up to on the day `on`, as known at `known_at`, or now."""
        return add_up(self.owed(on, known_at, school_urns), on)

    def owed(self, on: date, known_at: datetime | None, school_urns: Sequence[str] | None) -> Sequence[Any]:
        """School, person and stored schedule of every resource that may have an amount on the day `on` or later."""
        c = self.view.table.c
        owed = c.owed_until > on.toordinal()
        conditions = self._conditions(known_at, Which(school_urns=school_urns))
        with self.engine.connect() as connection:
            rows = connection.execute(select(c.school_urn, c.staff_id, c.schedule).where(owed, *conditions))
            return rows.cursor.fetchall()

    def _conditions(self, known_at: datetime | None, which: Which) -> list[ColumnElement[bool]]:
        c = self.view.table.c
        equal: dict[str, Any] = {"id": which.id, "staff_id": which.staff_id}
        among: dict[str, Sequence[str] | None] = {"school_urn": which.school_urns, "status": which.status}
        conditions = [c[name] == value for name, value in equal.items() if value is not None]
        conditions += [c[name].in_(values) for name, values in among.items() if values is not None]
        if known_at is None:
            return [*conditions, STILL_BELIEVED]
        at = microseconds(known_at)
        return [*conditions, c.known_from <= at, c.known_to > at]

    def _read(self, query: Select[Any]) -> list[Believed[S]]:
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Believed(
                id=row.id,
                staff_id=row.staff_id,
                school_urn=row.school_urn,
                status=row.status,
                known_from=instant(row.known_from),
                known_to=None if row.known_to == END else instant(row.known_to),
                first_position=row.first_position,
                position=row.position,
                schedule=_SCHEDULES.decode(row.schedule),
                state=self._state(row),
            )
            for row in rows
        ]

    def _state(self, row: Row[Any]) -> S:
        """As the row has it, or where the version was superseded, folded again from the log."""
        if row.state != NOT_STORED:
            return self.view.stored_state(row.state)
        rows = rows_beside(self.ledger, row.first_position, row.position)
        state = self.view.state_at(row.id, entries(self.ledger, rows, self.view.topics))
        if state is None:
            raise LostFactsError(row.id)
        return state


def totals_of(
    several: Sequence[Versions[Any]], on: date, known_at: datetime | None, school_urns: Sequence[str] | None
) -> Totals:
    """The totals of several views together, each with amounts of its own names; a person counts once a school."""
    return add_up(chain.from_iterable(versions.owed(on, known_at, school_urns) for versions in several), on)
