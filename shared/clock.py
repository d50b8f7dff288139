"""Where the time comes from: passed down, so that everything below the composition root can be told it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC."""


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
