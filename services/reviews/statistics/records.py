"""What is counted, as rows of fixed width: one record is one thing that was believed from one instant to another.

Columns of records are added up a trust at a time (numpy); ids and labels stand there as 64-bit digests.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from shared.words import ActivityType, RoleCategory

ROLES: tuple[str, ...] = (*get_args(RoleCategory), "unknown")
TYPES: tuple[str, ...] = (*get_args(ActivityType), "unknown")
NO_ROLE = len(ROLES) - 1
NO_TYPE = len(TYPES) - 1
ROLE_CODES = {name: code for code, name in enumerate(ROLES)}
TYPE_CODES = {name: code for code, name in enumerate(TYPES)}

KINDS = ASKED, PART, COMPLETED, LINK, PROVIDED, SUBMITTED, DELIVERED, SPELL = range(1, 9)
"""A request; someone's part in what was approved; someone's completion; a request's link to a priority; its provider; a
stage of an evaluation; a dissemination; a spell of work at one school in one role."""

DECIDED, APPROVED = 1, 2
"""Flags of a request."""
TAKES_PART = 1
"""Flag of a part: that the person takes part, or did; without it, there is only what it cost all the same."""
EVALUATED = 1
"""Flag of a completion: that any stage of its evaluation was submitted."""
LEFT, MOVED_UP = 1, 2
"""Flags of a spell: that it ended because the person left the trust, or moved to a higher role."""

NOT_RATED = 255
RECORD = np.dtype(
    [
        ("known_from", "<i8"),
        ("known_to", "<i8"),
        ("person", "<u8"),
        ("activity", "<u8"),
        ("label", "<u8"),
        ("amount", "<i8"),
        ("school", "<i4"),
        ("day", "<i4"),
        ("kind", "u1"),
        ("type", "u1"),
        ("role", "u1"),
        ("flags", "u1"),
    ]
)
"""`day` is an ordinal: when an activity begins or was completed (of a submission too), a dissemination was delivered, a
spell of work began. `amount` is what a part cost in pence, how many a dissemination reached, the last day of a spell,
or of a completion its own digest (`own`). `activity` is the request, or the agreement without one, or what was logged;
of a dissemination, what it passes on. `label` is a provider or priority, or of a submission eight bytes: the benefits
and confidence before and after."""


class Records:
    """Records by column. Of a selection a column is taken from the whole when it is first asked for."""

    def __init__(self, whole: Mapping[str, NDArray[Any]], those: NDArray[np.int64] | None = None) -> None:
        self._whole, self._those = whole, those
        self._taken: dict[str, NDArray[Any]] = {}
        self.size = whole["row"].size if those is None else those.size

    def __getitem__(self, name: str) -> NDArray[Any]:
        if self._those is None:
            return self._whole[name]
        found = self._taken.get(name)
        if found is None:
            found = self._taken[name] = self._whole[name][self._those]
        return found

    def only(self, which: NDArray[np.bool_]) -> "Records":
        """Those records of which `which` is true."""
        those = np.flatnonzero(which)
        return Records(self._whole, those if self._those is None else self._those[those])

    def with_columns(self, **columns: NDArray[Any]) -> "Records":
        """The same records, some columns of them otherwise."""
        return Records({name: self[name] for name in self._whole} | columns)


class Counted(NamedTuple):
    """One record without when it was believed, in the order of `RECORD`."""

    person: int
    activity: int
    label: int
    amount: int
    school: int
    day: int
    kind: int
    type: int = NO_TYPE
    role: int = NO_ROLE
    flags: int = 0


@lru_cache(maxsize=262_144)
def digest(text: str) -> int:
    """64 bits that stand for an id or a label; 0 for none. Two of a million differ but by a chance of 10⁻⁸."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") if text else 0


def own(activity_id: str) -> int:
    """What stands for an activity by its own id: 63 bits."""
    return digest(activity_id) >> 1


def packed_ratings(values: Iterable[int | None]) -> int:
    """Eight small numbers, or none, in one."""
    return int.from_bytes(bytes(NOT_RATED if value is None else value for value in values), "little")


def ratings_of(labels: NDArray[Any]) -> NDArray[np.uint8]:
    """Eight rows, of each label a number in every one, `NOT_RATED` where there is none."""
    return np.ascontiguousarray(np.ascontiguousarray(labels, "<u8").view(np.uint8).reshape(-1, 8).T)
