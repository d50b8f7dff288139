"""What the commands of an audit are given, read so that a mistake is a message, and how they tell what they found."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from shared.audit.offline import BadKeyError, Key, Report, counted, keys_in, note_in, printable
from shared.settings import MissingSettingError
from shared.web.patterns import URN

T = TypeVar("T")
NOT_CHECKED = 2
"""The exit code where nothing can be said: neither that all is as it was signed nor that it is not."""
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


def urn(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    """A school's number. Raises BadParameter."""
    if given is not None and re.fullmatch(URN, given) is None:
        raise click.BadParameter("must be a school's number of six digits")
    return given


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


@contextmanager
def checking() -> Iterator[None]:
    """What cannot be checked at all is a message, and exit code 2."""
    try:
        yield
    except (OSError, BadKeyError) as error:
        click.echo(f"Error: it could not be checked: {printable(str(error))}", err=True)
        raise SystemExit(NOT_CHECKED) from error


def tell(report: Report) -> None:
    """Say what was checked, what was not, and what was found. Exits with 1 where anything was."""
    for line in report.told():
        click.echo(line)
    _end(report.findings, "everything is as it was signed")


def tell_findings(findings: Sequence[str], *, otherwise: str) -> None:
    """Say what was found, or `otherwise`. Exits with 1 where anything was."""
    for finding in findings:
        click.echo(f"WRONG  {printable(finding)}")
    _end(findings, otherwise)


def _end(findings: Sequence[str], otherwise: str) -> None:
    click.echo(counted(len(findings), "finding") if findings else otherwise)
    if findings:
        raise SystemExit(1)
