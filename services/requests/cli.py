"""What this service adds to `cpd`."""

from collections.abc import Sequence

import click


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return ()
