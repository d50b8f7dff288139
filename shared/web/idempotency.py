"""`Idempotency-Key`: the same key and body have one effect and get the same answer.

A command that took effect leaves a receipt in the transaction of its events, its answer sealed for the person it is
about. A command without a key leaves none: on SQLite a COMMIT either returns or raises, so no reply is lost after it,
and on PostgreSQL an append whose reply was lost is found again by its events.
The second of two concurrent requests loses the race in the database and gets the winner's answer, so "still running"
is never said.
"""

import hashlib
import re
from typing import NamedTuple

import msgspec
from flask import Response, request
from werkzeug.exceptions import BadRequest

from shared.errors import StateForbids
from shared.eventstore.fact import ERASED
from shared.eventstore.recorder import Receipt
from shared.web.caller import current_caller
from shared.web.patterns import VISIBLE_ASCII
from shared.web.problems import InvalidFields
from shared.web.roles import SYSTEMS
from shared.web.scope import Reach, acting_role
from shared.web.wiring import wiring

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


class AnswerErased(StateForbids):
    """The request took effect before, and its answer was erased with the person's data."""


class Answer(msgspec.Struct, frozen=True):
    """What a command answered, as its receipt keeps it, and where the record lies that it was about."""

    status: int
    headers: dict[str, str]
    body: str
    reach: Reach

    def response(self, position: int) -> Response:
        response = Response(self.body, self.status, self.headers, content_type="application/json")
        response.headers["Cpd-Position"] = str(position)
        return response


class Attempt(NamedTuple):
    """A request that is told apart by its caller, key and content."""

    caller: str
    key: str
    fingerprint: str

    def receipt(self, answer: Answer) -> Receipt:
        """The receipt of an answer, to be saved with the events."""
        text = msgspec.json.encode(answer).decode()
        sealed = wiring().sealer.seal(answer.reach.staff_id, text) if answer.reach.staff_id else text
        return Receipt(self.caller, self.key, self.fingerprint, sealed)

    def replay(self, receipt: Receipt | None = None) -> Response | None:
        """The answer this request was given before; None for a new one. Its position is the log's present end.

        Raises InvalidFields where the key stood for another request, AnswerErased, and NotThere where the record has
        gone out of the caller's reach.
        """
        found = receipt or wiring().ledger.recorder.receipt(self.caller, self.key)
        if found is None:
            return None
        if found.fingerprint != self.fingerprint:
            raise InvalidFields({HEADER: ["was used before for another request"]})
        text = wiring().sealer.open(found.answer)
        if text == ERASED:
            raise AnswerErased("this took effect before; its answer was erased with the person's data")
        answer = msgspec.json.decode(text, type=Answer)
        acting_role(answer.reach)
        response = answer.response(wiring().ledger.position())
        response.headers[REPLAYED] = "true"
        return response


def check_key() -> None:
    """Raises BadRequest where a machine's POST has no key, InvalidFields where a key has not its form."""
    key = request.headers.get(HEADER)
    if key is None:
        if request.method == "POST" and current_caller().roles & SYSTEMS:
            raise BadRequest(f"this caller must send {HEADER} with every POST")
    elif re.fullmatch(VISIBLE_ASCII, key) is None:
        raise InvalidFields({HEADER: ["must be 1 to 255 visible ASCII characters"]})


def current_attempt() -> Attempt | None:
    """The request under way, where it has a key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    content = b"\n".join((request.method.encode(), request.path.encode(), request.get_data(cache=True)))
    return Attempt(current_caller().sub, key, hashlib.sha256(content).hexdigest())
