"""Commands on the entries of a person's portfolio: the person's own, and nobody else's."""

from datetime import date
from typing import Any

from services.reviews.domain.entry import (
    STATED,
    ColleagueLearnedFrom,
    Entry,
    PortfolioEntryAdded,
    PortfolioEntryChanged,
    PortfolioEntryShared,
    PortfolioEntryWithdrawn,
)
from services.reviews.domain.staff_member import StaffMember
from shared.checks import not_ahead
from shared.errors import StateForbids
from shared.words import ActivityType


class EntryWithdrawn(StateForbids):
    """It was taken out."""


def add(member: StaffMember, *, shared: bool = False, **said: Any) -> Entry:
    """Add an entry: `title`, `activity_type`, `on`; and `hours`, `reflection`, `evidence`. Raises FieldRefused."""
    stated = _stated(member, **said)
    entry_id = member.next_entry_id()
    whose = {"entry_id": entry_id, "staff_id": member.staff_id, "school_urn": member.school_urn}
    member.record(PortfolioEntryAdded, **whose, **stated)
    return share(member, entry_id, shared=shared)


def change(member: StaffMember, entry_id: str, *, shared: bool | None = None, **said: Any) -> Entry:
    """Say it otherwise, whole; the same again changes nothing. Raises FieldRefused, NotThere, EntryWithdrawn."""
    entry, stated = _kept(member, entry_id), _stated(member, **said)
    if any(getattr(entry, name) != value for name, value in stated.items()):
        member.record(PortfolioEntryChanged, **_whose(entry), **stated)
    return entry if shared is None else share(member, entry_id, shared=shared)


def share(member: StaffMember, entry_id: str, *, shared: bool) -> Entry:
    """Let the line manager read its reflection and evidence, or do so no more. Raises NotThere, EntryWithdrawn."""
    entry = _kept(member, entry_id)
    if entry.shared != shared:
        member.record(PortfolioEntryShared, **_whose(entry), shared=shared)
    return entry


def take_out(member: StaffMember, entry_id: str) -> Entry:
    """Take it out; again it changes nothing. Raises NotThere."""
    entry = member.entry(entry_id)
    if not entry.withdrawn:
        member.record(PortfolioEntryWithdrawn, **_whose(entry))
    return entry


def learn(
    member: StaffMember,
    *,
    title: str,
    activity_type: ActivityType,
    on: date | None,
    colleague_id: str,
    dissemination_id: str,
) -> None:
    """A colleague passed something on to the person, on a day or another than was said before."""
    known = _learned(member, dissemination_id)
    if known is None:
        whose = {"staff_id": member.staff_id, "school_urn": member.school_urn, "entry_id": member.next_entry_id()}
        told = {"title": title, "activity_type": activity_type, "on": on}
        member.record(
            ColleagueLearnedFrom,
            **whose,
            **told,
            colleague_id=colleague_id,
            dissemination_id=dissemination_id,
            reason="",
        )
    elif known.on != on:
        own = {name: getattr(known, name) for name in STATED}
        member.record(PortfolioEntryChanged, **_whose(known), **own | {"on": on, "reason": ""})


def unlearn(member: StaffMember, dissemination_id: str) -> None:
    """The colleague did not reach the person after all."""
    known = _learned(member, dissemination_id)
    if known is not None:
        member.record(PortfolioEntryWithdrawn, **_whose(known), reason="")


def _learned(member: StaffMember, dissemination_id: str) -> Entry | None:
    kept = (each for each in member.entries.values() if not each.withdrawn)
    return next((each for each in kept if each.dissemination_id == dissemination_id), None)


def _stated(
    member: StaffMember,
    *,
    title: str,
    activity_type: ActivityType,
    on: date,
    hours: float | None = None,
    reflection: str = "",
    evidence: str = "",
) -> dict[str, Any]:
    not_ahead(member.acting.today, on=on)
    return dict(zip(STATED, (title, activity_type, on, hours, reflection, evidence), strict=True))


def _whose(entry: Entry) -> dict[str, str]:
    return {"entry_id": entry.id, "staff_id": entry.staff_id, "school_urn": entry.school_urn}


def _kept(member: StaffMember, entry_id: str) -> Entry:
    entry = member.entry(entry_id)
    if entry.withdrawn:
        raise EntryWithdrawn("the entry was taken out")
    return entry
