"""What this service adds to `cpd`: reports for governors and heads."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.table import Table

from services.requests.reports import reading
from services.requests.reports.tables import Report, as_csv, as_document
from services.requests.runtime import Runtime, open_runtime
from shared.cli import settings_or_exit
from shared.console import console
from shared.dates import academic_year, london_day, next_day, start_of_london_day
from shared.documents.page import as_page
from shared.documents.pdf import as_pdf
from shared.figures import end_of_cut, last_cut

FORMATS = ("table", "json", "csv", "html", "pdf")
Make = Callable[[Runtime, str | None, str | None, date], Report]


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return (report,)


@click.group()
def report() -> None:
    """Print what governors and heads read, as at the end of any past day."""


def _command(name: str, text: str, make: Make) -> None:
    """Add `report NAME`."""

    @report.command(name, help=text)
    @click.option("--school", "school_urn", help="One school; every school where absent.")
    @click.option("--year", help="One academic (or plan) year, as 2024-25.")
    @click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As at the end of this day; today where absent.")
    @click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
    def run(school_urn: str | None, year: str | None, on: datetime | None, format_: str) -> None:
        runtime = open_runtime(settings_or_exit())
        with closing(runtime.stores):
            day = on.date() if on else london_day(runtime.clock())
            _print(make(runtime, school_urn, year, day), format_, day)


def _print(made: Report, format_: str, day: date) -> None:
    if format_ == "table":
        console().print(_table(made))
    elif format_ == "json":
        console().print_json(
            data={"title": made.title, "about": made.about, "columns": made.columns, "rows": made.rows}
        )
    elif format_ == "csv":
        click.echo(as_csv(made), nl=False)
    else:
        document = as_document(made, day)
        click.echo(as_page(document) if format_ == "html" else as_pdf(document), nl=False)


def _table(made: Report) -> Table:
    table = Table(title=made.title, caption=made.about)
    for name in made.columns:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in made.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


def _access(runtime: Runtime, school_urn: str | None, year: str | None, day: date) -> Report:
    on, instant = end_of_cut(last_cut(start_of_london_day(next_day(day))), runtime.clock())
    return reading.access_report(runtime, year or academic_year(on), on, instant, school_urn)


def _of_schools(make: Callable[..., Report]) -> Make:
    def made(runtime: Runtime, school_urn: str | None, year: str | None, day: date) -> Report:
        at_its_end = start_of_london_day(next_day(day)) - timedelta(microseconds=1)
        about = f"{f'School {school_urn}' if school_urn else 'Every school'}, as known at the end of {day.isoformat()}."
        urns: Any = [school_urn] if school_urn else None
        return make(runtime, min(runtime.clock(), at_its_end), urns, year, about)

    return made


_command(
    "access", "Who takes part, asks and is granted; groups under 10 are not shown. Frozen at a month's end.", _access
)
_command("budget", "Allocated, committed, actual and available money.", _of_schools(reading.budget_report))
_command("priorities", "What is asked for and granted for each priority.", _of_schools(reading.priorities_report))
