"""Personal text under a key of the person: AES-GCM, the keys in a store apart from every log.

Destroying a person's key forgets the text wherever it stands and leaves every event, figure and hash as it is.
"""

import base64
import binascii
import os
import time
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

MARK = "~sealed~"
ERASED = "[erased]"
NONCE_BYTES = 12
REMEMBERED_SECONDS = 5.0
REMEMBERED_KEYS = 1_000
MIGRATION = 0x6B657973
"""The advisory lock of whoever makes the table."""

METADATA = MetaData()
KEYS = Table("personal_keys", METADATA, Column("subject", String, primary_key=True), Column("key", LargeBinary))


class KeyStore:
    """One 256-bit key a person, in a database of its own. A row without a key is a person who was erased."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._remembered: dict[str, tuple[float, AESGCM | None]] = {}

    def create_tables(self) -> None:
        """Make the table unless it is there, even while another process does the same."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # where IF NOT EXISTS alone can still collide
                connection.execution_options(isolation_level="READ COMMITTED")
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION)))
            connection.execute(CreateTable(KEYS, if_not_exists=True))
            connection.commit()

    def cipher(self, subject: str) -> AESGCM | None:
        """The person's cipher; None for someone unknown or erased. Remembered for a few seconds."""
        known = self._remembered.get(subject)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        with self.engine.connect() as connection:
            key = connection.execute(select(KEYS.c.key).where(KEYS.c.subject == subject)).scalar_one_or_none()
        return self._remember(subject, None if key is None else AESGCM(key))

    def cipher_for_writing(self, subject: str) -> AESGCM | None:
        """The person's cipher, made now if this is the first text about them; None for someone erased."""
        cipher = self.cipher(subject)
        if cipher is not None:
            return cipher
        try:
            with self.engine.begin() as connection:
                connection.execute(insert(KEYS).values(subject=subject, key=AESGCM.generate_key(bit_length=256)))
        except IntegrityError:  # another process was first, or the person was erased
            pass
        self._remembered.pop(subject, None)
        return self.cipher(subject)

    def stands(self, subject: str) -> str | None:
        """`kept` or `destroyed`, as the person's key is; None where there never was one."""
        with self.engine.connect() as connection:
            row = connection.execute(select(KEYS.c.key).where(KEYS.c.subject == subject)).one_or_none()
        return None if row is None else "destroyed" if row.key is None else "kept"

    def destroy(self, subject: str) -> None:
        """Forget the person's key for good; other processes follow within `REMEMBERED_SECONDS`."""
        if not self._forget(subject):
            try:
                with self.engine.begin() as connection:
                    connection.execute(insert(KEYS).values(subject=subject, key=None))
            except IntegrityError:  # meanwhile the first text about them was written
                self._forget(subject)
        self._remembered.pop(subject, None)

    def _forget(self, subject: str) -> bool:
        with self.engine.begin() as connection:
            return connection.execute(update(KEYS).where(KEYS.c.subject == subject).values(key=None)).rowcount > 0

    def _remember(self, subject: str, cipher: AESGCM | None) -> AESGCM | None:
        if len(self._remembered) >= REMEMBERED_KEYS:
            self._remembered.clear()
        self._remembered[subject] = (time.monotonic() + REMEMBERED_SECONDS, cipher)
        return cipher


def subject_of(token: str) -> str | None:
    """Under whose key a token's text is sealed; None for what is no token."""
    return token.removeprefix(MARK).rpartition("~")[0] if token.startswith(MARK) else None


class Sealer:
    """Turns text into a token `~sealed~<subject>~<base64>` and back."""

    def __init__(self, keys: KeyStore) -> None:
        self.keys = keys

    def seal(self, subject: str, text: str) -> str:
        """The token for `text` under the key of `subject`; `ERASED` for someone who was erased."""
        cipher = self.keys.cipher_for_writing(subject)
        if cipher is None:
            return ERASED
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), subject.encode())
        return f"{MARK}{subject}~{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, token: str) -> str:
        """The text of a token; `ERASED` once the key is gone; what is no token comes back as it is."""
        if not token.startswith(MARK):
            return token
        subject, _, encoded = token.removeprefix(MARK).rpartition("~")
        cipher = self.keys.cipher(subject)
        if cipher is None:
            return ERASED
        try:
            sealed = base64.urlsafe_b64decode(encoded)
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], subject.encode()).decode()
        except (InvalidTag, binascii.Error) as error:
            raise ValueError(f"a sealed text of {subject} was altered") from error

    def open_all(self, value: Any) -> Any:
        """`value` (JSON-like) with every token in it opened."""
        if isinstance(value, str):
            return self.open(value)
        if isinstance(value, dict):
            return {name: self.open_all(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.open_all(item) for item in value]
        return value
