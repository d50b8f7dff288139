"""The keys that seal a log: which one signs, and which are accepted, also after they were replaced."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from shared.audit.offline import BadKeyError, Key, read_keys
from shared.key_files import made_once, put
from shared.settings import MissingSettingError, Settings

PRIVATE, PUBLIC = "seal.pem", "seal-keys.txt"


class Signer:
    """Signs texts as C2SP signed notes under one name. Signing the same text again gives the same note."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = Key(name, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def signature(self, text: str) -> str:
        """The line that signs `text`, which ends with a line's end."""
        signed = base64.b64encode(self.key.id + self._private.sign(text.encode())).decode()
        return f"— {self.key.name} {signed}\n"

    def note(self, text: str) -> str:
        """The text, signed."""
        return f"{text}\n{self.signature(text)}"


def open_signer(settings: Settings) -> Signer:
    """Who signs here. Local mode makes a key of its own, and adds it to the list of those that are accepted.

    Raises MissingSettingError where a key should be given and none is, or where it is no Ed25519 key in PEM.
    """
    pem = settings.seal_key.encode()
    if not pem and not settings.local:
        raise MissingSettingError("CPD_SEAL_KEY must be set: the private key that seals the log")
    pem = pem or made_once(settings.folder("keys") / PRIVATE, Ed25519PrivateKey.generate)
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise MissingSettingError("CPD_SEAL_KEY must be an Ed25519 private key in PEM, without a password") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise MissingSettingError("CPD_SEAL_KEY must be an Ed25519 private key")
    signer = Signer(settings.seal_name, private)
    if settings.local and not settings.seal_key:
        _remember(signer.key, settings.folder("keys") / PUBLIC)
    return signer


def accepted_keys(settings: Settings) -> list[Key]:
    """The keys that verify what was sealed here: those listed, and the one that signs, where this process has it.

    Raises MissingSettingError for a list that cannot be read.
    """
    path = settings.home / "keys" / PUBLIC
    listed = settings.seal_keys or (path.read_text() if settings.local and path.is_file() else "")
    try:
        keys = read_keys(listed)
    except BadKeyError as error:
        raise MissingSettingError(f"CPD_SEAL_KEYS: {error}") from error
    if settings.seal_key or settings.local:
        keys.append(open_signer(settings).key)
    return list(dict.fromkeys(keys))


def _remember(key: Key, path: Path) -> None:
    """Keys are only ever added: what an older one signed has to be verified still."""
    known = path.read_text() if path.is_file() else ""
    if str(key) not in known.splitlines():
        put(path, f"{known}{key}\n".encode())
