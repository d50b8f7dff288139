"""What this service adds to `cpd`: history, liability, replay, demo."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from services.agreements.api.liability_shapes import liability_shape, receivable_shape
from services.agreements.cli_demo import demo
from services.agreements.domain.staff_member import stream_in, stream_of
from services.agreements.runtime import Runtime, open_runtime
from shared.audit.timeline import timeline
from shared.clock import utc_now
from shared.console import console
from shared.dates import london_day
from shared.errors import NotThere
from shared.eventstore.fact import Fact
from shared.instants import INSTANT
from shared.money import pounds
from shared.projections.query import Which
from shared.projections.verify import compare
from shared.settings import read_settings

CATCH_UP_SECONDS = 5.0


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return (history, liability, replay, demo)


@click.command()
@click.option("--staff", "staff_id", help="Everything about a person.")
@click.option("--agreement", "agreement_id", help="Everything about one agreement.")
@click.option("--repayment", "repayment_id", help="Everything about one repayment.")
def history(staff_id: str | None, agreement_id: str | None, repayment_id: str | None) -> None:
    """Show what happened: when it was true, when it was known, who did it and why."""
    given = _exactly_one(staff=staff_id, agreement=agreement_id, repayment=repayment_id)
    runtime = open_runtime(read_settings())
    stream = stream_of(given) if staff_id else _stream(given)
    facts: Iterable[Any] = runtime.stores.ledger.events.get(stream)
    shown = [fact for fact in facts if staff_id or _is_about(fact, agreement_id, repayment_id)]
    if not shown:
        raise click.ClickException(f"nothing is known of {given}")
    console().print(timeline(given, shown))


@click.command()
@click.argument("agreement", required=False)
@click.option("--agreement", "agreement_id", help="One agreement.")
@click.option("--staff", "staff_id", help="A person.")
@click.option("--school", "school_urn", help="A school.")
@click.option("--trust", is_flag=True, help="The whole trust.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="On this day; today where absent.")
@click.option("--known-at", type=INSTANT, help="As known at this instant (RFC 3339 with offset); now where absent.")
def liability(
    *,
    agreement: str | None,
    agreement_id: str | None,
    staff_id: str | None,
    school_urn: str | None,
    trust: bool,
    on: datetime | None,
    known_at: datetime | None,
) -> None:
    """Show what would be repayable, and what is owed, on a day, as known at an instant."""
    whole = "trust" if trust else None
    _exactly_one(agreement=agreement or agreement_id, staff=staff_id, school=school_urn, trust=whole)
    runtime = open_runtime(read_settings())
    day = on.date() if on else london_day(utc_now())
    out = console()
    if school_urn or trust:
        out.print(_totals_table(runtime, day, known_at, school_urn))
    else:
        which = Which(id=agreement or agreement_id, staff_id=staff_id)
        _show_agreements(out, runtime, which, day, known_at)


@click.command()
@click.option("--check", is_flag=True, required=True, help="Compare what is served with the log.")
def replay(check: bool) -> None:  # noqa: ARG001  required, so that a later replay can do more
    """Rebuild every view from the log and compare; exit 1 with the differences if there are any."""
    stores = open_runtime(read_settings()).stores
    head = stores.ledger.position()
    if not stores.runner.freshness.wait_for(head, CATCH_UP_SECONDS):
        click.echo(f"the views stand at {stores.runner.position()}, the log at {head}: is the worker running?")
        sys.exit(1)
    differences = [found for view in stores.views for found in compare(stores.ledger, stores.engine, view)]
    for found in differences:
        click.echo(f"{found.view} {found.key}: served {found.served}, replayed {found.replayed}")
    if differences:
        click.echo(f"{len(differences)} rows differ from the log")
        sys.exit(1)
    click.echo(f"{', '.join(view.name for view in stores.views)}: as the log says, up to {stores.runner.position()}")


def _exactly_one(**given: str | None) -> str:
    named = [value for value in given.values() if value]
    if len(named) != 1:
        raise click.UsageError(f"give exactly one of {', '.join(f'--{name}' for name in given)}")
    return named[0]


def _stream(resource_id: str) -> Any:
    try:
        return stream_in(resource_id)
    except NotThere as error:
        raise click.ClickException(str(error)) from error


def _is_about(fact: Fact, agreement_id: str | None, repayment_id: str | None) -> bool:
    if repayment_id:
        return getattr(fact, "repayment_id", None) == repayment_id
    return getattr(fact, "agreement_id", None) == agreement_id


def _show_agreements(out: Console, runtime: Runtime, which: Which, on: date, known_at: datetime | None) -> None:
    agreements = runtime.agreements.as_known(known_at, which)
    if not agreements:
        raise click.ClickException("nothing is known of this by then")
    open_text = runtime.stores.sealer.open
    for row in agreements:
        shape = liability_shape(row.state, on, known_at or utc_now())
        out.print(f"\n[bold]{open_text(row.state.title)}[/] ({row.id}): {pounds(shape.amount_pence)} {shape.rule}")
        for sentence in shape.explanation:
            out.print(f"  {sentence}")
        out.print(f"  Rests on {', '.join(shape.events)}")
    for repayment in runtime.repayments.as_known(known_at, Which(staff_id=agreements[0].staff_id)):
        owed = receivable_shape(repayment.state, on)
        if owed.agreement_id in {row.id for row in agreements}:
            out.print(f"\nReceivable {pounds(owed.balance_pence)} under {owed.repayment_id} ({repayment.status})")


def _totals_table(runtime: Runtime, on: date, known_at: datetime | None, school_urn: str | None) -> Table:
    totals = runtime.totals(on, known_at, [school_urn] if school_urn else None)
    table = Table(title=f"On {on.isoformat()}, as known {known_at.isoformat() if known_at else 'now'}")
    for heading in (
        "School",
        "Contingent",
        "of it deductible",
        "Receivable",
        "of it deductible",
        "Staff",
        "Agreements",
    ):
        table.add_column(heading, justify="left" if heading == "School" else "right")
    rows = [*totals.schools.items()] if school_urn else [*totals.schools.items(), ("Trust", totals.overall)]
    for urn, total in rows:
        figures = ("contingent", "contingent_deductible", "receivable", "receivable_deductible")
        amounts = [pounds(total.amounts.get(name, 0)) for name in figures]
        table.add_row(urn, *amounts, str(total.staff), str(total.resources))
    return table
