"""Private keys that local mode makes for itself: files that are made once, whoever asks first."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey


def made_once(path: Path, make: Callable[[], PrivateKey]) -> bytes:
    """The key in the file at `path`, as PEM, made now if need be, readable by its owner only.

    Any number of processes may begin at once: the first to finish gives the key to all.
    """
    if not path.exists():
        draft = drafted(path, pem_of(make()))
        try:
            os.link(draft, path)
        except FileExistsError:  # another process was first: its key stands
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def pem_of(key: PrivateKey) -> bytes:
    """The key as PEM (PKCS 8), not encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def put(path: Path, content: bytes) -> None:
    """Make a file with this content stand at `path`, whole at every moment."""
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        drafted(path, content).replace(path)


def drafted(path: Path, content: bytes) -> Path:
    """A file beside `path` with this content, readable by its owner only."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as draft:
        draft.write(content)
    return Path(draft.name)
