"""The keys that wrap people's keys: kept apart from the store, so that a copy of the store alone opens nothing."""

import base64
import binascii
import os
import re
from collections.abc import Callable

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12
LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})\s+(\S+)")


class BadWrappingKeysError(ValueError):
    """The list of wrapping keys cannot be read; the text says which line is at fault, and nothing of the key."""


class UnknownWrappingKeyError(Exception):
    """Someone's key is wrapped by one that this process was not given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"people's keys are wrapped by {name}, which CPD_KEY_WRAPPING_KEYS does not list")
        self.name = name


class AlteredKeyError(ValueError):
    """A wrapped key is not as it was wrapped, or is another person's."""


class WrappingKey(msgspec.Struct, frozen=True):
    """A 256-bit key with its name, as a line `<name> <base64>` of the list."""

    name: str
    secret: bytes

    @property
    def line(self) -> str:
        return f"{self.name} {base64.b64encode(self.secret).decode()}"


def new_key(name: str) -> WrappingKey:
    """A key made now."""
    return WrappingKey(name, os.urandom(KEY_BYTES))


def read_keys(text: str) -> list[WrappingKey]:
    """The keys of a list, one a line; empty lines say nothing. Raises BadWrappingKeysError."""
    keys: dict[str, WrappingKey] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = LINE.fullmatch(line.strip())
        try:
            secret = base64.b64decode(found[2], validate=True) if found else b""
        except binascii.Error:
            secret = b""
        if found is None or len(secret) != KEY_BYTES:
            raise BadWrappingKeysError(f"line {number} must be a name and {KEY_BYTES} bytes in base64")
        if found[1] in keys:
            raise BadWrappingKeysError(f"line {number} names {found[1]} again")
        keys[found[1]] = WrappingKey(found[1], secret)
    return list(keys.values())


class Wrapping:
    """Wraps with one of the listed keys and opens with any. The list is read again where it lacks one."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self.keys = read_keys(read())

    def wrap(self, name: str, subject: str, key: bytes) -> bytes:
        """The person's key under the named one. Raises UnknownWrappingKeyError."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._secret(name)).encrypt(nonce, key, subject.encode())

    def unwrap(self, name: str, subject: str, wrapped: bytes) -> bytes:
        """The person's key. Raises UnknownWrappingKeyError, AlteredKeyError."""
        try:
            return AESGCM(self._secret(name)).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], subject.encode())
        except InvalidTag as error:
            raise AlteredKeyError(
                f"the wrapped key of {subject} was altered, or {name} is not the key it was"
            ) from error

    def read_again(self) -> None:
        """Take the list as it is now. Raises BadWrappingKeysError."""
        self.keys = read_keys(self._read())

    def _secret(self, name: str) -> bytes:
        found = self._known(name)
        if found is None:
            self.read_again()
            found = self._known(name)
        if found is None:
            raise UnknownWrappingKeyError(name)
        return found.secret

    def _known(self, name: str) -> WrappingKey | None:
        return next((each for each in self.keys if each.name == name), None)


NO_KEYS = Wrapping(lambda: "")
"""Of a store whose keys lie as they are."""
