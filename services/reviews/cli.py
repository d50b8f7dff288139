"""What this service adds to `cpd`: reports on impact and for governing bodies."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import get_args

import click
import msgspec

from services.reviews.papers.governing_body import governing_body
from services.reviews.papers.statistics import statistics
from services.reviews.reports.governing_body import Reporter, governing_body_table, impact_table
from services.reviews.reports.statistics import Question
from services.reviews.runtime import NAME, open_runtime
from services.reviews.statistics.census import By
from shared.cli import settings_or_exit
from shared.dates import academic_year
from shared.each_service import opened_or_exit
from shared.report_command import asked_as_at, frozen_of, options, print_report, report_group

report = report_group()


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return (report,)


@report.command("impact")
@click.option("--school", "school_urn", help="One school; the trust where absent.")
@click.option("--year", help="One academic year, as 2024-25.")
@click.option("--by", type=click.Choice(get_args(By)), default="role_category", show_default=True)
@options
def impact(  # noqa: PLR0917
    school_urn: str | None, year: str | None, by: By, on: datetime | None, known_at: datetime | None, format_: str
) -> None:
    """What development came to, frozen at the end of the last month that had ended; groups under 10 are not shown."""
    runtime = opened_or_exit(NAME, open_runtime, settings_or_exit())
    with closing(runtime.stores):
        asked = asked_as_at(on, known_at, runtime.clock)
        frozen = frozen_of(asked)
        question = Question(
            school_urn=school_urn,
            year=year or academic_year(frozen.on),
            by=by,
            on=frozen.on,
            known_at=frozen.known_at,
            cut=asked.cut,
        )
        made = runtime.statistics.impact(question, asked.now)
        data, paper = msgspec.to_builtins(made), lambda: statistics(made, asked.on)
        print_report(impact_table(made), format_, asked.on, data=data, document=paper)


@report.command("governing-body")
@click.option("--school", "school_urn", required=True, help="The school.")
@options
def to_governors(school_urn: str, on: datetime | None, known_at: datetime | None, format_: str) -> None:
    """Development against the plan, money and impact of one school."""
    runtime = opened_or_exit(NAME, open_runtime, settings_or_exit())
    with closing(runtime.stores):
        asked = asked_as_at(on, known_at, runtime.clock)
        frozen_of(asked)
        name = runtime.commands.school(school_urn, asked.known_at).settings.name
        made = Reporter(runtime.stores.ledger, runtime.statistics, urn=school_urn, name=name).report(asked)
        data, paper = msgspec.to_builtins(made), lambda: governing_body(made)
        print_report(governing_body_table(made), format_, asked.on, data=data, document=paper)
