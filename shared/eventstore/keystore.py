"""The keys of personal text, one a person, in a store apart from every log; and the note of each that was destroyed."""

import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from shared.eventstore.wrapping import NO_KEYS, Wrapping
from shared.messaging import database
from shared.messaging.database import POSTGRES, transaction

REMEMBERED_SECONDS = 5.0
REMEMBERED_KEYS = 1_000
MIGRATION = 0x6B657973
"""The advisory lock of whoever makes the tables."""

METADATA = MetaData()
KEYS = Table(
    "personal_keys",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("key", LargeBinary),
    Column("wrapped_by", String),
)
"""A person's key as it is, or wrapped by the key that `wrapped_by` names."""
WRAPPERS = Table(
    "wrapping_keys",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("since", String, nullable=False),
    Column("by", String, nullable=False),
)
"""The names of the keys that wrapped new keys, since when and by whose doing; the newest does now."""
ERASURES = Table(
    "erasures",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("note", LargeBinary, nullable=False),
    Column("stated_at", String),
)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Why a key was destroyed, and by whose authority; written in the transaction that destroys it.

    `because` is the reason given, sealed under a key of its own. `rules` are the kinds of record that the person's
    records were of, `due_on` the first day on which none of them had to be kept any more, None where some still had.
    """

    destroyed_at: datetime
    by: str
    early: bool
    rules: Sequence[str]
    due_on: date | None
    because: str


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """A note, and since when every service that knows the person has said so in its log; None while one has not."""

    note: Note
    stated_at: str | None


class KeyStore:
    """One 256-bit key a person, in a database of its own. A row without a key is a person who was erased.

    Keys lie wrapped from the first rotation on (`shared.eventstore.rotating`), and those from before as they are.
    """

    def __init__(self, engine: Engine, wrapping: Wrapping = NO_KEYS) -> None:
        self.engine = engine
        self.wrapping = wrapping
        self._remembered: dict[str, tuple[float, AESGCM | None]] = {}

    def create_tables(self) -> None:
        """Make the tables unless they are there, even while another process does the same."""
        with self.engine.connect() as connection:
            if connection.dialect.name == POSTGRES:  # where IF NOT EXISTS alone can still collide
                connection.execution_options(isolation_level="READ COMMITTED")
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION)))
            for table in METADATA.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            if KEYS.c.wrapped_by.name not in {each["name"] for each in inspect(connection).get_columns(KEYS.name)}:
                connection.exec_driver_sql(f"ALTER TABLE {KEYS.name} ADD COLUMN {KEYS.c.wrapped_by.name} VARCHAR")
            connection.commit()

    def cipher(self, subject: str) -> AESGCM | None:
        """The person's cipher; None for someone unknown or erased. Remembered for a few seconds."""
        known = self._remembered.get(subject)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        row = self._row(subject)
        return self._remember(subject, None if row is None or row.key is None else AESGCM(self.opened(row)))

    def cipher_for_writing(self, subject: str) -> AESGCM | None:
        """The person's cipher, made now if this is the first text about them; None for someone erased."""
        cipher = self.cipher(subject)
        if cipher is not None:
            return cipher
        made = insert(KEYS).values(self._made(subject))
        try:
            with self.engine.begin() as connection:
                connection.execute(made)
        except IntegrityError:  # another process was first, or the person was erased
            pass
        self._remembered.pop(subject, None)
        return self.cipher(subject)

    def make(self, subjects: Iterable[str]) -> None:
        """Make the ciphers of those who have none in one transaction. Whoever was erased stays so."""
        rows = [self._made(subject) for subject in subjects if self.cipher(subject) is None]
        if rows:
            with transaction(self.engine) as connection:
                connection.execute(database.insert(self.engine, KEYS).on_conflict_do_nothing(), rows)
        for row in rows:
            self._remembered.pop(str(row["subject"]), None)

    def stands(self, subject: str) -> str | None:
        """`kept` or `destroyed`, as the person's key is; None where there never was one."""
        row = self._row(subject)
        return None if row is None else "destroyed" if row.key is None else "kept"

    def kept(self, subject: str) -> bytes | None:
        """What the store holds of the person's key, wrapped or not."""
        row = self._row(subject)
        return None if row is None else row.key

    def wrapper(self) -> str | None:
        """The name of the key that wraps new ones; None while they lie as they are."""
        with self.engine.connect() as connection:
            newest = select(WRAPPERS.c.name).order_by(WRAPPERS.c.number.desc()).limit(1)
            return connection.execute(newest).scalar_one_or_none()

    def destroy(self, subject: str, note: Note | None = None) -> None:
        """Forget the person's key for good, and note why; other processes follow within `REMEMBERED_SECONDS`.

        The first note stands. What the files still hold of the key is for `shared.eventstore.wiping` to take away.
        """
        gone = database.insert(self.engine, KEYS).values(subject=subject, key=None, wrapped_by=None)
        gone = gone.on_conflict_do_update(index_elements=["subject"], set_={"key": None, "wrapped_by": None})
        with transaction(self.engine) as connection:
            connection.execute(gone)
            if note is not None:
                noted = database.insert(self.engine, ERASURES).values(subject=subject, note=msgspec.json.encode(note))
                connection.execute(noted.on_conflict_do_nothing())
        self._remembered.pop(subject, None)

    def erasure(self, subject: str) -> Erasure | None:
        """What is noted of the erasure of a person."""
        with self.engine.connect() as connection:
            row = connection.execute(select(ERASURES).where(ERASURES.c.subject == subject)).one_or_none()
        return None if row is None else Erasure(note=msgspec.json.decode(row.note, type=Note), stated_at=row.stated_at)

    def erased(self) -> Sequence[str]:
        """Whose erasure is noted."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(ERASURES.c.subject).order_by(ERASURES.c.subject)))

    def note_stated(self, subject: str, at: datetime) -> None:
        """Note that every log says so."""
        with self.engine.connect() as connection:
            connection.execute(update(ERASURES).where(ERASURES.c.subject == subject).values(stated_at=at.isoformat()))

    def _row(self, subject: str) -> Row[tuple[str, bytes | None, str | None]] | None:
        with self.engine.connect() as connection:
            return connection.execute(select(KEYS).where(KEYS.c.subject == subject)).one_or_none()

    def opened(self, row: Row[tuple[str, bytes | None, str | None]]) -> bytes:
        """The key of a row that has one, unwrapped."""
        return row.key if row.wrapped_by is None else self.wrapping.unwrap(row.wrapped_by, row.subject, row.key)

    def _made(self, subject: str) -> dict[str, str | bytes | None]:
        key, name = AESGCM.generate_key(bit_length=256), self.wrapper()
        stored = key if name is None else self.wrapping.wrap(name, subject, key)
        return {"subject": subject, "key": stored, "wrapped_by": name}

    def _remember(self, subject: str, cipher: AESGCM | None) -> AESGCM | None:
        if len(self._remembered) >= REMEMBERED_KEYS:
            self._remembered.clear()
        self._remembered[subject] = (time.monotonic() + REMEMBERED_SECONDS, cipher)
        return cipher
