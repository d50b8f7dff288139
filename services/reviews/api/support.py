"""What the resources of this service share: the runtime, how far callers reach, and what a manager may read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec
from flask import current_app

from services.reviews.domain.activity import Activity
from services.reviews.runtime import NAME, Runtime
from services.reviews.views.activities import EXPECTED_FROM
from shared.dates import LAST_DAY, london_day
from shared.projections.query import Believed, Versions, Which
from shared.web.caller import current_caller
from shared.web.resources import within_reach
from shared.web.roles import Role
from shared.web.scope import Reach, acting_role, admitted_roles

NARROW = frozenset({Role.STAFF, Role.LINE_MANAGER})
"""Readers who see their own records, or those of their reports."""
PAGE = 200

S = TypeVar("S", bound=msgspec.Struct)


def runtime() -> Runtime:
    """The service as the app that serves this request has it open."""
    found: Runtime = current_app.extensions[NAME]
    return found


def today() -> date:
    return london_day(runtime().clock())


def reach(record: Any) -> Reach:
    """Where a record lies: whose it is, at which school, and who manages that person."""
    row = runtime().people.one(record.staff_id)
    return Reach(record.staff_id, record.school_urn, None if row is None else row.state.current.line_manager_id)


def is_own(staff_id: str) -> bool:
    """Whether the caller is that person."""
    return current_caller().staff_id == staff_id


def reports_of(staff_id: str | None) -> list[str]:
    """Whom a person manages, in order."""
    people = runtime().people.as_known()
    return sorted(row.id for row in people if row.state.current.line_manager_id == staff_id is not None)


def check_school(staff_id: str, school_urn: str) -> None:
    """The school is within the caller's reach, and of this trust. Raises NotThere, FieldRefused."""
    acting_role(Reach(staff_id, school_urn))
    runtime().commands.require_known_school(school_urn)


def expected(query: dict[str, Any], on: date, after: Any, count: int) -> list[Believed[Activity]]:
    """A page of the activities within reach of which a stage is due on a day, the longest due first."""
    asked, few = _given(**{name: query.get(name) for name in ("staff_id", "school_urn")}), _few()
    which = within_reach(asked) if few is None else Which(school_urns=_only(asked.get("school_urn")))
    if which is None:
        return []
    beyond, day = None if after is None else (int(after[0]), str(after[1])), on.toordinal()
    reports = set(reports_of(query["line_manager_id"])) if "line_manager_id" in query else None
    if few is None and reports is None:
        return runtime().activities.upto(EXPECTED_FROM, day, which, after=beyond, limit=count)
    those = reports if few is None else few if reports is None else few & reports
    rows = [
        row
        for staff_id in those or ()
        if asked.get("staff_id") in (None, staff_id)
        for row in runtime().activities.upto(
            EXPECTED_FROM, day, Which(staff_id=staff_id, school_urns=which.school_urns), after=beyond, limit=count
        )
    ]
    return sorted(rows, key=longest_due)[:count]


def longest_due(row: Believed[Activity]) -> tuple[int, str]:
    """The place of an activity among those of which something is due."""
    evaluation = row.state.evaluation
    return (LAST_DAY if evaluation is None else evaluation.expected_from).toordinal(), row.id


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a list was asked for: whose records, of which school, of which stored status, as known when."""

    staff_id: str | None = None
    school_urn: str | None = None
    status: Sequence[str] | None = None
    known_at: datetime | None = None


def visible(
    versions: Versions[S],
    query: dict[str, Any],
    after: Any,
    count: int,
    *,
    status: Sequence[str] | None = None,
    wanted: Callable[[Believed[S]], bool] = lambda _: True,
) -> list[Believed[S]]:
    """A page of the records within reach that are `wanted`, the first recorded first; of one of the stored `status`."""
    named = {name: query.get(name) for name in ("staff_id", "school_urn", "known_at")}
    rows = _rows(versions, Asked(**named, status=status), after)
    return list(islice((row for row in rows if wanted(row)), count))


def _rows(versions: Versions[S], asked: Asked, after: Any) -> Iterator[Believed[S]]:
    if (those := _few()) is not None:
        found = sorted(_of_few(versions, asked, those), key=lambda row: (row.first_position, row.id))
        yield from (row for row in found if after is None or (row.first_position, row.id) > tuple(after))
        return
    which = within_reach(_given(staff_id=asked.staff_id, school_urn=asked.school_urn))
    while which is not None:
        which = msgspec.structs.replace(which, status=asked.status)
        page = versions.by_age(which, after=after, limit=PAGE, known_at=asked.known_at)
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].first_position, page[-1].id)


def _few() -> set[str] | None:
    """The caller, and those whom the caller manages; None for a caller who sees whole schools."""
    caller, roles = current_caller().staff_id, admitted_roles()
    if set(roles) - NARROW:
        return None
    those = {caller} if Role.STAFF in roles and caller is not None else set()
    return those | set(reports_of(caller)) if Role.LINE_MANAGER in roles else those


def _of_few(versions: Versions[S], asked: Asked, those: Iterable[str]) -> Iterator[Believed[S]]:
    for staff_id in those:
        if asked.staff_id in (None, staff_id):
            which = Which(staff_id=staff_id, school_urns=_only(asked.school_urn), status=asked.status)
            yield from versions.as_known(asked.known_at, which)


def _given(**named: str | None) -> dict[str, Any]:
    return {name: value for name, value in named.items() if value is not None}


def _only(school_urn: str | None) -> list[str] | None:
    return None if school_urn is None else [school_urn]
