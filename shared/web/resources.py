"""What the resources of every service share: where a record lies, one of a view, a page of them."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec
from flask import Response

from shared.errors import NotThere
from shared.eventstore.ledger import Call, Done
from shared.projections.query import Believed, Versions, Which
from shared.web import reads
from shared.web.commands import command
from shared.web.scope import Reach, visible
from shared.web.wiring import wiring

S = TypeVar("S", bound=Any)
T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], kw_only=True):
    """A page of a list; `next` is the cursor of the page that follows, null on the last."""

    items: list[T]
    next: str | None


def reach(record: Any) -> Reach:
    """Where a record lies: whose it is, and at which school."""
    return Reach(record.staff_id, record.school_urn)


def act(
    execute: Callable[[Call], Done[S]],
    shape: Callable[[S], msgspec.Struct],
    *,
    status: int | Callable[[S], int] = 200,
    of: Reach | None = None,
    reason: str | None = None,
) -> Response:
    """Run one command and answer with its result. `of` tells where a new record lies."""
    return command(execute, render=shape, reach=of or reach, status=status, reason=reason)


def opened(shape: Any) -> Any:
    """A shape made from a view, JSON-like, its sealed text readable."""
    return wiring().sealer.open_all(msgspec.to_builtins(shape))


def read_one(
    versions: Versions[S],
    resource_id: str,
    query: dict[str, Any],
    shape: Callable[[S], Any],
    *,
    version: Callable[[S], int] | None = attrgetter("version"),
    reach: Callable[[S], Reach] = reach,
) -> Response:
    """One resource as known at the instant asked for; without a `version`, a figure made from it."""

    def find() -> S:
        row = versions.one(resource_id, query.get("known_at"))
        if row is None:
            raise NotThere(f"there is no {resource_id}")
        state: S = row.state
        return state

    return reads.one(query, find, render=lambda state: opened(shape(state)), reach=reach, version=version)


def read_many(versions: Versions[S], query: dict[str, Any], shape: Callable[[S], Any]) -> Response:
    """A page of what is within reach, the first recorded first."""

    def fetch(after: Any, count: int) -> list[Believed[S]]:
        which = within_reach(query)
        return [] if which is None else versions.by_age(which, after=after, limit=count, known_at=query.get("known_at"))

    return reads.many(
        query, fetch, render=lambda row: opened(shape(row.state)), key=lambda row: (row.first_position, row.id)
    )


def within_reach(query: dict[str, Any]) -> Which | None:
    """What a list may show of what was asked for; None where that is nothing."""
    seen, staff_id, school_urn = visible(), query.get("staff_id"), query.get("school_urn")
    status = [query["status"]] if "status" in query else None
    if seen.schools is not None and not seen.schools:
        if staff_id not in (None, seen.staff_id) or seen.staff_id is None:
            return None
        return Which(staff_id=seen.staff_id, school_urns=[school_urn] if school_urn else None, status=status)
    if school_urn is not None:
        reached = seen.schools is None or school_urn in seen.schools or staff_id == seen.staff_id is not None
        return Which(staff_id=staff_id, school_urns=[school_urn], status=status) if reached else None
    if seen.schools is None or (staff_id is not None and staff_id == seen.staff_id):
        return Which(staff_id=staff_id, status=status)
    return Which(staff_id=staff_id, school_urns=sorted(seen.schools), status=status)
