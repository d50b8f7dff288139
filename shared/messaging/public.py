"""A domain event as other systems see it: which of its fields, and in what envelope."""

from collections.abc import Collection
from typing import Any

import msgspec

from shared.eventstore.fact import Fact
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent

ENVELOPE = frozenset({"originator_id", "originator_version", "correlation_id", "causation_id", "v"})
"""Fields that the CloudEvents attributes carry, or nobody outside needs."""


def key_of(fact: Fact) -> str:
    """What keeps the order of messages: the person, or for what is about nobody the stream."""
    return fact.staff_id or str(fact.originator_id)


def public_data(fact: Fact, withheld: Collection[str] = ()) -> dict[str, Any]:
    """The `data` of a public event: the fact's own fields, its dates true and recorded, who and why (sealed)."""
    whole = msgspec.to_builtins(fact)
    shown = {name: value for name, value in whole.items() if name not in ENVELOPE and name not in withheld}
    return shown | {"effective_on": fact.effective_on.isoformat()}


def public_record(service: str, topic: str, position: int, fact: Fact, withheld: Collection[str] = ()) -> Record:
    """The message that a fact at a position of the service's log makes on its own topic."""
    data, schemas = public_data(fact, withheld), f"urn:cpd:{service}"
    event = event_of(service, fact, data, id=f"{service}/{position}", name=fact.event_name(), schemas=schemas)
    return Record(topic, key_of(fact), event.encode())


def event_of(
    service: str,
    fact: Fact,
    data: dict[str, Any],
    *,
    id: str,  # noqa: A002  CloudEvents' word
    name: str,
    schemas: str,
) -> CloudEvent:
    """A message about a fact, under a name of its own; `schemas` begins the name of its schema."""
    key = key_of(fact)
    return CloudEvent.of(
        id=id,
        source=f"/cpd/{service}",
        type=f"cpd.{service}.{name}.v{fact.VERSION}",
        subject=key,
        time=fact.recorded_at,
        dataschema=f"{schemas}:{name}:v{fact.VERSION}",
        partitionkey=key,
        data=data,
    )
