"""Recorded time as integers: microseconds since the epoch, UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END = 2**63 - 1
"""The end of time: a version that is still believed is known until then."""


def microseconds(instant: datetime) -> int:
    """The whole microseconds from the epoch to `instant` (aware). Exact."""
    since = instant - EPOCH
    return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds


def instant(microseconds: int) -> datetime:
    """The UTC instant so many microseconds from the epoch."""
    return EPOCH + timedelta(microseconds=microseconds)
