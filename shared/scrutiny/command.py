"""The commands of internal scrutiny: `audit access|segregation|overrides|let-go`, over the logs of all services."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import click
from rich.table import Table

from shared.access_log.store import Wanted
from shared.audit.offline import counted
from shared.console import console
from shared.dates import london_day, start_of_london_day
from shared.instants import refuse_reversed
from shared.money import pounds
from shared.scrutiny.finding import Given, Period, Scrutinised, accesses, given_up, kept_apart, overridden

Make = Callable[[], Sequence[Scrutinised]]
LARGE_PENCE = 5_000_00
"""What is let go above this is named one by one."""

days = click.DateTime(["%Y-%m-%d"])
since = click.option("--from", "from_", type=days, help="Recorded on this day or later.")
until = click.option("--to", type=days, help="Recorded before this day.")


def scrutiny_command(make: Make) -> click.Group:
    """To be merged into `audit`."""

    @click.group("audit")
    def audit() -> None:
        """Take the log away with what proves it, and look through it."""

    @audit.command("access")
    @click.option("--staff", "staff_id", help="Only what is about this person.")
    @click.option("--by", "actor", help="Only what this caller or operator did.")
    @since
    @until
    def access(staff_id: str | None, actor: str | None, from_: datetime | None, to: datetime | None) -> None:
        """Who read what about whom by HTTP, and who gathered, took away, held or erased it by command."""
        period = _period(from_, to)
        wanted = Wanted(staff_id=staff_id, by=actor, from_=period.from_, to=period.to)
        table, count = Table("service", "at", "by", "role", "what", "about"), 0
        for its in make():
            for each in accesses(its, wanted):
                count += 1
                at = each.at.isoformat(timespec="seconds")
                table.add_row(its.service, at, each.by, each.role, each.what, each.staff_id or "(many)")
        console().print(table)
        click.echo(f"{count} access" if count == 1 else f"{count} accesses")

    @audit.command("segregation")
    @since
    @until
    def segregation(from_: datetime | None, to: datetime | None) -> None:
        """Who did both of two acts that two people should do. Exit code 1 where a service should have refused one."""
        table, told, wrong = Table("service", "duties", "pairs", "by one person"), [], 0
        for its in make():
            for kept in kept_apart(its, _period(from_, to)):
                how = f"{len(kept.exceptions)}" + ("" if kept.refused else ", allowed")
                table.add_row(its.service, kept.name, str(kept.pairs), how)
                told += [f"{'WRONG' if kept.refused else 'shown'}  {kept.name}: {each}" for each in kept.exceptions]
                wrong += len(kept.exceptions) if kept.refused else 0
        console().print(table)
        for line in told:
            click.echo(line)
        if wrong:
            raise SystemExit(1)

    @audit.command("overrides")
    @since
    @until
    def overrides(from_: datetime | None, to: datetime | None) -> None:
        """Every act by which a person overrode what would have been, with the reason."""
        table, count = Table("service", "on", "what", "by", "role", "about", "why"), 0
        for its in make():
            for each in overridden(its, _period(from_, to)):
                count += 1
                on = london_day(each.at).isoformat()
                table.add_row(its.service, on, each.name, each.by, each.role, each.staff_id, each.why)
        console().print(table)
        click.echo(counted(count, "override"))

    @audit.command("let-go")
    @since
    @until
    def let_go(from_: datetime | None, to: datetime | None) -> None:
        """Waivers and write-offs: in total by school, and each above £5,000."""
        found = [each for its in make() for each in given_up(its, _period(from_, to))]
        console().print(_totals(found))
        table = Table("on", "what", "school", "about", "amount", "by", "why", title=f"Above {pounds(LARGE_PENCE)}")
        for each in found:
            if each.pence > LARGE_PENCE:
                on = london_day(each.at).isoformat()
                table.add_row(on, each.name, each.school_urn, each.staff_id, pounds(each.pence), each.by, each.why)
        console().print(table)

    return audit


def _totals(found: Sequence[Given]) -> Table:
    pence: Counter[tuple[str, str]] = Counter()
    number: Counter[tuple[str, str]] = Counter()
    for each in found:
        for school in (each.school_urn, "all"):
            pence[each.name, school] += each.pence
            number[each.name, school] += 1
    table = Table("what", "school", "how many", "total")
    for name, school in sorted(pence):
        table.add_row(name, school, str(number[name, school]), pounds(pence[name, school]))
    return table


def _period(from_: datetime | None, to: datetime | None) -> Period:
    refuse_reversed(from_, to)
    return Period(_begin(from_), _begin(to))


def _begin(day: datetime | None) -> datetime | None:
    return None if day is None else start_of_london_day(day.date())
