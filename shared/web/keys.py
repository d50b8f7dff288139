"""The public keys that tokens are checked with: from a JWKS file or a JWKS URL."""

import json
from pathlib import Path
from typing import Any, Protocol

import jwt

from shared.web.problems import Unavailable

FETCH_SECONDS = 5


class KeysUnavailableError(Unavailable):
    """The keys cannot be read, so no token can be judged."""

    retry_after = 5


class Keys(Protocol):
    """Where the keys come from."""

    def key_of(self, token: str) -> jwt.PyJWK:
        """The key that `token` says it was signed with. Raises jwt.PyJWTError, KeysUnavailableError."""


class KeysFile:
    """A JWKS file, read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, jwt.PyJWK] = {}

    def key_of(self, token: str) -> jwt.PyJWK:
        kid = jwt.get_unverified_header(token).get("kid")
        self._refresh()
        try:
            return self._keys[str(kid)]
        except KeyError:
            raise jwt.InvalidKeyError("the token names no key that is known here") from None

    def _refresh(self) -> None:
        try:
            stat = self.path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._keys = _by_id(json.loads(self.path.read_bytes()))
                self._seen = seen
        except (OSError, ValueError, jwt.PyJWTError) as error:
            raise KeysUnavailableError("the keys for checking tokens cannot be read") from error


class KeysUrl:
    """A JWKS URL, asked again when a token names a new key and every few minutes."""

    def __init__(self, url: str) -> None:
        self._client = jwt.PyJWKClient(url, timeout=FETCH_SECONDS)

    def key_of(self, token: str) -> jwt.PyJWK:
        try:
            return self._client.get_signing_key_from_jwt(token)
        except jwt.PyJWKClientConnectionError as error:
            raise KeysUnavailableError("the keys for checking tokens cannot be fetched") from error


def keys_at(place: str) -> Keys:
    """The keys at a URL or in a file."""
    return KeysUrl(place) if place.startswith(("https://", "http://")) else KeysFile(Path(place))


def _by_id(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    return {str(key.key_id): key for key in jwt.PyJWKSet.from_dict(document)}
