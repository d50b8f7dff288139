"""Whether a person's texts may go: how long each of their records is kept, and what else stands against it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import msgspec

from shared.dates import london_day
from shared.erasure.known import facts_about
from shared.erasure.record import ErasureFacts, keeping_of
from shared.erasure.retention import SCHEDULE, Kept, Kind, settled
from shared.stores import Stores

NOTHING_ENDED = "no record says until when it is kept"


@dataclass(frozen=True)
class Erasable:
    """One service, as an erasure asks of it: its own facts, what it keeps of a person, and what money they owe or are
    owed, in words.
    """

    service: str
    stores: Stores
    facts: ErasureFacts
    kept: Callable[[str], Sequence[Kept]]
    owed: Callable[[str], Sequence[str]]

    def knows(self, staff_id: str) -> bool:
        """Whether any fact of the log is about the person."""
        return next(islice(facts_about(self.stores, staff_id), 1), None) is not None


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """`known` are the services that know the person, `against` what forbids an erasure whatever the day."""

    staff_id: str
    known: list[str]
    kept: list[Kept]
    against: list[str]

    @property
    def due_on(self) -> date | None:
        """The first day on which nothing has to be kept; None where a record has no end yet, or there is none."""
        days = [each.due_on for each in self.kept]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None

    @property
    def rules(self) -> list[Kind]:
        """The kinds of the person's records."""
        return sorted({each.kind for each in self.kept})

    def is_due(self, on: date) -> bool:
        return self.due_on is not None and self.due_on <= on

    def not_due_because(self, on: date) -> list[str]:
        """Each record that has to be kept on a day, in words; none where nothing has."""
        if not self.kept:
            return [NOTHING_ENDED]
        return sorted({_why(each) for each in self.kept if each.due_on is None or each.due_on > on})


def judged(services: Sequence[Erasable], staff_id: str) -> Judgement:
    """By the logs of all services, as they stand."""
    return Judgement(
        staff_id=staff_id,
        known=[its.service for its in services if its.knows(staff_id)],
        kept=settled(each for its in services for each in its.kept(staff_id)),
        against=[said for its in services for said in (*holds_on(its, staff_id), *its.owed(staff_id))],
    )


def holds_on(its: Erasable, staff_id: str) -> list[str]:
    """The hold that one service's log says is on, in words."""
    hold = keeping_of(its.stores.ledger, staff_id).hold
    if hold is None:
        return []
    return [f"a hold is on, set by {hold.actor} on {london_day(hold.recorded_at).isoformat()} ({its.service})"]


def _why(kept: Kept) -> str:
    rule = SCHEDULE[kept.kind]
    if kept.ended_on is None:
        return kept.why_open
    until = rule.kept_until(kept.ended_on)
    return f"{kept.kind}: {rule.how_long} from {kept.ended_on.isoformat()}, so until {until.isoformat()}"
