"""Reads of other people's records go into the access log before they are answered; and `/v1/access-log` shows it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from flask import Flask, Response, g, request

from shared.access_log.record import AccessFacts
from shared.access_log.store import Access, AccessLog, Wanted
from shared.access_log.upto import SealedUptoShape, sealed_upto
from shared.clock import Clock
from shared.stores import Stores
from shared.web import reads
from shared.web.caller import current_caller
from shared.web.correlation import correlation_id
from shared.web.endpoints import Endpoints
from shared.web.fields import Identifier, Instant, Line
from shared.web.resources import Page
from shared.web.roles import Role
from shared.web.schemas import ListQuery
from shared.web.scope import Reach, acting_role, admitted_roles
from shared.web.wiring import wiring

OK = 200
OWNER, PARTICIPANTS = "staff_id", "participants"


def record_reads(app: Flask, log: AccessLog, clock: Clock) -> None:
    """Have every GET that shows someone's record to another noted. Where that fails, the read does."""

    def note(response: Response) -> Response:
        if request.method == "GET" and response.status_code == OK and "caller" in g:
            people = {*_people(g.get("shown")), *_in_path(), *g.get("told_of", ())} - {current_caller().staff_id}
            log.note(_accesses(sorted(people), clock))
        return response

    app.after_request(note)


def access_log(open_stores: Callable[[], Stores], facts: AccessFacts) -> Endpoints:
    """The endpoint, for auditors alone. `open_stores` gives the service's, as the app under way has them open."""
    served = Endpoints("access-log", __name__, description="Who read what about whom")

    @served.get("/access-log", query=AccessQuery, answer=AccessPage)
    def list_accesses(query: dict[str, Any]) -> Response:
        """Who read or took away what about whom in the whole trust, the first first, and up to which all is sealed."""
        acting_role(Reach(None, None))
        stores = open_stores()
        times = {"from_": query.get("recorded_from"), "to": query.get("recorded_to")}
        wanted = Wanted(staff_id=query.get("staff_id"), by=query.get("by"), **times)
        return reads.many(
            query,
            lambda after, count: stores.accesses.find(wanted, after=int(after[0]) if after else 0, limit=count),
            render=lambda found: NotedAccessShape(number=str(found[0]), **msgspec.structs.asdict(found[1])),
            key=lambda found: (found[0],),
            position=wiring().view_position,
            beside=lambda: {"sealed": sealed_upto(stores.ledger, stores.history, stores.seal, facts.sealed)},
        )

    return served


class NotedAccessShape(msgspec.Struct, kw_only=True):
    """One access. `staff_id` is empty where it was about many."""

    number: str
    at: datetime
    by: str
    role: str
    what: str
    staff_id: str
    correlation_id: str


class AccessPage(Page[NotedAccessShape], kw_only=True):
    """A page of accesses. `sealed` is null while none is."""

    sealed: SealedUptoShape | None


class AccessQuery(ListQuery):
    """Which accesses."""

    staff_id = Identifier()
    by = Line(255)
    recorded_from = Instant()
    recorded_to = Instant()


def _accesses(people: Iterable[str], clock: Clock) -> list[Access]:
    rule, roles = request.url_rule, admitted_roles()
    role = next((each for each in roles if each is not Role.STAFF), roles[0])
    said = {"by": current_caller().sub, "role": role, "what": f"GET {rule.rule if rule else request.path}"}
    return [Access(at=clock(), staff_id=each, correlation_id=correlation_id(), **said) for each in people]


def _in_path() -> Iterator[str]:
    found = (request.view_args or {}).get(OWNER)
    if found:
        yield found


def _people(document: Any) -> Iterator[str]:
    """Whose records stand in an answer, as far down as there are lists of records."""
    if isinstance(document, msgspec.Struct):
        document = msgspec.structs.asdict(document)
    if not isinstance(document, dict):
        return
    if document.get(OWNER):
        yield document[OWNER]
    for name, value in document.items():
        for each in value if isinstance(value, list) else ():
            if isinstance(each, str):
                yield from [each] if name == PARTICIPANTS else []
            else:
                yield from _people(each)
