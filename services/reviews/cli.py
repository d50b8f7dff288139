"""What this service adds to `cpd`: reports on impact and for governing bodies, and a made-up trust to try it out on."""

from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from typing import get_args

import click
import msgspec

from services.reviews.papers.governing_body import governing_body
from services.reviews.reports.governing_body import Reporter, governing_body_table, impact_table
from services.reviews.reports.statistics import Question
from services.reviews.runtime import NAME, open_runtime
from services.reviews.sample.filling import fill
from services.reviews.sample.plan import SCALES
from services.reviews.statistics.census import By
from shared.cli import settings_or_exit
from shared.console import progress
from shared.dates import academic_year, london_day
from shared.each_service import opened_or_exit
from shared.report_command import asked_as_at, frozen_of, options, print_report, report_group

report = report_group()


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return (report, sample)


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
        print_report(impact_table(made), format_, asked.on, data=msgspec.to_builtins(made))


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


@click.command()
@click.option("--scale", type=click.Choice(list(SCALES)), default="small", show_default=True)
@click.option("--seed", default=1, show_default=True, help="Another seed, another trust; the same one, the same.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day told of; the last 31 July where absent.")
def sample(scale: str, seed: int, until: datetime | None) -> None:
    """Write a made-up trust's year of development into the reviews service's empty log, to try it out or load it.

    The views follow once the worker runs, or by `cpd views rebuild --service reviews`.
    """
    runtime = open_runtime(settings_or_exit())
    with closing(runtime.stores):
        runtime.stores.create_tables()
        if runtime.stores.ledger.position():
            raise click.ClickException("the log has facts already: a made-up trust is written into an empty one only")
        ends_on = until.date() if until else _last_july(london_day(runtime.clock()))
        if ends_on > london_day(runtime.clock()):
            raise click.BadParameter("must not lie ahead", param_hint="--until")
        with progress(f"sample {scale}", "schools") as tell:
            facts = fill(runtime.stores.ledger, SCALES[scale], seed, ends_on, tell)
    click.echo(f"{facts:,} facts of {SCALES[scale].schools} schools, up to {ends_on.isoformat()}")


def _last_july(today: date) -> date:
    this = date(today.year, 7, 31)
    return this if this <= today else date(today.year - 1, 7, 31)
