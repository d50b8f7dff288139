"""`cpd import staff|agreements FILE`: all rows checked first, then all brought in, or none."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BufferedIOBase
from pathlib import Path
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from services.agreements.application import Agreements
from services.agreements.imports.agreements import AgreementsImport
from services.agreements.imports.judged import Judged
from services.agreements.imports.kind import ImportKind
from services.agreements.imports.lines import form_of
from services.agreements.imports.passes import Import, Outcome
from services.agreements.imports.problems import Problem, UnusableFileError
from services.agreements.imports.staff import StaffImport
from services.agreements.runtime import open_runtime
from shared.cli import settings_or_exit
from shared.clock import Clock

BAD_ROWS = 1
UNUSABLE = 2
ROWS_A_STEP = 100

path_argument = click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
skip_bad_option = click.option("--skip-bad", is_flag=True, help="Import the sound rows even where others are bad.")


@click.group("import")
def import_command() -> None:
    """Import from a file: CSV with a header, or NDJSON (.ndjson, .jsonl). Safe to run again, also after a crash.

    Every row is checked first. Where one is bad, each broken rule is shown with its line and field, and nothing is
    imported, unless with --skip-bad. Exit code 0: all is in; 1: there were bad rows; 2: not a file that can be used.
    """


@import_command.command("staff")
@path_argument
@skip_bad_option
def import_staff(path: Path, skip_bad: bool) -> None:
    """Import employments.

    Columns: staff_id, employment_id, school_urn, on (its start), role_category; line_manager_id, payroll_number, name
    where known. An employment described otherwise than before is corrected; a row that was imported before, exactly so,
    is passed over.
    """
    _run(StaffImport, path, skip_bad=skip_bad)


@import_command.command("agreements")
@path_argument
@skip_bad_option
def import_agreements(path: Path, skip_bad: bool) -> None:
    """Import training agreements as they stand.

    Columns: import_ref (the row's own reference, for good), staff_id, employment_id, school_urn, title, activity_type,
    planned_start, planned_end, funded_percent, request_id, mandatory, apprenticeship, signed_on with deduction_consent
    and document_ref, started_on, completed_on or withdrawn_on.

    In CSV: fee_pence, exam_pence, materials_pence, travel_pence, accommodation_pence, supply_cover_pence; terms (none,
    or empty for the school's default), scale_months, trigger. In NDJSON: cost_lines and terms as in the HTTP interface.
    """
    _run(AgreementsImport, path, skip_bad=skip_bad)


def _run(make_kind: Callable[[Agreements], ImportKind], path: Path, *, skip_bad: bool) -> None:
    with _opened() as (agreements, clock), path.open("rb") as file:
        try:
            outcome = _two_passes(make_kind(agreements), path, file, clock, skip_bad=skip_bad)
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


@contextmanager
def _opened() -> Iterator[tuple[Agreements, Clock]]:
    runtime = open_runtime(settings_or_exit())
    runtime.stores.keys.create_tables()
    with closing(runtime.stores.ledger):
        runtime.stores.ledger.recorder.create_table()
        yield runtime.commands, runtime.clock
    runtime.stores.keys.engine.dispose()


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
