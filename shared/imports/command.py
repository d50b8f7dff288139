"""`cpd import NAME FILE`: all rows checked first, then all brought in, or none."""

from collections.abc import Callable, Sequence
from io import BufferedIOBase
from pathlib import Path
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from shared.clock import Clock
from shared.imports.judged import Judged
from shared.imports.kind import ImportKind
from shared.imports.lines import form_of
from shared.imports.offered import Offered, opened_together
from shared.imports.passes import Import, Outcome
from shared.imports.problems import Problem, UnusableFileError
from shared.messaging.letters import ROLE
from shared.settings import Settings

BAD_ROWS = 1
UNUSABLE = 2
ROWS_A_STEP = 100
HELP = """Import from a file: CSV with a header, or NDJSON (.ndjson, .jsonl). Safe to run again, also after a crash.

Every row is checked first. Where one is bad, each broken rule is shown with its line and field, and nothing is
imported, unless with --skip-bad. Exit code 0: all is in; 1: there were bad rows; 2: not a file that can be used.
"""
PATH = click.Argument(["path"], metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
BY = click.Option(["--by", "actor"], envvar="CPD_OPERATOR", default=ROLE, show_default=True, help="Your own id.")
SKIP_BAD = click.Option(["--skip-bad"], is_flag=True, help="Import the sound rows even where others are bad.")


def import_command(offered: Sequence[Offered], settings: Callable[[], Settings]) -> click.Group:
    """`cpd import` with a command for each name that the services offer."""
    group = click.Group("import", help=HELP)
    for name in dict.fromkeys(each.name for each in offered):
        group.add_command(_command([each for each in offered if each.name == name], settings))
    return group


def _command(offered: Sequence[Offered], settings: Callable[[], Settings]) -> click.Command:
    services = [each.service for each in offered]

    def run(path: Path, *, skip_bad: bool, actor: str, only: Sequence[str] = ()) -> None:
        wanted = [each for each in offered if each.service in only] or offered
        with opened_together(wanted, settings(), actor) as (kind, clock):
            _import(kind, clock, path, skip_bad=skip_bad)

    command = click.Command(offered[0].name, callback=run, help=offered[0].help, params=[PATH, SKIP_BAD, BY])
    if len(services) > 1:
        text = f"Into this service alone, in place of all of them ({', '.join(services)}); may be repeated."
        command.params.append(
            click.Option(["--service", "only"], multiple=True, type=click.Choice(services), help=text)
        )
    return command


def _import(kind: ImportKind, clock: Clock, path: Path, *, skip_bad: bool) -> None:
    with path.open("rb") as file:
        try:
            outcome = _two_passes(kind, path, file, clock, skip_bad=skip_bad)
        except UnusableFileError as error:
            for problem in error.problems:
                _tell(problem)
            click.echo("The file cannot be used; nothing was imported.", err=True)
            raise SystemExit(UNUSABLE) from error
    if outcome.bad:
        raise SystemExit(BAD_ROWS)


def _two_passes(kind: ImportKind, path: Path, file: BufferedIOBase, clock: Clock, *, skip_bad: bool) -> Outcome:
    if not file.seekable():
        raise UnusableFileError(Problem(1, "file", "must be a file that can be read twice"))
    form = form_of(path, file)
    correlation_id = str(uuid4())
    with Judged() as judged, _progress() as progress:

        def a_pass(name: str) -> Import:
            return Import(kind, file, form, clock, correlation_id, _tell, _steps(progress, name, path, file))

        outcome = a_pass("checking").judge(judged)
        if outcome.bad and not skip_bad:
            click.echo(f"{_rows(outcome.bad)} bad; nothing was imported.")
            return outcome
        outcome = a_pass("importing").bring_in(judged)
    click.echo(f"imported: {outcome.imported}, already there: {outcome.already_there}, skipped: {outcome.bad}")
    return outcome


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _steps(progress: Progress, name: str, path: Path, file: BufferedIOBase) -> Callable[[], None]:
    task = progress.add_task(name, total=path.stat().st_size)
    rows = 0

    def advance() -> None:
        nonlocal rows
        rows += 1
        if rows % ROWS_A_STEP == 0:
            progress.update(task, completed=file.tell())

    return advance


def _tell(problem: Problem) -> None:
    click.echo(f"line {problem.line}: {problem.field}: {problem.rule}")


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count} rows are"
