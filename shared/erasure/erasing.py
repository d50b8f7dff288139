"""A person is erased: the key destroyed and that noted at once, then said in each log; broken off, it goes on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from shared.dates import london_day
from shared.erasure.judging import Erasable, Judgement, judged
from shared.erasure.known import facts_of
from shared.erasure.record import REASONS, keeping_of, state_destroyed
from shared.eventstore.keystore import KEYS, Erasure, KeyStore, Note
from shared.eventstore.wiping import wipe
from shared.messaging.database import POSTGRES, exclusive
from shared.worker_lock import FileLock


class ErasureRefusedError(Exception):
    """It may not be done now: `reasons` say why."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


class OtherErasureRunningError(Exception):
    """Another process sets a hold or erases someone."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure as an operator asks for it."""

    staff_id: str
    by: str
    reason: str
    early: bool


def refuse_unless_allowed(judgement: Judgement, wanted: Wanted, now: datetime) -> None:
    """Raises ErasureRefusedError."""
    reasons = list(judgement.against)
    if not wanted.early and not judgement.is_due(london_day(now)):
        reasons += judgement.not_due_because(london_day(now))
    if reasons:
        raise ErasureRefusedError(reasons)


def erase(services: Sequence[Erasable], wanted: Wanted, clock: Callable[[], datetime]) -> Erasure:
    """Destroy the person's key and say so in every log, unless that was done; gives what is noted of it.

    The order: in one transaction of the key store the key goes and the note comes, for good. From that, and from
    nothing else, follow the wiping of the store's files and the facts; so whenever the process ends, a repetition
    finishes it, by the authority and for the reason that stand in the note.

    Raises ErasureRefusedError, OtherErasureRunningError, StillThereError.
    """
    keys = services[0].stores.keys
    with alone(keys.engine):
        gone = None
        if (known := keys.erasure(wanted.staff_id)) is None:
            judgement = judged(services, wanted.staff_id)
            refuse_unless_allowed(judgement, wanted, clock())
            gone = keys.kept(wanted.staff_id)
            keys.destroy(wanted.staff_id, _note(services[0], judgement, wanted, clock()))
        elif known.stated_at is not None:
            return known
        return _finish(services, keys, wanted.staff_id, gone, clock())


def unfinished(keys: KeyStore) -> list[str]:
    """Those whose key is gone while a log does not say so yet."""
    return [each for each in keys.erased() if (noted := keys.erasure(each)) is not None and noted.stated_at is None]


def erase_again(services: Sequence[Erasable], clock: Callable[[], datetime]) -> list[str]:
    """After a restore: destroy every key that a log or the key store says was destroyed; say so where it is missing.

    Gives for whom there was something to do. Raises OtherErasureRunningError, StillThereError.
    """
    keys, done = services[0].stores.keys, []
    with alone(keys.engine):
        for staff_id, note in _all_notes(services).items():
            silent = [its for its in _knowing(services, staff_id) if not _said(its, staff_id)]
            key = keys.kept(staff_id)
            if key is None and not silent and keys.erasure(staff_id) is not None:
                continue
            keys.destroy(staff_id, note)
            _finish(services, keys, staff_id, key, clock())
            done.append(staff_id)
    return done


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Judge and act while nobody else sets a hold or erases. Raises OtherErasureRunningError."""
    if engine.dialect.name == POSTGRES:
        with exclusive(engine, "erasure"):
            yield
        return
    lock = FileLock(Path(f"{engine.url.database}.erasure"))
    if not lock.acquire():
        raise OtherErasureRunningError("another process sets a hold or erases someone: run the command again")
    try:
        yield
    finally:
        lock.release()


def _note(its: Erasable, judgement: Judgement, wanted: Wanted, now: datetime) -> Note:
    return Note(
        destroyed_at=now,
        by=wanted.by,
        early=not judgement.is_due(london_day(now)),
        rules=judgement.rules,
        due_on=judgement.due_on,
        because=its.stores.sealer.seal(REASONS + wanted.staff_id, wanted.reason),
    )


def _finish(services: Sequence[Erasable], keys: KeyStore, staff_id: str, gone: bytes | None, now: datetime) -> Erasure:
    noted = keys.erasure(staff_id)
    if noted is None:
        raise RuntimeError(f"nothing is noted of the erasure of {staff_id}")
    wipe(keys.engine, KEYS.name, [] if gone is None else [gone])
    for its in _knowing(services, staff_id):
        state_destroyed(its.stores.ledger, its.facts, now, staff_id, noted.note)
    keys.note_stated(staff_id, now)
    return noted


def _knowing(services: Sequence[Erasable], staff_id: str) -> Sequence[Erasable]:
    """The services that know the person; all, where none does, for it has to be said somewhere."""
    return [its for its in services if its.knows(staff_id)] or services


def _said(its: Erasable, staff_id: str) -> bool:
    return keeping_of(its.stores.ledger, staff_id).destroyed is not None


def _all_notes(services: Sequence[Erasable]) -> dict[str, Note]:
    """Of everyone who was erased, by the key store and by the logs: either may be the one that was taken back."""
    keys = services[0].stores.keys
    notes = {each: noted.note for each in keys.erased() if (noted := keys.erasure(each)) is not None}
    for its in services:
        for fact in facts_of(its.stores, its.facts.destroyed):
            note = Note(
                destroyed_at=fact.destroyed_at,
                by=fact.actor,
                early=fact.early,
                rules=fact.rules,
                due_on=fact.due_on,
                because=fact.because,
            )
            notes.setdefault(fact.staff_id, note)
    return notes
