"""What the logs answer to internal scrutiny: read through, fact by fact, sealed text opened only where it says why."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from shared.access_log.store import Access, Wanted
from shared.erasure.known import facts_of
from shared.erasure.record import ErasureFacts
from shared.eventstore.fact import Fact
from shared.scrutiny.rules import Duty, LetGo, Override, Scrutiny
from shared.stores import Stores
from shared.subject_access.record import AccessAnswered


@dataclass(frozen=True)
class Scrutinised:
    """One service: its stores, what it says to scrutiny, and its own facts of what operators did about people."""

    service: str
    stores: Stores
    scrutiny: Scrutiny
    answered: type[AccessAnswered]
    erasure: ErasureFacts


class Period(msgspec.Struct, frozen=True):
    """Facts recorded from an instant on, and before another; None is without end."""

    from_: datetime | None = None
    to: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.from_ is None or self.from_ <= at) and (self.to is None or at < self.to)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How one duty was kept apart: pairs of acts that were looked at, and those of one and the same person."""

    service: str
    name: str
    refused: bool
    pairs: int
    exceptions: list[str]


class Overridden(msgspec.Struct, frozen=True, kw_only=True):
    """One manual override, with why."""

    service: str
    name: str
    at: datetime
    by: str
    role: str
    staff_id: str
    why: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Money that was let go, once."""

    name: str
    at: datetime
    by: str
    school_urn: str
    staff_id: str
    pence: int
    why: str


def kept_apart(its: Scrutinised, period: Period) -> Iterator[Kept]:
    """Each duty of a service."""
    for duty in its.scrutiny.duties:
        pairs, exceptions = 0, []
        for fact, before in _pairs(its.stores, duty):
            if period.holds(fact.recorded_at):
                pairs += 1
                if fact.actor in before:
                    exceptions.append(_said(fact, duty))
        yield Kept(service=its.service, name=duty.name, refused=duty.kept, pairs=pairs, exceptions=exceptions)


def overridden(its: Scrutinised, period: Period) -> Iterator[Overridden]:
    """Every manual override, oldest first."""
    found = [
        (fact, override)
        for override in its.scrutiny.overrides
        for fact in facts_of(its.stores, override.fact)
        if period.holds(fact.recorded_at) and override.case(fact)
    ]
    for fact, override in sorted(found, key=lambda each: each[0].recorded_at):
        yield Overridden(
            service=its.service, name=override.name, why=_why(its.stores, fact, override), **_context(fact)
        )


def given_up(its: Scrutinised, period: Period) -> Iterator[Given]:
    """Money that was let go."""
    for kind in its.scrutiny.let_go:
        for fact in facts_of(its.stores, kind.fact):
            if period.holds(fact.recorded_at):
                yield _given(its.stores, kind, fact)


def accesses(its: Scrutinised, wanted: Wanted) -> Iterator[Access]:
    """From the access log, and from the log what was gathered, held and erased, oldest first."""
    facts = [fact for kind in (its.answered, *its.erasure) for fact in facts_of(its.stores, kind) if _is(fact, wanted)]
    yield from sorted([*_read(its.stores, wanted), *map(_as_access, facts)], key=lambda each: each.at)


def _read(stores: Stores, wanted: Wanted) -> Iterator[Access]:
    after = 0
    while found := stores.accesses.find(wanted, after=after):
        after = found[-1][0]
        yield from (access for _, access in found)


def _is(fact: Fact, wanted: Wanted) -> bool:
    of, by = wanted.staff_id in (None, fact.staff_id), wanted.by in (None, fact.actor)
    return of and by and Period(wanted.from_, wanted.to).holds(fact.recorded_at)


def _as_access(fact: Fact) -> Access:
    said = {"staff_id": fact.staff_id, "correlation_id": fact.correlation_id}
    return Access(at=fact.recorded_at, by=fact.actor, role=fact.role, what=fact.event_name(), **said)


def _pairs(stores: Stores, duty: Duty) -> Iterator[tuple[Fact, set[str]]]:
    """Each second act with those who did the first on the same resource, as far as it was done before."""
    if not duty.first:
        yield from ((fact, {fact.staff_id}) for kind in duty.second for fact in facts_of(stores, kind))
        return
    firsts: dict[str, list[Fact]] = defaultdict(list)
    for kind in duty.first:
        for fact in facts_of(stores, kind):
            firsts[getattr(fact, duty.field)].append(fact)
    for kind in duty.second:
        for fact in facts_of(stores, kind):
            before = {each.actor for each in firsts[getattr(fact, duty.field)] if each.recorded_at <= fact.recorded_at}
            if before:
                yield fact, before


def _said(fact: Fact, duty: Duty) -> str:
    which = f" {duty.field} {getattr(fact, duty.field)}" if duty.field else ""
    return f"{fact.recorded_at:%Y-%m-%d} {fact.event_name()}{which} by {fact.actor} ({fact.role})"


def _why(stores: Stores, fact: Fact, override: Override) -> str:
    return stores.sealer.open(getattr(fact, override.because))


def _given(stores: Stores, kind: LetGo, fact: Any) -> Given:
    context = _context(fact)
    del context["role"]
    why = stores.sealer.open(fact.reason)
    return Given(name=kind.name, school_urn=fact.school_urn, pence=fact.amount_pence, why=why, **context)


def _context(fact: Fact) -> dict[str, Any]:
    return {"at": fact.recorded_at, "by": fact.actor, "role": fact.role, "staff_id": fact.staff_id}
