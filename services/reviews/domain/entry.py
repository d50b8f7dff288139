"""An entry that a person makes in their portfolio by themselves: state and facts."""

from datetime import date
from typing import ClassVar

import msgspec

from shared.eventstore.fact import Fact, Sealed
from shared.words import ActivityType


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One entry. `shared`: the line manager reads its reflection. `version` counts its facts.

    `colleague_id` is who passed on what was learned, in the dissemination of that id.
    """

    id: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    on: date
    hours: float | None = None
    reflection: str = ""
    evidence: str = ""
    shared: bool = False
    withdrawn: bool = False
    colleague_id: str | None = None
    dissemination_id: str | None = None
    version: int = 0


class EntryFact(Fact, frozen=True, kw_only=True):
    """A fact about one entry. `change` applies it to the state and cannot fail."""

    entry_id: str

    def change(self, entry: Entry) -> None:
        raise NotImplementedError


class EntryStated(EntryFact, frozen=True, kw_only=True):
    """An entry, whole."""

    EFFECTIVE: ClassVar[str] = "on"
    title: Sealed
    activity_type: ActivityType
    on: date
    hours: float | None = None
    reflection: Sealed = ""
    evidence: Sealed = ""

    def begin(self) -> Entry:
        said = {name: getattr(self, name) for name in STATED}
        return Entry(id=self.entry_id, staff_id=self.staff_id, school_urn=self.school_urn, **said)

    def change(self, entry: Entry) -> None:
        for name in STATED:
            setattr(entry, name, getattr(self, name))


STATED = ("title", "activity_type", "on", "hours", "reflection", "evidence")


class PortfolioEntryAdded(EntryStated, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "reviews.PortfolioEntryAdded"


class ColleagueLearnedFrom(EntryStated, frozen=True, kw_only=True):
    """Someone who passed on what an activity gave them named this person among those whom it reached."""

    TOPIC: ClassVar[str] = "reviews.ColleagueLearnedFrom"
    colleague_id: str
    dissemination_id: str

    def change(self, entry: Entry) -> None:
        super().change(entry)
        entry.colleague_id, entry.dissemination_id = self.colleague_id, self.dissemination_id


class PortfolioEntryChanged(EntryStated, frozen=True, kw_only=True):
    """The person says it otherwise."""

    TOPIC: ClassVar[str] = "reviews.PortfolioEntryChanged"


class PortfolioEntryWithdrawn(EntryFact, frozen=True, kw_only=True):
    """The person takes it out."""

    TOPIC: ClassVar[str] = "reviews.PortfolioEntryWithdrawn"

    def change(self, entry: Entry) -> None:
        entry.withdrawn = True


class PortfolioEntryShared(EntryFact, frozen=True, kw_only=True):
    """The person lets their line manager read its reflection and evidence, or does so no more."""

    TOPIC: ClassVar[str] = "reviews.PortfolioEntryShared"
    shared: bool

    def change(self, entry: Entry) -> None:
        entry.shared = self.shared


def fold_entry(state: Entry | None, fact: EntryFact) -> Entry | None:
    """The entry with `fact`; None where nobody made it. Changes `state` in place."""
    if state is None and isinstance(fact, EntryStated):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.version += 1
    return state


ENTRY_FACTS: tuple[type[EntryFact], ...] = (
    PortfolioEntryAdded,
    ColleagueLearnedFrom,
    PortfolioEntryChanged,
    PortfolioEntryWithdrawn,
    PortfolioEntryShared,
)
