"""What is counted, as rows of fixed width: one record is one thing that was believed from one instant to another.

Ids and labels stand there as 64-bit digests.
"""

from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple, get_args

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
"""Of a rating, or of confidence, that is not given."""


class Counted(NamedTuple):
    """One record without when it was believed, in the order in which it is packed.

    `day` is an ordinal: when an activity begins or was completed (of a submission too), a dissemination was delivered,
    a spell of work began. `amount` is what a part cost in pence, how many a dissemination reached, the last day of a
    spell, or of a completion its own digest (`own`). `activity` is the request, or the agreement without one, or what
    was logged; of a dissemination, what it passes on. `label` is a provider or priority, or of a submission eight
    bytes: the benefits and confidence before and after.
    """

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


LAYOUT = Struct("<qqQQQqiiBBBB")
"""Of a record: since when it was believed, until when, and what."""


@lru_cache(maxsize=262_144)
def digest(text: str) -> int:
    """64 bits that stand for an id or a label; 0 for none. Two of a million differ but by a chance of 10⁻⁸."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") if text else 0


def own(activity_id: str) -> int:
    """What stands for an activity by its own id: 63 bits."""
    return digest(activity_id) >> 1
