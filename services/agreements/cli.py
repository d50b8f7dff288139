"""What this service adds to `cpd`: liability, demo."""

from collections.abc import Sequence
from datetime import date, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.agreements.api.liability_shapes import liability_shape, receivable_shape
from services.agreements.cli_demo import demo
from services.agreements.runtime import NAME, Runtime, open_runtime
from shared.cli import settings_or_exit
from shared.clock import utc_now
from shared.console import console
from shared.dates import london_day
from shared.each_service import opened_or_exit
from shared.instants import known_at
from shared.money import pounds
from shared.projections.query import Which


def commands() -> Sequence[click.Command]:
    """The commands of this service."""
    return (liability, demo)


@click.command()
@click.argument("agreement", required=False)
@click.option("--agreement", "agreement_id", help="One agreement.")
@click.option("--staff", "staff_id", help="A person.")
@click.option("--school", "school_urn", help="A school.")
@click.option("--trust", is_flag=True, help="The whole trust.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="On this day; today where absent.")
@known_at
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
    runtime = opened_or_exit(NAME, open_runtime, settings_or_exit())
    day = on.date() if on else london_day(utc_now())
    out = console()
    if school_urn or trust:
        out.print(_totals_table(runtime, day, known_at, school_urn))
    else:
        which = Which(id=agreement or agreement_id, staff_id=staff_id)
        _show_agreements(out, runtime, which, day, known_at)


def _exactly_one(**given: str | None) -> str:
    named = [value for value in given.values() if value]
    if len(named) != 1:
        raise click.UsageError(f"give exactly one of {', '.join(f'--{name}' for name in given)}")
    return named[0]


def _show_agreements(out: Console, runtime: Runtime, which: Which, on: date, known_at: datetime | None) -> None:
    agreements = runtime.agreements.as_known(known_at, which)
    if not agreements:
        raise click.ClickException("nothing is known of this by then")
    open_text = runtime.stores.sealer.open
    for row in agreements:
        shape = liability_shape(row.state, on, known_at or utc_now())
        rest = f" ({row.id}): {pounds(shape.amount_pence)} {shape.rule}"
        out.print(Text.assemble("\n", (open_text(row.state.title), "bold"), rest))
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
