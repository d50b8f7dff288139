"""Impact statistics read from their view, as known at an instant; what was read is kept, and read on as it changes."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, select

from services.reviews.domain.impact import Impact
from services.reviews.reports.annual import with_benefits
from services.reviews.statistics.census import By
from services.reviews.statistics.impact import Year, counted, published
from services.reviews.statistics.snapshot import NOW, Row, Snapshot, empty, renewed
from services.reviews.statistics.staying import Staying, staying
from services.reviews.statistics.tally import Basis
from services.reviews.views.impact import EVERY_YEAR, LINKS, STATE, ImpactView
from shared.dates import london_day
from shared.projections.engine import at_one_moment
from shared.projections.instants import microseconds
from shared.projections.positions import served

KEPT_WINDOWS, KEPT_BASES, KEPT_YEARS, KEPT_ANSWERS = 4, 16, 96, 512
FROZEN_BY: tuple[By, By] = ("role_category", "benefit")
K = TypeVar("K")
T = TypeVar("T")
Window = tuple[int, ...]
"""The years that are read, by the calendar years in which they begin, `LINKS` among them; empty for all years."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Of which school (the trust, without one) and year, by which groups, as on which day; as known when, or now."""

    school_urn: str | None
    year: str
    by: By
    on: date
    known_at: datetime | None = None
    cut: str | None = None


class _At(NamedTuple):
    """What is counted at once for all groups and schools: a year, as on a day, as known at an instant (µs)."""

    year: str
    on: date
    known_at: int


class _Read:
    """What was read of a window, of which table of the view and up to which position, and what was counted of it."""

    def __init__(self, generation: int, position: int, snapshot: Snapshot) -> None:
        self.generation, self.position, self.snapshot = generation, position, snapshot
        self.bases: OrderedDict[_At, Basis] = OrderedDict()
        self.stays: OrderedDict[_At, Staying] = OrderedDict()
        self.years: OrderedDict[tuple[_At, By], Year] = OrderedDict()
        self.answers: OrderedDict[tuple[_At, By, str | None], Impact] = OrderedDict()

    def renewed(self, position: int, snapshot: Snapshot) -> "_Read":
        """The same, read on: what was counted stands where nothing changed that was known by then.

        Not its bases, which are large: they hold on to the snapshot.
        """
        found, stands = _Read(self.generation, position, snapshot), snapshot.same_before
        found.stays.update((at, each) for at, each in self.stays.items() if at.known_at < stands)
        found.years.update((key, each) for key, each in self.years.items() if key[0].known_at < stands)
        found.answers.update((key, each) for key, each in self.answers.items() if key[0].known_at < stands)
        return found


class Statistics:
    """Questions to the view of what is counted. For several threads at once."""

    def __init__(self, engine: Engine, view: ImpactView) -> None:
        self._engine = engine
        self._view = view
        self._lock = Lock()
        self._windows: OrderedDict[Window, _Read] = OrderedDict()

    def impact(self, asked: Question, now: datetime) -> Impact:
        """The statistics of a year."""
        read, at = self._read_for(asked), _at(asked)
        known_at = asked.known_at or now

        def tell() -> Impact:
            its = self._counted(read, at, asked.by)
            return published(its, asked.school_urn, year=asked.year, cut=asked.cut, known_at=known_at)

        found = self._kept(read.answers, (at, asked.by, asked.school_urn), tell, KEPT_ANSWERS)
        return msgspec.structs.replace(found, cut=asked.cut, known_at=known_at)

    def frozen(self, school_urn: str, year: str, known_at: datetime) -> tuple[Impact, int]:
        """The figures of an annual review, and how far the view had come: all it knew is in them."""
        read = self._read(_window(year))
        basis = Basis(read.snapshot, year=year, on=london_day(known_at), known_at=microseconds(known_at))
        stay = staying(basis)
        by_role, by_benefit = (
            published(counted(basis, by, stay), school_urn, year=year, cut=None, known_at=known_at) for by in FROZEN_BY
        )
        return with_benefits(by_role, by_benefit), read.position

    def snapshot(self, year: str) -> Snapshot:
        """What the view holds of a year."""
        return self._read(_window(year)).snapshot

    def year(self, asked: Question) -> Year:
        """The year counted for the whole trust; counted once for all who ask while nothing changes."""
        return self._counted(self._read_for(asked), _at(asked), asked.by)

    def _read_for(self, asked: Question) -> _Read:
        return self._read(() if asked.by == "academic_year" else _window(asked.year))

    def _counted(self, read: _Read, at: _At, by: By) -> Year:
        def ground() -> Basis:
            return Basis(read.snapshot, year=at.year, on=at.on, known_at=at.known_at)

        def count() -> Year:
            basis = self._kept(read.bases, at, ground, KEPT_BASES)
            stay = self._kept(read.stays, at, lambda: staying(basis), KEPT_BASES)
            return counted(basis, by, stay)

        return self._kept(read.years, (at, by), count, KEPT_YEARS)

    def _kept(self, kept: OrderedDict[K, T], key: K, make: Callable[[], T], most: int) -> T:
        found = kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                _keep(kept, key, found, most)
        return found

    def _read(self, window: Window) -> _Read:
        """What the view holds of a window now."""
        with self._lock, at_one_moment(self._engine) as connection:
            at = served(connection)[self._view.name]
            read = self._windows.get(window)
            if read is None or read.generation != at.generation:
                read = _Read(at.generation, 0, empty())
            if read.position < at.position:
                read = read.renewed(at.position, self._read_on(connection, read, window))
            _keep(self._windows, window, read, KEPT_WINDOWS)
        return read

    def _read_on(self, connection: Connection, read: _Read, window: Window) -> Snapshot:
        c = self._view.table.c
        since = c.position > read.position
        query = select(c.id, c.year, c.providers, c.priorities, c.records)
        query = query.where(c.year.in_((EVERY_YEAR, STATE, *window)) if window else c.year != LINKS)
        rows = connection.execute(query.where(since)).cursor.fetchall()
        changed = {id_ for id_, *_ in rows} if read.snapshot.rows else set()
        anew = [
            Row(id_, _names(providers), _names(priorities), bytes(records))
            for id_, year, providers, priorities, records in rows
            if year != STATE
        ]
        return renewed(read.snapshot, changed, anew)


def _window(year: str) -> Window:
    """A year, the one before, in which people may have been trained, and what requests name, of every year."""
    first = int(year[:4])
    return (LINKS, first - 1, first)


def _at(asked: Question) -> _At:
    return _At(asked.year, asked.on, NOW if asked.known_at is None else microseconds(asked.known_at))


def _names(listed: str) -> Sequence[str]:
    return msgspec.json.decode(listed, type=list[str]) if listed else ()


def _keep(kept: OrderedDict[K, T], key: K, value: T, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
