"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: the history, and the bus for systems without it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Literal

import msgspec
from flask import Response, request

from shared.audit.events import read
from shared.errors import NotAllowed, NotThere
from shared.messaging.feed import feed
from shared.messaging.inbox import Result, Schemas, accept
from shared.messaging.relay import TRACKED_AS as RELAY
from shared.messaging.topics import CHECKPOINTS
from shared.projections.history import HistoryFilter
from shared.stores import Stores
from shared.web import reads
from shared.web.access import requires
from shared.web.audience import Audience, by_type
from shared.web.batches import LARGEST_BATCH, accepted_once, read_batch
from shared.web.caller import current_caller
from shared.web.endpoints import Endpoints, json_schema
from shared.web.problems import InvalidFields
from shared.web.resources import Page, within_reach
from shared.web.roles import Role
from shared.web.schemas import EventsQuery, FeedQuery

BATCH = {
    "required": True,
    "description": "An array of CloudEvents 1.0 in JSON, or one alone.",
    "content": {
        media_type: {"schema": {"type": "array", "minItems": 1, "maxItems": LARGEST_BATCH, "items": {"type": "object"}}}
        for media_type in ("application/json", "application/cloudevents-batch+json")
    },
}


class EventShape(msgspec.Struct, kw_only=True):
    """A fact with its context: when it was true, when it was recorded, who did it and why.

    What it says, and why, is `withheld` from a caller who does not read the resource that it is about.
    """

    id: str
    position: str
    stream_id: str
    stream_version: int
    topic: str
    type: str
    type_version: int
    recorded_at: str
    effective_on: str
    actor: str
    role: str
    staff_id: str | None
    school_urn: str | None
    reason: str | None
    correlation_id: str
    causation_id: str | None
    data: dict[str, Any]
    withheld: bool


class FeedItem(msgspec.Struct, kw_only=True):
    """A CloudEvent with its place in the feed."""

    cursor: str
    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    data: dict[str, Any]
    subject: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    partitionkey: str | None = None


class InboxShape(msgspec.Struct, kw_only=True):
    """What became of each message, in the order they came."""

    results: list[Result]


class AllRefused(InvalidFields):
    """Not one message of the batch keeps to its schema."""

    def __init__(self, results: list[Result]) -> None:
        told = {f"{place}.{field}": texts for place, r in enumerate(results) for field, texts in r.errors.items()}
        super().__init__(told, results=results)


@dataclass(frozen=True)
class Doors:
    """What a service lets in and out: who reads its history, who may put what in an inbox and take what from a feed.

    `stores` gives the service's stores as the app under way has them open. Every service feeds checkpoints too. All
    `readers` see that there was an event within their reach; `audiences` say who of them reads what it says.
    """

    service: str
    stores: Callable[[], Stores]
    readers: Sequence[Role]
    audiences: Sequence[Audience]
    inbound: Mapping[str, Schemas]
    inbox_roles: Mapping[str, Role]
    feed_roles: Mapping[str, frozenset[Role]]

    def endpoints(self) -> Endpoints:
        """The three endpoints."""
        served = Endpoints("events", self.service, description="The history, and the bus by HTTP")
        fed = sorted({role for roles in self._feeds.values() for role in roles})

        @served.get("/events", *self.readers, query=EventsQuery, answer=Page[EventShape])
        def list_events(query: dict[str, Any]) -> Response:
            """The history within reach, oldest first, each event with its context."""
            return self._history(query)

        @served.route("/inbox/<identifier:topic>", methods=["POST"])
        @requires(*self.inbox_roles.values())
        @served.response(202, schema=json_schema(InboxShape))
        @served.doc(requestBody=BATCH)
        def receive(topic: str) -> Response:
            """Put a batch of CloudEvents on the bus: a result for each; what is refused does not hold back the rest."""
            return self._receive(topic)

        @served.get("/feed/<identifier:topic>", *fed, query=FeedQuery, answer=Page[FeedItem])
        def get_feed(query: dict[str, Any], topic: str) -> Response:
            """The messages of a topic after a cursor, as on the bus."""
            return self._feed(query, topic)

        served.answers.append(InboxShape)
        return served

    @property
    def _feeds(self) -> Mapping[str, frozenset[Role]]:
        return {CHECKPOINTS: frozenset({Role.HR_PLATFORM}), **self.feed_roles}

    def _history(self, query: dict[str, Any]) -> Response:
        def fetch(after: Any, count: int) -> list[dict[str, Any]]:
            wanted = _wanted(query)
            if wanted is None:
                return []
            stores = self.stores()
            positions = stores.history.positions(wanted, after=after[0] if after else None, limit=count)
            return read(stores.ledger, positions)

        return reads.many(query, fetch, render=self._rendered, key=lambda event: (int(event["position"]),))

    def _receive(self, topic: str) -> Response:
        known = self.inbound.get(topic) if topic in self.inbox_roles else None
        if known is None:
            raise NotThere(f"there is no inbox for {topic}")
        _admitted(topic, {self.inbox_roles[topic]})
        batch, stores = read_batch(), self.stores()

        def take() -> InboxShape:
            results = accept(batch, topic, known, stores.sealer, stores.bus)
            if all(result.status == HTTPStatus.UNPROCESSABLE_ENTITY for result in results):
                raise AllRefused(results)
            return InboxShape(results=results)

        return accepted_once(take)

    def _feed(self, query: dict[str, Any], topic: str) -> Response:
        if topic not in self._feeds:
            raise NotThere(f"there is no feed of {topic}")
        _admitted(topic, self._feeds[topic])
        if "min_position" in query:
            reads.settled(query, self._relayed)
        page = feed(self.stores().bus, topic, query.get("after"), query["limit"])
        return Response(msgspec.json.encode(page), content_type="application/json")

    def _relayed(self) -> int:
        return self.stores().ledger.recorder.max_tracking_id(RELAY) or 0

    def _rendered(self, event: dict[str, Any]) -> Any:
        told = self._audiences[event["type"]].tell({"id": f"{self.service}/{event['position']}", **event})
        return self.stores().sealer.open_all(told)

    @cached_property
    def _audiences(self) -> Mapping[str, Audience]:
        return by_type(self.audiences)


def _admitted(topic: str, roles: set[Role] | frozenset[Role]) -> None:
    if not current_caller().roles & (roles | ({Role.AUDITOR} if request.method == "GET" else set())):
        raise NotAllowed(f"{topic} takes one of the roles {', '.join(sorted(roles))}")


def _wanted(query: dict[str, Any]) -> HistoryFilter | None:
    which = within_reach({name: query[name] for name in ("staff_id", "school_urn") if name in query})
    if which is None:
        return None
    return HistoryFilter(
        stream_id=query.get("stream"),
        staff_id=which.staff_id,
        school_urns=which.school_urns,
        types=[query["type"]] if "type" in query else None,
        actor=query.get("actor"),
        correlation_id=query.get("correlation_id"),
        recorded_from=query.get("recorded_from"),
        recorded_to=query.get("recorded_to"),
    )
