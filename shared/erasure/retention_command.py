"""The commands that tell how long records are kept, and whose time is over."""

from collections.abc import Sequence
from datetime import date, datetime

import click
from rich.table import Table

from shared.clock import Clock
from shared.console import console, progress
from shared.dates import london_day
from shared.erasure.command import Make
from shared.erasure.erasing import unfinished
from shared.erasure.judging import Erasable, judged
from shared.erasure.known import people
from shared.erasure.reasons import reasons_due
from shared.erasure.retention import SCHEDULE


def retention_command(make: Make, clock: Clock) -> click.Group:
    """`retention due|rules`, over all services."""

    @click.group("retention")
    def retention() -> None:
        """How long records are kept, and whose time is over."""

    @retention.command("rules")
    def rules() -> None:
        """The schedule: each kind of record, how long it is kept and by what source."""
        table = Table("kind", "what", "counts from", "kept", "source")
        for kind, rule in SCHEDULE.items():
            table.add_row(kind, rule.what, rule.since, rule.how_long, rule.source)
        console().print(table)

    @retention.command("due")
    @click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="A day, in place of today.")
    def due(on: datetime | None) -> None:
        """Who need not be kept any more, by which rules, and what still stands against erasing them."""
        services = make()
        _show_due(services, on.date() if on else london_day(clock()))

    return retention


def _show_due(services: Sequence[Erasable], day: date) -> None:
    keys = services[0].stores.keys
    erased = set(keys.erased())
    everyone = sorted(set().union(*(people(its.stores) for its in services)) - erased)
    table, count = Table("staff id", "due since", "by", "against it"), 0
    with progress("retention", "people") as tell:
        for done, staff_id in enumerate(everyone):
            tell(done, len(everyone))
            judgement = judged(services, staff_id)
            if judgement.due_on is not None and judgement.is_due(day):
                count += 1
                against = "; ".join(judgement.against) or "nothing"
                table.add_row(staff_id, judgement.due_on.isoformat(), ", ".join(judgement.rules), against)
        tell(len(everyone), len(everyone))
    if count:
        console().print(table)
    click.echo(f"{count} of {len(everyone)} people are due on {day.isoformat()}")
    if due := reasons_due(keys, day):
        click.echo(f"why these were erased need not be kept, run `cpd erase --reasons`: {', '.join(due)}")
    for staff_id in unfinished(keys):
        click.echo(f"{staff_id}: the key is destroyed and a log does not say so yet; run `cpd erase` for them again")
