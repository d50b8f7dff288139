"""Writes an archive: a zip file whose every byte follows from its members, so that none can be changed unseen."""

import shutil
import zlib
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from shared.audit.offline import CHUNK, FORMAT, MANIFEST, SIGNATURE, Member, central_directory, local_header
from shared.audit.signing import Signer


class Listed(msgspec.Struct, frozen=True):
    """A member as the manifest names it."""

    name: str
    bytes: int
    sha256: str


class Container:
    """An archive that is being written to `file`. Its members are taken from files, stored as they are."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._members: list[Member] = []
        self.listed: list[Listed] = []

    def add(self, name: str, path: Path) -> None:
        """Add the file at `path` under `name`."""
        hashed, crc, size = sha256(), 0, 0
        with path.open("rb") as content:
            while piece := content.read(CHUNK):
                hashed.update(piece)
                crc = zlib.crc32(piece, crc)
                size += len(piece)
            content.seek(0)
            offset = self._header(name, crc, size)
            shutil.copyfileobj(content, self._file, CHUNK)
        self._members.append(Member(name, size, crc, offset))
        self.listed.append(Listed(name, size, hashed.hexdigest()))

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a member with this content."""
        offset = self._header(name, zlib.crc32(content), len(content))
        self._file.write(content)
        self._members.append(Member(name, len(content), zlib.crc32(content), offset))
        self.listed.append(Listed(name, len(content), sha256(content).hexdigest()))

    def close(self, services: object, signer: Signer) -> None:
        """Add the manifest and its signature, and what ends the file."""
        said = {"format": FORMAT, "services": services, "members": self.listed}
        manifest = msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"
        self.add_bytes(MANIFEST, manifest)
        self.add_bytes(SIGNATURE, signer.signature(manifest.decode()).encode())
        self._file.write(central_directory(self._members, self._file.tell()))

    def _header(self, name: str, crc: int, size: int) -> int:
        """Write what stands before a member; gives where its bytes begin."""
        self._file.write(local_header(name, crc, size))
        return self._file.tell()
