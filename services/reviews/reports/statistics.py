"""Impact statistics read from their view, as known at an instant; what was read is kept, and read on as it changes."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar

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

KEPT_SNAPSHOTS, KEPT_BASES, KEPT_YEARS, KEPT_ANSWERS = 4, 16, 64, 256
FROZEN_BY: tuple[By, By] = ("role_category", "benefit")
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


class _Kept(msgspec.Struct, frozen=True):
    """What was read of a window: of which table of the view, up to which position."""

    generation: int
    position: int
    snapshot: Snapshot


class Statistics:
    """Questions to the view of what is counted. For several threads at once."""

    def __init__(self, engine: Engine, view: ImpactView) -> None:
        self._engine = engine
        self._view = view
        self._lock = Lock()
        self._snapshots: OrderedDict[Window, _Kept] = OrderedDict()
        self._bases: OrderedDict[Any, tuple[Basis, Staying]] = OrderedDict()
        self._years: OrderedDict[Any, Year] = OrderedDict()
        self._answers: OrderedDict[Any, Impact] = OrderedDict()

    def impact(self, asked: Question, now: datetime) -> Impact:
        """The statistics of a year."""
        kept = self._read_for(asked)
        key = (*self._key(kept, asked), asked.by, asked.school_urn)
        known_at = asked.known_at or now

        def tell() -> Impact:
            its = self._counted(kept, asked)
            return published(its, asked.school_urn, year=asked.year, cut=asked.cut, known_at=known_at)

        found = self._kept(self._answers, key, tell, KEPT_ANSWERS)
        return msgspec.structs.replace(found, cut=asked.cut, known_at=known_at)

    def frozen(self, school_urn: str, year: str, known_at: datetime) -> tuple[Impact, int]:
        """The figures of an annual review, and how far the view had come: all it knew is in them."""
        kept = self._read(_window(year))
        basis = Basis(kept.snapshot, year=year, on=london_day(known_at), known_at=microseconds(known_at))
        stay = staying(basis)
        by_role, by_benefit = (
            published(counted(basis, by, stay), school_urn, year=year, cut=None, known_at=known_at) for by in FROZEN_BY
        )
        return with_benefits(by_role, by_benefit), kept.position

    def snapshot(self, year: str) -> Snapshot:
        """What the view holds of a year."""
        return self._read(_window(year)).snapshot

    def year(self, asked: Question) -> Year:
        """The year counted for the whole trust; counted once for all who ask while nothing changes."""
        return self._counted(self._read_for(asked), asked)

    def _read_for(self, asked: Question) -> _Kept:
        return self._read(() if asked.by == "academic_year" else _window(asked.year))

    def _key(self, kept: _Kept, asked: Question) -> tuple[Any, ...]:
        known_at = NOW if asked.known_at is None else microseconds(asked.known_at)
        return (kept.generation, kept.position, asked.by == "academic_year", asked.year, asked.on, known_at)

    def _counted(self, kept: _Kept, asked: Question) -> Year:
        key = self._key(kept, asked)

        def ground() -> tuple[Basis, Staying]:
            basis = Basis(kept.snapshot, year=asked.year, on=asked.on, known_at=key[-1])
            return basis, staying(basis)

        basis, stay = self._kept(self._bases, key, ground, KEPT_BASES)
        return self._kept(self._years, (asked.by, key), lambda: counted(basis, asked.by, stay), KEPT_YEARS)

    def _kept(self, kept: OrderedDict[Any, T], key: Any, make: Callable[[], T], most: int) -> T:
        found = kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                _keep(kept, key, found, most)
        return found

    def _read(self, window: Window) -> _Kept:
        """What the view holds of a window now."""
        with self._lock, at_one_moment(self._engine) as connection:
            at = served(connection)[self._view.name]
            kept = self._snapshots.get(window)
            if kept is None or kept.generation != at.generation:
                kept = _Kept(at.generation, 0, empty())
            if kept.position < at.position:
                snapshot = self._read_on(connection, kept, window)
                kept = _Kept(at.generation, at.position, snapshot)
            _keep(self._snapshots, window, kept, KEPT_SNAPSHOTS)
        return kept

    def _read_on(self, connection: Connection, kept: _Kept, window: Window) -> Snapshot:
        c = self._view.table.c
        since = c.position > kept.position
        query = select(c.id, c.year, c.providers, c.priorities, c.records)
        query = query.where(c.year.in_((EVERY_YEAR, STATE, *window)) if window else c.year != LINKS)
        rows = connection.execute(query.where(since)).cursor.fetchall()
        changed = {id_ for id_, *_ in rows} if kept.snapshot.rows else set()
        read = [
            Row(id_, _names(providers), _names(priorities), bytes(records))
            for id_, year, providers, priorities, records in rows
            if year != STATE
        ]
        return renewed(kept.snapshot, changed, read)


def _window(year: str) -> Window:
    """A year, the one before, in which people may have been trained, and what requests name, of every year."""
    first = int(year[:4])
    return (LINKS, first - 1, first)


def _names(listed: str) -> Sequence[str]:
    return msgspec.json.decode(listed, type=list[str]) if listed else ()


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
