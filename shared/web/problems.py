"""The one place where an error becomes an answer: RFC 9457 problems, `application/problem+json`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import structlog
from eventsourcing.persistence import InterfaceError as LogUnreachable
from eventsourcing.persistence import OperationalError as LogBusy
from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError as ViewsUnreachable
from werkzeug.exceptions import HTTPException

from shared.errors import FieldRefused, NotAllowed, NotThere, Overruled, Refusal, StateForbids
from shared.eventstore.ledger import OvertakenError
from shared.messaging.bus import BusAway

PROBLEM_JSON = "application/problem+json"
FAMILIES: tuple[tuple[type[Exception], int], ...] = (
    (FieldRefused, 422),
    (StateForbids, 409),
    (NotThere, 404),
    (Overruled, 412),
    (NotAllowed, 403),
    (Refusal, 409),
)
log = structlog.get_logger("cpd.web")


class InvalidFields(FieldRefused):
    """Fields that break their schema: dotted field → messages, whatever the fields are called.

    `members` are what else the problem says.
    """

    def __init__(self, errors: Mapping[str, list[str]], **members: Any) -> None:
        super().__init__()
        self.errors = dict(errors)
        self.members = members
        self.args = ("; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.errors.items()),)


class Unavailable(Exception):  # noqa: N818  it is what the caller is told
    """Something this answer needs is away; the text says what. HTTP 503."""

    retry_after = 1


def problem(
    status: int,
    name: str,
    detail: str,
    headers: Iterable[tuple[str, str]] = (),
    members: Mapping[str, Any] | None = None,
) -> Response:
    """A problem of the type that the class name makes: `AgreementCancelled` is `/problems/agreement-cancelled`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.removesuffix("Error"))
    document = {
        "type": f"/problems/{words.lower().replace(' ', '-')}",
        "title": words.capitalize(),
        "status": status,
        "detail": detail,
        **(members or {}),
    }
    return Response(msgspec.json.encode(document), status, list(headers), content_type=PROBLEM_JSON)


def register(app: Flask) -> None:
    """Have `app` answer every error that is foreseen; what is not foreseen becomes a 500 without its internals."""
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(OvertakenError, _overtaken)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(BusAway, _bus_away)
    for away in (LogUnreachable, LogBusy, ViewsUnreachable):
        app.register_error_handler(away, _database_away)


def _http_problem(error: HTTPException) -> Response:
    """What werkzeug refuses, with the headers it asks for (`Allow`, `WWW-Authenticate`, `Retry-After`)."""
    headers = [(name, value) for name, value in error.get_headers(request.environ) if name != "Content-Type"]
    return problem(error.code or 500, type(error).__name__, error.description or error.name, headers)


def flattened(messages: Any, place: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages as dotted field → messages."""
    if isinstance(messages, dict):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            inside = place if name == "_schema" else f"{place}.{name}" if place else str(name)
            for field, texts in flattened(inner, inside).items():
                found.setdefault(field, []).extend(texts)
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return {place or "body": [str(text) for text in texts]}


def _refusal(error: Refusal) -> Response:
    status = next(status for family, status in FAMILIES if isinstance(error, family))
    members: dict[str, Any] = {"errors": error.errors} if isinstance(error, FieldRefused) else {}
    if isinstance(error, InvalidFields):
        members |= error.members
    return problem(status, type(error).__name__, str(error), members=members)


def _overtaken(error: OvertakenError) -> Response:
    return problem(409, type(error).__name__, "other commands on the same record were faster: read it and try again")


def _unavailable(error: Unavailable) -> Response:
    return problem(503, type(error).__name__, str(error), [("Retry-After", str(error.retry_after))])


def _bus_away(_: BusAway) -> Response:
    return _unavailable(Unavailable("the bus is away"))


def _database_away(error: Exception) -> Response:
    log.error("database_away", error=type(error).__name__)
    return problem(503, "DatabaseAway", "the database does not answer", [("Retry-After", "1")])
