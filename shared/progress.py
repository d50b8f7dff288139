"""How far a long piece of work has come, as it tells whoever wants to know."""

from collections.abc import Callable

Tell = Callable[[int, int], None]
"""Told how much is done, of how much in all."""


def tell_nobody(done: int, total: int) -> None:
    """Progress that nobody looks at."""
