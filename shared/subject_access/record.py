"""That someone was given what is held on them, as a fact of each service's log."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.eventstore.ledger import Call, Ledger
from shared.messaging.letters import ROLE

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:subject-access")


class AccessAnswered(Fact, frozen=True, kw_only=True):
    """All that is held on the person of `staff_id` was gathered and written down.

    `items` were this service's own. `document_sha256` is of the whole document, in hexadecimal digits: a copy can be
    checked by it.
    """

    items: int
    document_sha256: str


class _Answers(Aggregate):
    """The stream of the answers that one person was given."""

    def evolve(self, fact: Fact) -> None:
        """Nothing is decided by what was done before."""


def stream_of_answers(staff_id: str) -> UUID:
    """The stream in which is stated that a person was given what is held on them."""
    return uuid5(NAMESPACE, staff_id)


def act_of(actor: str, reason: str, recorded_at: datetime, staff_id: str) -> Act:
    """The operator's act, the same for every service."""
    stream = stream_of_answers(staff_id)
    return Act(recorded_at=recorded_at, actor=actor, role=ROLE, correlation_id=str(stream), reason=reason)


def state_answer(
    ledger: Ledger, fact: type[AccessAnswered], act: Act, staff_id: str, *, items: int, document_sha256: str
) -> None:
    """State it in one service's log."""
    fields = {"staff_id": staff_id, "items": items, "document_sha256": document_sha256}
    ledger.execute(_Answers, stream_of_answers(staff_id), Call(act=act), lambda one: one.record(fact, **fields))
