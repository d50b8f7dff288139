"""Personal text under a key of the person: AES-GCM, the keys in a store apart from every log.

Destroying a person's key forgets the text wherever it stands and leaves every event, figure and hash as it is.
"""

import base64
import binascii
import os
from typing import Any

from cryptography.exceptions import InvalidTag

from shared.eventstore.fact import ERASED
from shared.eventstore.keystore import KeyStore

MARK = "~sealed~"
NONCE_BYTES = 12


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
