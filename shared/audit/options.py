"""What the commands of an audit are given, read so that a mistake is a message, and how they tell what they found."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from shared.audit.offline import BadKeyError, Key, Report, counted, keys_in, note_in
from shared.settings import MissingSettingError

T = TypeVar("T")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _keys(_: click.Context, __: click.Parameter, given: Sequence[str]) -> list[Key]:
    try:
        return keys_in(given)
    except BadKeyError as error:
        raise click.BadParameter(str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"it cannot be read as a list of keys ({error})") from error


def _notes(_: click.Context, __: click.Parameter, given: Sequence[Path]) -> list[str]:
    try:
        return [note_in(path) for path in given]
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"it cannot be read as a checkpoint ({error})") from error


keys: Callable[[Any], Any] = click.option(
    "--key", "keys", multiple=True, callback=_keys, help="A public key that you trust, or a file of them."
)
checkpoints: Callable[[Any], Any] = click.option(
    "--checkpoint",
    "held",
    multiple=True,
    type=FILE,
    callback=_notes,
    help="A checkpoint that you were given earlier.",
)


def clearly(make: Callable[[], T]) -> T:
    """What is made of settings; a message where one is missing."""
    try:
        return make()
    except MissingSettingError as error:
        raise click.ClickException(str(error)) from error


def tell(report: Report) -> None:
    """Say what was checked, what was not, and what was found. Exits with 1 where anything was."""
    for line in report.lines:
        click.echo(line)
    for each in report.uncompared:
        click.echo(f"NOT COMPARED  {each}")
    tell_findings(report.findings, otherwise="everything is as it was signed")


def tell_findings(findings: Sequence[str], *, otherwise: str) -> None:
    """Say what was found, or `otherwise`. Exits with 1 where anything was."""
    for finding in findings:
        click.echo(f"WRONG  {finding}")
    click.echo(counted(len(findings), "finding") if findings else otherwise)
    if findings:
        raise SystemExit(1)
