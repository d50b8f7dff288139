"""Who reads what an event says: those who read the resource that it is about, by the list beside its endpoint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventstore.fact import Fact
from shared.web.caller import current_caller
from shared.web.roles import Role
from shared.web.scope import Reach, reached_as

HR_AND_THEMSELVES = (Role.STAFF, Role.HR_PLATFORM)
"""Who reads what the HR platform told of a person, which is no resource here."""

Told = dict[str, Any]
"""An event with its context, as the history tells it."""


@dataclass(frozen=True)
class Audience:
    """Of the events `facts`: the `roles` that read what they say, each as far as it reaches, and the auditor.

    What is `open_to_staff` of a school is about nobody. `private` fields are told to the person alone whom the event is
    about.
    """

    facts: Sequence[type[Fact]]
    roles: Sequence[Role] = ()
    open_to_staff: bool = False
    private: frozenset[str] = frozenset()

    def tell(self, event: Told) -> Told:
        """The event as far as the caller reads it: its context always; what it says and why, or that it is withheld."""
        if not reached_as((*self.roles, Role.AUDITOR), self._place(event)):
            return event | {"data": {}, "reason": None, "withheld": True}
        private = frozenset() if event["staff_id"] == current_caller().staff_id else self.private
        said = {name: None if name in private else value for name, value in event["data"].items()}
        return event | {"data": said, "withheld": False}

    def _place(self, event: Told) -> Reach:
        caller, school_urn = current_caller(), event["school_urn"]
        if self.open_to_staff and (caller.schools is None or school_urn in caller.schools):
            return Reach(caller.staff_id, school_urn)
        return Reach(event["staff_id"], school_urn)


def by_type(audiences: Iterable[Audience]) -> Mapping[str, Audience]:
    """The audience of each type of event: the last that names it."""
    return {fact.event_name(): audience for audience in audiences for fact in audience.facts}
