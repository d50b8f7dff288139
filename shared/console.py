"""Where the commands print their tables."""

import sys

from rich.console import Console

WIDE = 160


def console() -> Console:
    """As wide as the terminal; wide enough for every column where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=WIDE, soft_wrap=True)
