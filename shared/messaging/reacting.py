"""The call of a reaction: who is said to act, when, and by what message it was brought about."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from shared.errors import FieldRefused
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Once
from shared.eventstore.sealing import Sealer
from shared.hr import StaffMessage
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.schema import read
from shared.staff import HEARD


class HearsOfStaff(Protocol):
    """A service's commands, as far as HR's messages go."""

    def know_school(self, call: Call, urn: str) -> object: ...

    def on_person(self, call: Call, staff_id: str, command: Callable[[Any], None]) -> object: ...


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


def hear_of_staff(commands: HearsOfStaff, sealer: Sealer, event: CloudEvent, marks: Once, now: datetime) -> None:
    """Record what HR says of one person, where that is all that follows. Raises FieldRefused for another type."""
    if event.type not in HEARD:
        raise FieldRefused(type="is none that this version knows")
    said = read(StaffMessage, sealer.open_all(event.data), at="data.")
    call = call_of(event, marks, now, role="hr_platform")
    commands.know_school(call, said.school_urn)
    commands.on_person(call, said.staff_id, lambda member: member.hear(event.type, said))
