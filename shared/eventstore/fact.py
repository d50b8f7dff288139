"""The base of every event: what happened, when it was true, when it was recorded, who did it and why."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec

from shared.dates import london_day

Sealed = Annotated[str, msgspec.Meta(extra={"sealed": True})]
"""Text about a person. In the log it stands only under the key of `Fact.staff_id` (see `shared.eventstore.sealing`)."""
SealedApart = Annotated[str, msgspec.Meta(extra={"sealed_apart": True})]
"""A token of text under a key of its own, which outlives that of `Fact.staff_id`. Sealed before the fact is stated."""
ERASED = "[erased]"
"""What stands in place of text whose key is gone."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something, in which role, when, and why: the context that every event of one command shares.

    `recorded_at` is an aware UTC instant; it is the only clock a domain knows. `staff_id` is the actor's own id where
    the actor is a person. `correlation_id` ties together all that follows from one outside request, `causation_id`
    names the message that led to this act (empty for a command from outside).
    """

    recorded_at: datetime
    actor: str
    role: str
    correlation_id: str
    causation_id: str = ""
    staff_id: str | None = None
    reason: str = ""

    @property
    def today(self) -> date:
        """The day of this act in Europe/London."""
        return london_day(self.recorded_at)


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A past-tense fact in an aggregate's stream. Subclasses add typed fields, a `TOPIC`, and once changed a `VERSION`.

    The stored row is this struct as JSON, whole. An older version is raised by `upcast`, one function a step.
    """

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1
    EFFECTIVE: ClassVar[str] = ""
    """The field that says when the fact is true; the recorded day in London where there is none."""

    originator_id: UUID
    originator_version: int
    recorded_at: datetime
    actor: str
    role: str
    correlation_id: str
    causation_id: str = ""
    staff_id: str = ""
    school_urn: str = ""
    reason: Sealed = ""
    v: int = 1

    @property
    def effective_on(self) -> date:
        value: date | None = getattr(self, self.EFFECTIVE) if self.EFFECTIVE else None
        return value or london_day(self.recorded_at)

    @classmethod
    def upcast(cls, state: dict[str, Any]) -> dict[str, Any]:
        """Raise the stored `state` of an older version to this class's `VERSION`."""
        raise LookupError(f"{cls.TOPIC} version {state.get('v', 1)} has no upcaster to version {cls.VERSION}")

    @classmethod
    def event_name(cls) -> str:
        """The event's name without its service: `TrainingCompleted`."""
        return cls.TOPIC.rpartition(".")[2]
