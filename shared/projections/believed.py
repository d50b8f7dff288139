"""A row of a versions view taken apart: the versions it holds, and the one that was believed at an instant."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row

from shared.projections.instants import instant
from shared.projections.past import Past, nth_believed, schedule_then, unpacked


class Version(msgspec.Struct, frozen=True):
    """One version as its row tells it, the schedule as stored. `current` where it is not one of the row's past."""

    row: Row[Any]
    staff_id: str
    school_urn: str
    status: str
    known_from: datetime
    known_to: datetime | None
    position: int
    schedule: bytes
    current: bool


def current(row: Row[Any]) -> Version:
    """What is believed now."""
    since = instant(row.known_from)
    return Version(row, row.staff_id, row.school_urn, row.status, since, None, row.position, row.schedule, True)


def versions(row: Row[Any]) -> Iterator[Version]:
    """Every version, the oldest first."""
    past = unpacked(row.past)
    for nth in range(len(past)):
        yield _superseded(row, past, nth)
    yield current(row)


def believed_at(row: Row[Any], at: datetime) -> Version:
    """The version believed at an instant, which is not before the row's first."""
    if instant(row.known_from) <= at:
        return current(row)
    past = unpacked(row.past)
    return _superseded(row, past, nth_believed(past, at))


def _superseded(row: Row[Any], past: list[Past], nth: int) -> Version:
    its = past[nth]
    staff_id, school_urn = its.whose or (row.staff_id, row.school_urn)
    known_to = past[nth + 1].known_from if nth + 1 < len(past) else instant(row.known_from)
    schedule = schedule_then(past, nth)
    return Version(row, staff_id, school_urn, its.status, its.known_from, known_to, its.position, schedule, False)
