"""Holds, and keys that were destroyed, as facts of each service's log; one stream a person."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.erasure.retention import Kind
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact, SealedApart
from shared.eventstore.keystore import Note
from shared.eventstore.ledger import Call, Ledger
from shared.messaging.letters import ROLE

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:erasure")
REASONS = "erasure/"
"""Begins the name under which the reason of a person's erasure is sealed. No id of a person has a slash."""


class KeyDestroyed(Fact, frozen=True, kw_only=True):
    """The key of all text about the person of `staff_id` was destroyed, by the authority of `actor`.

    `early`: before `due_on`, the day from which nothing had to be kept; that is None where some record had no end.
    `rules` are the kinds of the person's records. `because` is why, sealed under a key of its own.
    """

    destroyed_at: datetime
    early: bool
    rules: list[Kind]
    due_on: date | None
    because: SealedApart


class HoldSet(Fact, frozen=True, kw_only=True):
    """Nothing about the person may be erased until the hold is lifted: a claim or an inquiry needs it."""


class HoldLifted(Fact, frozen=True, kw_only=True):
    """The hold is no longer needed."""


class ErasureFacts(NamedTuple):
    """A service's own classes of these facts."""

    destroyed: type[KeyDestroyed]
    held: type[HoldSet]
    lifted: type[HoldLifted]


class Keeping(Aggregate):
    """The hold that is on, and what is said of the erasure; None where there is none."""

    hold: HoldSet | None = None
    destroyed: KeyDestroyed | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, HoldSet):
            self.hold = fact
        elif isinstance(fact, HoldLifted):
            self.hold = None
        elif isinstance(fact, KeyDestroyed):
            self.destroyed = fact


def stream_of_keeping(staff_id: str) -> UUID:
    """The stream in which holds and the erasure of a person are stated."""
    return uuid5(NAMESPACE, staff_id)


def keeping_of(ledger: Ledger, staff_id: str) -> Keeping:
    """What a service's log says of it."""
    return ledger.load(Keeping, stream_of_keeping(staff_id))


def state_hold(ledger: Ledger, facts: ErasureFacts, act: Act, staff_id: str, *, on: bool) -> bool:
    """Set the hold, or lift it, unless that was done; gives whether it was not."""

    def command(keeping: Keeping) -> bool:
        if (keeping.hold is not None) is on:
            return False
        keeping.record(facts.held if on else facts.lifted, staff_id=staff_id)
        return True

    return ledger.execute(Keeping, stream_of_keeping(staff_id), Call(act=act), command).result


def state_destroyed(ledger: Ledger, facts: ErasureFacts, recorded_at: datetime, staff_id: str, note: Note) -> None:
    """State what is noted of the erasure, unless that was done."""

    def command(keeping: Keeping) -> None:
        if keeping.destroyed is None:
            said = {"destroyed_at": note.destroyed_at, "early": note.early, "due_on": note.due_on}
            keeping.record(facts.destroyed, staff_id=staff_id, rules=[*note.rules], because=note.because, **said)

    act = act_of(note.by, "", recorded_at, staff_id)
    ledger.execute(Keeping, stream_of_keeping(staff_id), Call(act=act), command)


def act_of(actor: str, reason: str, recorded_at: datetime, staff_id: str) -> Act:
    """The operator's act, the same for every service."""
    stream = stream_of_keeping(staff_id)
    return Act(recorded_at=recorded_at, actor=actor, role=ROLE, correlation_id=str(stream), reason=reason)
