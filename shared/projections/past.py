"""The versions that a resource's current one superseded, packed into one value of its row."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import TypeVar

import msgspec

T = TypeVar("T")

NONE = b"\xc0"
"""Stored where nothing was ever owed."""
AS_BEFORE = msgspec.Raw(NONE)
"""Instead of a schedule that is the one of the version before."""

encoded = msgspec.msgpack.Encoder().encode


@cache
def decoder(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    return msgspec.msgpack.Decoder(kind)


class Superseded(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A version as it is packed; see `Past`, as which it is unpacked."""

    known_from: datetime
    position: int
    status: str
    schedule: object
    whose: tuple[str, str] | None = None


class Past(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A superseded version: believed from `known_from` until the next one is, resting on the facts up to `position`.

    `schedule` is as stored; before the first version there is none. `whose` (person and school) is None where a
    resource of its view always belongs to the same.
    """

    known_from: datetime
    position: int
    status: str
    schedule: msgspec.Raw = AS_BEFORE
    whose: tuple[str, str] | None = None


_unpack = msgspec.msgpack.Decoder(list[Past]).decode


def packed(past: Sequence[Past | Superseded]) -> bytes:
    return encoded(past)


def unpacked(stored: bytes) -> list[Past]:
    """Rising in `known_from`."""
    return _unpack(stored)


def nth_believed(past: Sequence[Past], at: datetime) -> int:
    """Which of `past` was the newest at an instant not before the first."""
    return bisect_right(past, at, key=attrgetter("known_from")) - 1


def schedule_then(past: Sequence[Past], nth: int) -> bytes:
    """The stored schedule of the version so numbered."""
    for version in past[nth::-1]:
        if version.schedule != AS_BEFORE:
            return bytes(version.schedule)
    return NONE
