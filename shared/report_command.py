"""`cpd report`: what governors and heads read, printed; services add their reports to the group."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

import click
from rich.table import Table

from shared.as_at import AsAt, as_at
from shared.clock import Clock
from shared.console import console
from shared.documents.model import Document
from shared.documents.page import as_page
from shared.documents.pdf import as_pdf
from shared.errors import FieldRefused
from shared.instants import known_at
from shared.tables import Report, as_csv, as_document

FORMATS = ("table", "json", "csv", "html", "pdf")
F = TypeVar("F", bound=Callable[..., None])


def report_group() -> click.Group:
    """The group, without any report yet."""
    return click.Group("report", help="Print what governors and heads read, as at the end of any past day.")


def options(run: F) -> F:
    """The options that every report has: `--on`, `--known-at` and `--format`."""
    formatted = click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
    on = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As at the end of this day; today where absent.")
    return on(known_at(formatted(run)))


def asked_as_at(on: datetime | None, instant: datetime | None, clock: Clock) -> AsAt:
    """As when a report is asked for by these options."""
    return as_at(on.date() if on else None, instant, clock())


def frozen_of(asked: AsAt) -> AsAt:
    """The last cut by then, for a report of frozen figures; where there is none, what is wrong with `--on`."""
    try:
        return asked.frozen
    except FieldRefused as error:
        raise click.BadParameter(str(error), param_hint="--on") from error


def print_report(
    made: Report, format_: str, day: date, *, data: object = None, document: Callable[[], Document] | None = None
) -> None:
    """Print a report of a day. `data` is what JSON says where it is more than a table, `document` what is printed."""
    if format_ == "table":
        console().print(_table(made))
    elif format_ == "json":
        whole = {"title": made.title, "about": made.about, "columns": made.columns, "rows": made.rows}
        console().print_json(data=whole if data is None else data)
    elif format_ == "csv":
        click.echo(as_csv(made), nl=False)
    else:
        its = as_document(made, day) if document is None else document()
        click.echo(as_page(its) if format_ == "html" else as_pdf(its), nl=False)


def _table(made: Report) -> Table:
    table = Table(title=made.title, caption=made.about)
    for name in made.columns:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in made.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
