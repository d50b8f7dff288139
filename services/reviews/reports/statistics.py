"""Impact statistics read from their view, as known at an instant; what was read is kept, and read on as it changes."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from threading import Lock
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from services.reviews.domain.impact import Impact
from services.reviews.reports.annual import with_benefits
from services.reviews.statistics.census import By
from services.reviews.statistics.impact import Year, counted, published
from services.reviews.statistics.snapshot import NOW, Row, Snapshot, empty, renewed
from services.reviews.views.impact import EVERY_YEAR, LINKS, STATE, ImpactView
from shared.dates import first_of_year, london_day
from shared.projections.engine import at_one_moment
from shared.projections.instants import microseconds
from shared.projections.positions import served

KEPT_SNAPSHOTS, KEPT_YEARS = 4, 64
FROZEN_BY: tuple[By, By] = ("role_category", "benefit")
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
        self._years: OrderedDict[tuple[Any, ...], Year] = OrderedDict()

    def impact(self, asked: Question, now: datetime) -> Impact:
        """The statistics of a year."""
        return published(
            self.year(asked), asked.school_urn, year=asked.year, cut=asked.cut, known_at=asked.known_at or now
        )

    def frozen(self, school_urn: str, year: str, known_at: datetime) -> tuple[Impact, int]:
        """The figures of an annual review, and how far the view had come: all it knew is in them."""
        asked = Question(school_urn=school_urn, year=year, by="role_category", on=london_day(known_at))
        kept, instant = self._read(_window(asked)), microseconds(known_at)
        by_role, by_benefit = (
            published(
                counted(kept.snapshot, year=year, by=by, on=asked.on, known_at=instant),
                school_urn,
                year=year,
                cut=None,
                known_at=known_at,
            )
            for by in FROZEN_BY
        )
        return with_benefits(by_role, by_benefit), kept.position

    def snapshot(self, year: str) -> Snapshot:
        """What the view holds of a year."""
        asked = Question(school_urn=None, year=year, by="role_category", on=first_of_year(year))
        return self._read(_window(asked)).snapshot

    def year(self, asked: Question) -> Year:
        """The year counted for the whole trust; counted once for all who ask while nothing changes."""
        kept = self._read(_window(asked))
        known_at = NOW if asked.known_at is None else microseconds(asked.known_at)
        key = (kept.generation, kept.position, asked.year, asked.by, asked.on, known_at)
        found = self._years.get(key)
        if found is None:
            found = counted(kept.snapshot, year=asked.year, by=asked.by, on=asked.on, known_at=known_at)
            with self._lock:
                _keep(self._years, key, found, KEPT_YEARS)
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


def _window(asked: Question) -> Window:
    first = int(asked.year[:4])
    if asked.by == "academic_year":
        return ()
    return (LINKS, first - 1, first) if asked.by in ("provider", "priority") else (first - 1, first)


def _names(listed: str) -> Sequence[str]:
    return msgspec.json.decode(listed, type=list[str]) if listed else ()


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
