"""What tells an imported row again: a digest that says nothing to anyone without the person's key."""

import hmac
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import FieldRefused
from shared.eventstore.sealing import Sealer

NONCE = b"import marks"
PLAIN = bytes(32)


class Marks:
    """Digests of rows. A row about a person holds names and titles, which a plain digest would give away to whoever
    guesses; where `staff_id` is None the row is about nobody, and its digest is plain.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._keys = sealer.keys

    def known(self, staff_id: str | None, row: dict[str, Any]) -> str | None:
        """The row's digest; None where the person has no key: nobody ever told of them, or they were erased."""
        if staff_id is None:
            return sha256(_text(row)).hexdigest()
        cipher = self._keys.cipher(staff_id)
        return None if cipher is None else _digest(cipher, row)

    def made(self, staff_id: str | None, row: dict[str, Any]) -> str:
        """The row's digest, the person's key made now if need be. Raises FieldRefused for someone erased."""
        if staff_id is None:
            return sha256(_text(row)).hexdigest()
        cipher = self._keys.cipher_for_writing(staff_id)
        if cipher is None:
            raise FieldRefused(staff_id="was erased: nothing more is taken in about this person")
        return _digest(cipher, row)


def _digest(cipher: AESGCM, row: dict[str, Any]) -> str:
    secret = cipher.encrypt(NONCE, PLAIN, NONCE)  # always the same text under this nonce, so nothing is given away
    return hmac.new(secret, _text(row), sha256).hexdigest()


def _text(row: dict[str, Any]) -> bytes:
    return msgspec.json.encode(row, order="sorted")
