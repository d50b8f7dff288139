"""Everyone's key wrapped by a new key; broken off at any moment, the store reads, and a repetition goes on."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Row, func, insert, or_, select, update

from shared.eventstore.keystore import KEYS, WRAPPERS, KeyStore
from shared.eventstore.wiping import wipe
from shared.messaging.database import transaction
from shared.progress import Tell

AT_ONCE = 500


class Use(msgspec.Struct, frozen=True):
    """How many people's keys one key wraps (None: those that lie as they are), and whether it wraps new ones."""

    name: str | None
    keys: int
    wraps_new: bool


def uses(store: KeyStore) -> list[Use]:
    """Of every key that wraps something, and of the one that wraps new ones."""
    count = select(KEYS.c.wrapped_by, func.count()).where(KEYS.c.key.is_not(None)).group_by(KEYS.c.wrapped_by)
    with store.engine.connect() as connection:
        found: dict[str | None, int] = {row[0]: row[1] for row in connection.execute(count)}
    now = store.wrapper()
    return [Use(name, found.get(name, 0), name == now) for name in sorted({*found, now}, key=lambda each: each or "")]


def rotate(store: KeyStore, name: str, by: str, clock: Callable[[], datetime], tell: Tell) -> int:
    """Let the key called `name` wrap all new keys, then all that are there; gives how many it wrapped.

    A key is exchanged for itself under another wrapping in one step, and only while it is the one that was read, so a
    person who is erased meanwhile stays erased. Raises UnknownWrappingKeyError, AlteredKeyError, StillThereError.
    """
    store.wrapping.wrap(name, "", b"")  # whether it is there, before anything relies on it
    if store.wrapper() != name:
        with transaction(store.engine) as connection:
            connection.execute(insert(WRAPPERS).values(name=name, since=clock().isoformat(), by=by))
    left = or_(KEYS.c.wrapped_by.is_(None), KEYS.c.wrapped_by != name)
    others = select(KEYS).where(KEYS.c.key.is_not(None), left).order_by(KEYS.c.subject).limit(AT_ONCE)
    with store.engine.connect() as connection:
        total = connection.execute(select(func.count()).where(KEYS.c.key.is_not(None), left)).scalar_one()
    done = 0
    while rows := _read(store, others):
        tell(done, total)
        _exchange(store, name, rows)
        done += len(rows)
    tell(done, max(done, total))
    wipe(store.engine, KEYS.name)
    return done


def _read(store: KeyStore, query: object) -> list[Row[tuple[str, bytes, str | None]]]:
    with store.engine.connect() as connection:
        return list(connection.execute(query))  # type: ignore[call-overload]


def _exchange(store: KeyStore, name: str, rows: list[Row[tuple[str, bytes, str | None]]]) -> None:
    wrapped = [(row, store.wrapping.wrap(name, row.subject, store.opened(row))) for row in rows]
    with transaction(store.engine) as connection:
        for row, key in wrapped:
            same = (KEYS.c.subject == row.subject) & (KEYS.c.key == row.key)
            connection.execute(update(KEYS).where(same).values(key=key, wrapped_by=name))
