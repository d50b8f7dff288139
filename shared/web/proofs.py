"""`/v1/checkpoints` and `/v1/events/{position}/proof`: what shows an auditor that the log was not altered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response

from shared.audit.offline import read_unsigned
from shared.audit.proving import (
    ConsistencyShape,
    ProofShape,
    checkpoint_of,
    consistency,
    event_at,
    inclusion,
)
from shared.audit.store import SealStore, Stored
from shared.errors import FieldRefused
from shared.eventstore.ledger import Ledger
from shared.eventstore.mapper import UnknownTopicError
from shared.eventstore.recorder import WholeRow
from shared.stores import Stores
from shared.web import reads
from shared.web.cursors import Key
from shared.web.endpoints import Endpoints
from shared.web.fields import Digits
from shared.web.resources import Page
from shared.web.roles import Role
from shared.web.schemas import ListQuery, Query
from shared.web.scope import Reach, acting_role


class CheckpointShape(msgspec.Struct, kw_only=True):
    """What was signed of the log at an instant. `note` is the signed text itself: keep it."""

    origin: str
    size: int
    root: str
    position: str
    signed_at: str
    note: str


class ConsistencyQuery(Query):
    from_size = Digits(1, required=True)


class ProofQuery(Query):
    size = Digits(1, metadata={"description": "Under the checkpoint of this size; under the newest where absent."})


@dataclass(frozen=True)
class Proofs:
    """What a service shows of its seal. `stores` gives the service's stores as the app under way has them open."""

    service: str
    stores: Callable[[], Stores]

    def endpoints(self) -> Endpoints:
        """The four endpoints."""
        served = Endpoints("proofs", self.service, description="What shows that the log was not altered")

        @served.get("/checkpoints", Role.AUDITOR, query=ListQuery, answer=Page[CheckpointShape])
        def list_checkpoints(query: dict[str, Any]) -> Response:
            """The checkpoints, the smallest first."""
            return reads.many(
                query,
                lambda after, count: self._seal.checkpoints(after=_size_in(after), limit=count),
                render=_shown,
                key=lambda stored: (stored.size,),
                position=self._sealed,
            )

        @served.get("/checkpoints/<digits:size>", Role.AUDITOR, query=Query, answer=CheckpointShape)
        def get_checkpoint(query: dict[str, Any], size: str) -> Response:
            """One checkpoint, by how many events are under it."""
            return reads.figures(query, lambda: _shown(checkpoint_of(self._seal, int(size))), self._sealed)

        @served.get(
            "/checkpoints/<digits:size>/consistency", Role.AUDITOR, query=ConsistencyQuery, answer=ConsistencyShape
        )
        def get_consistency(query: dict[str, Any], size: str) -> Response:
            """The proof that a checkpoint only adds to an older one."""
            return reads.figures(query, lambda: consistency(self._seal, query["from_size"], int(size)), self._sealed)

        @served.get("/events/<digits:position>/proof", Role.AUDITOR, query=ProofQuery, answer=ProofShape)
        def get_proof(query: dict[str, Any], position: str) -> Response:
            """The proof that an event is under a checkpoint."""
            return reads.figures(query, lambda: self._proof(int(position), query.get("size")), self._sealed)

        return served

    @property
    def _seal(self) -> SealStore:
        return self.stores().seal

    def _sealed(self) -> int:
        return self._seal.head().position

    def _proof(self, position: int, size: int | None) -> ProofShape:
        ledger = self.stores().ledger
        row = event_at(ledger, position)
        reach = _reach(ledger, row)
        acting_role(reach)
        reads.tells_of(reach.staff_id)
        return inclusion(self._seal, row, size)


def _reach(ledger: Ledger, row: WholeRow) -> Reach:
    """Where an event lies. What is no fact of ours any more is for those who see the whole trust."""
    try:
        fact = ledger.mapper.decode(row[3], row[4])
    except (UnknownTopicError, msgspec.DecodeError):
        return Reach(None, None)
    return Reach(fact.staff_id or None, fact.school_urn or None)


def _size_in(cursor: Key | None) -> int:
    """The size that a page begins beyond. Raises FieldRefused."""
    match cursor:
        case None:
            return 0
        case (int(size),):
            return size
    raise FieldRefused(cursor="is not a cursor of this list")


def _shown(stored: Stored) -> Mapping[str, Any]:
    checkpoint = read_unsigned(stored.note)
    shape = CheckpointShape(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        position=str(checkpoint.position),
        signed_at=checkpoint.signed_at,
        note=stored.note,
    )
    shown: dict[str, Any] = msgspec.to_builtins(shape)
    return shown
