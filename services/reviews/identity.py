"""Ids of what begins: random, as nothing about it is told apart yet."""

from uuid import uuid4


def new_id() -> str:
    """An id that is also a stream's."""
    return str(uuid4())
