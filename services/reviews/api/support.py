"""What the resources of this service share: the runtime, how far callers reach, and what a manager may read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec
from flask import current_app

from services.reviews.domain.activity import Activity
from services.reviews.runtime import NAME, Runtime
from services.reviews.views.activities import EXPECTED_FROM, OPEN
from shared.dates import LAST_DAY, london_day
from shared.projections.query import Believed, Versions, Which
from shared.staff import Person
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
    """Where a record lies: whose it is, at which school, and who manages that person today, whenever it is of."""
    row = runtime().people.one(record.staff_id)
    return Reach(record.staff_id, record.school_urn, None if row is None else manager_on(today(), row.state))


def manager_on(day: date, person: Person) -> str | None:
    """Who manages a person on a day; nobody who does not work here."""
    return person.current.line_manager_id if person.works_on(day) else None


def is_own(staff_id: str) -> bool:
    """Whether the caller is that person."""
    return current_caller().staff_id == staff_id


def as_shared(activity: Activity, query: dict[str, Any]) -> Activity:
    """For others than its owner, shared only where it was then and still is: the past opens nothing."""
    evaluation = activity.evaluation
    if evaluation is None or not evaluation.shared or "known_at" not in query or is_own(activity.staff_id):
        return activity
    now = runtime().activities.one(activity.id)
    if now is not None and now.state.evaluation is not None and now.state.evaluation.shared:
        return activity
    return msgspec.structs.replace(activity, evaluation=msgspec.structs.replace(evaluation, shared=False))


def reports_of(staff_id: str | None, known_at: datetime | None = None) -> list[str]:
    """Whom a person manages, in order; as known at an instant, or now."""
    people, day = runtime().people.as_known(known_at), today() if known_at is None else london_day(known_at)
    return sorted(row.id for row in people if manager_on(day, row.state) == staff_id is not None)


def check_school(staff_id: str, school_urn: str) -> None:
    """The school is within the caller's reach, and of this trust. Raises NotThere, FieldRefused."""
    acting_role(Reach(staff_id, school_urn))
    runtime().commands.require_known_school(school_urn)


def expected(query: dict[str, Any], on: date, after: Any, count: int) -> list[Believed[Activity]]:
    """A page of the activities within reach of which a stage is due on a day, the longest due first."""
    known_at, beyond = query.get("known_at"), None if after is None else (int(after[0]), str(after[1]))
    rows = [row for which in _whose(query) for row in _due(which, on, known_at, beyond, count)]
    return sorted(rows, key=longest_due)[:count]


def _whose(query: dict[str, Any]) -> list[Which]:
    """Whose activities are asked for and within reach."""
    asked, few = _given(**{name: query.get(name) for name in ("staff_id", "school_urn")}), _few()
    which = within_reach(asked) if few is None else Which(school_urns=_only(asked.get("school_urn")))
    manager_id = query.get("line_manager_id")
    reports = None if manager_id is None else set(reports_of(manager_id, query.get("known_at")))
    if which is None:
        return []
    limits = [each for each in (few, reports) if each is not None]
    if not limits:
        return [which]
    named = [each for each in set.intersection(*limits) if asked.get("staff_id") in (None, each)]
    return [Which(staff_id=staff_id, school_urns=which.school_urns) for staff_id in named]


def _due(
    which: Which, on: date, known_at: datetime | None, after: tuple[int, str] | None, count: int
) -> list[Believed[Activity]]:
    """Those with a stage due on a day, the longest due first: now by an index, then among all that were open."""
    activities, day = runtime().activities, on.toordinal()
    if known_at is None:
        return activities.upto(EXPECTED_FROM, day, which, after=after, limit=count)
    rows = activities.as_known(known_at, msgspec.structs.replace(which, status=[OPEN]))
    due = sorted((row for row in rows if longest_due(row)[0] <= day), key=longest_due)
    return [row for row in due if after is None or longest_due(row) > after][:count]


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
