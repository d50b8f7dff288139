"""Batches of messages by HTTP: one answer a batch, also when it comes twice."""

from collections.abc import Callable
from typing import Any

import msgspec
from eventsourcing.persistence import IntegrityError
from flask import Response
from werkzeug.exceptions import BadRequest

from shared.web.idempotency import Answer, current_attempt
from shared.web.request_json import read_json
from shared.web.scope import Reach
from shared.web.wiring import wiring

LARGEST_BATCH = 500
SOMEBODY = Reach("inbox", None, any_school=True)
"""Whose key seals the answer to a batch: it repeats nothing of anyone but their messages' ids."""


def read_batch() -> list[Any]:
    """The messages of this request: a JSON array of CloudEvents, or one alone. Raises BadRequest."""
    given = read_json()
    batch = [given] if isinstance(given, dict) else given
    if not isinstance(batch, list) or not 1 <= len(batch) <= LARGEST_BATCH:
        raise BadRequest(f"the body must be an array of 1 to {LARGEST_BATCH} CloudEvents")
    return batch


def accepted_once(take: Callable[[], msgspec.Struct]) -> Response:
    """Answer 202 with what `take` gives; the same request again gets the same answer. Raises BusAway.

    Killed between taking the batch and keeping the answer, the messages come again: they are told apart by their ids.
    """
    attempt = current_attempt()
    if attempt is not None and (before := attempt.replay()) is not None:
        return before
    answer = Answer(202, {}, msgspec.json.encode(take()).decode(), SOMEBODY)
    if attempt is not None:
        try:
            wiring().ledger.recorder.insert_events([], receipt=attempt.receipt(answer))
        except IntegrityError:
            return attempt.replay() or answer.response(wiring().ledger.position())
    return answer.response(wiring().ledger.position())
