"""What the resources of this service share: the runtime, and how far callers' roles reach among requests."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from flask import Response, current_app

from services.requests.api.shapes import RequestShape, request_shape
from services.requests.domain.authority import authority_over
from services.requests.domain.request import UNDECIDED, Request
from services.requests.domain.taking_part import part_of, takes_part
from services.requests.runtime import NAME, Runtime
from shared.errors import NotThere
from shared.projections.query import Believed, Versions, Which
from shared.web import reads
from shared.web.caller import current_caller
from shared.web.commands import command
from shared.web.resources import within_reach
from shared.web.roles import Role
from shared.web.scope import Reach, acting_role, admitted_roles, reached_as
from shared.web.wiring import wiring

NARROW = frozenset({Role.STAFF, Role.LINE_MANAGER, Role.GOVERNOR})
"""Readers who see some of a school's requests only."""
ASKERS = (Role.STAFF, Role.HEADTEACHER, Role.HR_PLATFORM)


def runtime() -> Runtime:
    """The service as the app that serves this request has it open."""
    found: Runtime = current_app.extensions[NAME]
    return found


def told(request: Request) -> RequestShape:
    """The answer about a request, from a view or from the log: its personal text readable."""
    readable = wiring().sealer.open_all(msgspec.to_builtins(request))
    return request_shape(msgspec.convert(readable, Request))


def reach(request: Request) -> Reach:
    """Where a request lies: whose it is, at which school, and who manages that person."""
    return Reach(request.staff_id, request.school_urn, runtime().commands.line_manager_of(request.staff_id))


def reach_at_school(request: Request) -> Reach:
    """Likewise, without asking the log who manages them."""
    return Reach(request.staff_id, request.school_urn)


def readable(query: dict[str, Any], request: Request) -> Reach:
    """Likewise for readers: the governing body reads what it has to decide, participants their part. Raises NotThere"""
    where = reach(request)
    if _reads_all_of(request):
        return where
    if _reads_their_part(query, request):
        return where._replace(staff_id=current_caller().staff_id)
    raise NotThere("there is no such record, or not for you")


def told_to_reader(request: Request) -> RequestShape:
    """The answer about a request as far as the caller reads it."""
    caller = current_caller()
    if caller.staff_id is None or _reads_all_of(request):
        return told(request)
    return told(part_of(request, caller.staff_id))


def act(request_id: str, execute: Any, **fields: Any) -> Response:
    """Run a command of the domain on one request and answer with it."""
    return command(
        lambda call: runtime().commands.on_request(call, request_id, execute, **fields), render=told, reach=reach
    )


def visible_requests(query: dict[str, Any], after: Any, count: int) -> list[Believed[Request]]:
    """A page of the requests within reach, the first recorded first."""
    roles, known_at = set(admitted_roles()), query.get("known_at")
    if roles - NARROW:
        which = within_reach(query)
        return [] if which is None else list(islice(_asked_within(which, after, count, known_at), count))
    found = {row.id: row for which in _narrowly(roles) for row in runtime().requests.as_known(known_at, which)}
    rows = sorted(found.values(), key=lambda row: (row.first_position, row.id))
    wanted = [row for row in rows if _asked_for(row, query) and _may_read(query, row.state, roles)]
    return [row for row in wanted if after is None or (row.first_position, row.id) > tuple(after)][:count]


def check_school(staff_id: str | None, school_urn: str, *, any_school: bool = False) -> None:
    """The school is within the caller's reach, and of this trust. Raises NotThere, FieldRefused."""
    acting_role(Reach(staff_id, school_urn, any_school=any_school))
    runtime().commands.require_known_school(school_urn)


def open_to_staff(record: Any) -> Reach:
    """Where a record about nobody lies that every member of staff of its school may read."""
    caller = current_caller()
    there = caller.schools is None or record.school_urn in caller.schools
    return Reach(caller.staff_id if there else None, record.school_urn)


def of_callers_schools(
    versions: Versions[Any], query: dict[str, Any], shape: Callable[[Any], Any], **wanted: Any
) -> Response:
    """A page of what is about nobody and open to the staff of the caller's schools, the first recorded first.

    `wanted` names what a state must have, where it is not None.
    """

    def fetch(after: Any, count: int) -> list[Believed[Any]]:
        schools, asked = current_caller().schools, query.get("school_urn")
        urns = None if schools is None else sorted(schools)
        if asked is not None:
            urns = [asked] if schools is None or asked in schools else []
        which = Which(school_urns=urns, status=[query["status"]] if "status" in query else None)
        those = [row for row in versions.as_known(query.get("known_at"), which) if _has(row.state, wanted)]
        return [row for row in those if after is None or (row.first_position, row.id) > tuple(after)][:count]

    return reads.many(query, fetch, render=lambda row: shape(row.state), key=lambda row: (row.first_position, row.id))


def _has(state: Any, wanted: dict[str, Any]) -> bool:
    return all(value in (None, getattr(state, name)) for name, value in wanted.items())


def _asked_within(which: Which, after: Any, count: int, known_at: datetime | None) -> Iterator[Believed[Request]]:
    """Requests of whole schools, but for what was only drafted where that is not for the caller."""
    while True:
        page = runtime().requests.by_age(which, after=after, limit=count, known_at=known_at)
        yield from (row for row in page if row.state.was_asked or _carries_on(reach_at_school(row.state)))
        if len(page) < count:
            return
        after = (page[-1].first_position, page[-1].id)


def _carries_on(where: Reach) -> bool:
    """Whether the caller reads what was only drafted: who may submit it, and the auditor."""
    return reached_as((*ASKERS, Role.AUDITOR), where)


def _narrowly(roles: set[Role]) -> list[Which]:
    caller = current_caller()
    which = []
    if Role.STAFF in roles and caller.staff_id is not None:
        which.append(Which(staff_id=caller.staff_id))
        which += [Which(id=each) for each in runtime().participants.requests_naming(caller.staff_id)]
    if Role.LINE_MANAGER in roles and caller.staff_id is not None:
        people = runtime().people.as_known()
        reports = [row.id for row in people if row.state.current.line_manager_id == caller.staff_id]
        which += [Which(staff_id=staff_id) for staff_id in reports]
    if Role.GOVERNOR in roles:
        which.append(Which(school_urns=None if caller.schools is None else sorted(caller.schools)))
    return which


def _may_read(query: dict[str, Any], request: Request, roles: set[Role]) -> bool:
    caller = current_caller()
    if _reads_their_part(query, request) or (Role.STAFF in roles and request.staff_id == caller.staff_id is not None):
        return True
    if not request.was_asked:
        return False
    if Role.LINE_MANAGER in roles and runtime().commands.line_manager_of(request.staff_id) == caller.staff_id:
        return caller.staff_id is not None
    at_school = caller.schools is None or request.school_urn in caller.schools
    return Role.GOVERNOR in roles and at_school and _for_governors(request)


def _reads_all_of(request: Request) -> bool:
    """Who the person's manager is, which the log must be asked, only where nothing nearer lets the caller read."""
    if not request.was_asked:
        return _carries_on(reach_at_school(request))
    if _reads_from(request, reach_at_school(request)):
        return True
    return Role.LINE_MANAGER in admitted_roles() and _reads_from(request, reach(request))


def _reads_from(request: Request, where: Reach) -> bool:
    try:
        role = acting_role(where)
    except NotThere:
        return False
    return role is not Role.GOVERNOR or _for_governors(request)


def _reads_their_part(query: dict[str, Any], request: Request) -> bool:
    """Whoever was taken out reads no more, and not by asking for an instant before."""
    caller = current_caller()
    if Role.STAFF not in admitted_roles() or not takes_part(request, caller.staff_id):
        return False
    if "known_at" not in query:
        return True
    now = runtime().requests.one(request.id)
    return now is not None and takes_part(now.state, caller.staff_id)


def _asked_for(row: Believed[Request], query: dict[str, Any]) -> bool:
    return all(query.get(name) in (None, getattr(row, name)) for name in ("staff_id", "school_urn", "status"))


def _for_governors(request: Request) -> bool:
    """Whether the governing body has this to decide, or decided it."""
    settings = runtime().commands.school(request.school_urn).settings
    if any(decision.authority == "governor" for decision in request.decisions):
        return True
    return request.stage in UNDECIDED and authority_over(request, request.asked_pence, settings) == "governor"
