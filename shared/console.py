"""How commands show tables, and how far they have come."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shared.progress import Tell

WIDE = 160
LINES = 10
"""How often a command tells of itself where there is no terminal."""


def console() -> Console:
    """As wide as the terminal; wide enough for every column where there is none. `[erased]` is text like any other."""
    return Console(markup=False) if sys.stdout.isatty() else Console(width=WIDE, soft_wrap=True, markup=False)


@contextmanager
def progress(name: str, unit: str) -> Iterator[Tell]:
    """How far `name` has come, in so many of `unit`, on standard error: a bar on a terminal, else a line at times."""
    if not sys.stderr.isatty():
        yield _lines(name, unit)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(name: str, unit: str) -> Tell:
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        if (tenth := done * LINES // total if total else LINES) > told:
            told = tenth
            click.echo(f"{name}: {done} of {total} {unit}", err=True)

    return tell
