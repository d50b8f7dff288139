"""Answers from the views: as fresh as asked for, with `Cpd-Position` and `ETag`, one record, a page, or figures."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from flask import Response, g, request

from shared.web.cursors import Key, cursor_after, key_in
from shared.web.problems import Unavailable
from shared.web.scope import Reach, acting_role
from shared.web.wiring import wiring

R = TypeVar("R")
PATIENCE_SECONDS = 2.0
OWN_WRITES_SECONDS = 0.25
POLL_SECONDS = 0.005


class ViewBehindError(Unavailable):
    """The view has not reached the position that was asked for."""


def one(
    query: Mapping[str, Any],
    find: Callable[[], R],
    *,
    render: Callable[[R], Any],
    reach: Callable[[R], Reach],
    version: Callable[[R], int] | None = attrgetter("version"),
) -> Response:
    """One record, with its version as `ETag`; 304 where the caller has that one. `find` raises NotThere.

    `version` is None where the answer follows from more than the record, such as today's date.
    """
    position = settled(query)
    record = find()
    where = reach(record)
    acting_role(where)
    tells_of(where.staff_id)
    return _answer(render(record), position, None if version is None else str(version(record)))


def tells_of(staff_id: str | None) -> None:
    """Have the answer under way noted in the access log as one about this person, whether or not a field says so."""
    if staff_id is not None:
        g.told_of = [staff_id]


def many(
    query: Mapping[str, Any],
    fetch: Callable[[Key | None, int], Sequence[R]],
    *,
    render: Callable[[R], Any],
    key: Callable[[R], Key],
    position: Callable[[], int] | None = None,
    beside: Callable[[], Mapping[str, Any]] = dict,
) -> Response:
    """A page `{items, next}` of a list. `fetch(after, count)` gives up to `count` rows in the order of `key`, after it.

    The query is a `ListQuery`. What the caller may see is for `fetch` to ask for (`shared.web.scope.visible`).
    `position` tells how far what is read has come, where that is not the views; `beside` what else stands in a page.
    """
    after = key_in(query["cursor"]) if "cursor" in query else None
    reached = _reached(query, position)
    limit: int = query["limit"]
    rows = fetch(after, limit + 1)
    following = cursor_after(key(rows[limit - 1])) if len(rows) > limit else None
    return _answer({"items": [render(row) for row in rows[:limit]], "next": following, **beside()}, reached)


def figures(
    query: Mapping[str, Any], compute: Callable[[], Any], position: Callable[[], int] | None = None
) -> Response:
    """What `compute` makes of the views, JSON-like; or of what `position` tells how far it has come."""
    reached = _reached(query, position)
    return _answer(compute(), reached)


def settled(query: Mapping[str, Any], position: Callable[[], int] | None = None) -> int:
    """The position that the views have reached, after waiting for them: up to two seconds for `min_position`.

    Without it, a moment for the present end of the log, so that callers read their own writes. `position` tells how far
    something other than the views is. Raises ViewBehindError.
    """
    asked: int | None = query.get("min_position")
    wanted = wiring().ledger.position() if asked is None else asked
    seconds = OWN_WRITES_SECONDS if asked is None else PATIENCE_SECONDS
    reached = _wait(position or wiring().view_position, wanted, seconds)
    if asked is not None and reached < asked:
        raise ViewBehindError(f"the view is at {reached} and has not reached {asked}")
    return reached


def _reached(query: Mapping[str, Any], position: Callable[[], int] | None) -> int:
    """As `settled`; what is not a view is waited for only where `min_position` asks for it."""
    return settled(query, position) if position is None or "min_position" in query else position()


def _wait(position: Callable[[], int], wanted: int, seconds: float) -> int:
    until = time.monotonic() + seconds
    while (reached := position()) < wanted and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    return reached


def _answer(document: Any, position: int, tag: str | None = None) -> Response:
    g.shown = document
    body = msgspec.json.encode(document)
    response = Response(body, 200, {"Cpd-Position": str(position)}, content_type="application/json")
    response.set_etag(tag or hashlib.sha256(body).hexdigest()[:32])
    response.make_conditional(request)
    return response
