"""The call of a reaction: who is said to act, when, and by what message it was brought about."""

from datetime import datetime

from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Once
from shared.messaging.cloudevents import CloudEvent


def call_of(event: CloudEvent, marks: Once, now: datetime, *, role: str, reason: str = "") -> Call:
    """The command that follows from `event`, at the instant `now`, whose marks are saved with its facts."""
    act = Act(
        recorded_at=now,
        actor=role,
        role=role,
        correlation_id=event.id,
        causation_id=f"{event.source}#{event.id}",
        reason=reason,
    )
    return Call(act=act, once=lambda _: marks)
