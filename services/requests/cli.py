"""What this service adds to `cpd`: reports for governors and heads."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

import click

from services.requests.reports import reading
from services.requests.runtime import NAME, Runtime, open_runtime
from shared.as_at import AsAt
from shared.cli import settings_or_exit
from shared.dates import academic_year
from shared.each_service import opened_or_exit
from shared.report_command import asked_as_at, frozen_of, options, print_report, report_group
from shared.tables import Report

report = report_group()
Make = Callable[[Runtime, str | None, str | None, AsAt], Report]


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return (report,)


def _command(name: str, text: str, make: Make) -> None:
    """Add `report NAME`."""

    @report.command(name, help=text)
    @click.option("--school", "school_urn", help="One school; every school where absent.")
    @click.option("--year", help="One academic (or plan) year, as 2024-25.")
    @options
    def run(
        school_urn: str | None, year: str | None, on: datetime | None, known_at: datetime | None, format_: str
    ) -> None:
        runtime = opened_or_exit(NAME, open_runtime, settings_or_exit())
        with closing(runtime.stores):
            asked = asked_as_at(on, known_at, runtime.clock)
            print_report(make(runtime, school_urn, year, asked), format_, asked.on)


def _access(runtime: Runtime, school_urn: str | None, year: str | None, asked: AsAt) -> Report:
    frozen = frozen_of(asked)
    return reading.access_report(runtime, year or academic_year(frozen.on), frozen, school_urn)


def _of_schools(make: Callable[..., Report]) -> Make:
    def made(runtime: Runtime, school_urn: str | None, year: str | None, asked: AsAt) -> Report:
        return make(runtime, asked, [school_urn] if school_urn else None, year)

    return made


_command(
    "access", "Who takes part, asks and is granted; groups under 10 are not shown. Frozen at a month's end.", _access
)
_command("budget", "Allocated, committed, actual and available money.", _of_schools(reading.budget_report))
_command("priorities", "What is asked for and granted for each priority.", _of_schools(reading.priorities_report))
