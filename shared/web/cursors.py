"""Cursors: the key of a page's last item, opaque to the caller, good for the list that gave it only."""

import base64
import binascii
import hashlib

import msgspec
from flask import request

from shared.web.problems import InvalidFields

Key = tuple[str | int, ...]
CHECK_BYTES = 9


def cursor_after(key: Key) -> str:
    """The cursor of the page that begins after `key`."""
    payload = msgspec.json.encode(key)
    return base64.urlsafe_b64encode(_check(payload) + payload).decode().rstrip("=")


def key_in(cursor: str) -> Key:
    """The key in a cursor. Raises InvalidFields where it is not one of this list's."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    check, payload = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
    if check != _check(payload):
        raise InvalidFields({"cursor": ["is not a cursor of this list"]})
    return msgspec.json.decode(payload, type=Key)


def _check(payload: bytes) -> bytes:
    """Ties a cursor to its list and shows up mistyped ones; what it leads to is judged by scope as ever."""
    return hashlib.sha256(f"{request.endpoint}\n".encode() + payload).digest()[:CHECK_BYTES]
