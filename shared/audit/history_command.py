"""`cpd history`: what happened, over all services, for people to read."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import click

from shared.audit.chronicle import KINDS, Chronicle, of_stream, told_of
from shared.audit.timeline import timeline
from shared.console import console
from shared.instants import known_at


def history_command(make: Callable[[], Sequence[Chronicle]]) -> click.Command:
    """`history --staff|--agreement|--repayment|--request|--stream`."""

    @click.command("history")
    @click.option("--staff", help="Everything about a person.")
    @click.option("--agreement", help="Everything about one training agreement.")
    @click.option("--repayment", help="Everything about one repayment.")
    @click.option("--request", help="Everything about one request: its money, its agreements, what came of it.")
    @click.option("--stream", type=click.UUID, help="Everything in one stream, by its id in the log.")
    @known_at
    def history(stream: UUID | None, known_at: datetime | None, **named: str | None) -> None:
        """Show what happened, in every service: when it was true, when it was known, who did it and why."""
        asked = [(kind, name) for kind, name in named.items() if name]
        if len(asked) + (stream is not None) != 1:
            raise click.UsageError(f"give exactly one of {', '.join(f'--{name}' for name in (*KINDS, 'stream'))}")
        chronicles = make()
        if stream is not None:
            title, told = str(stream), of_stream(chronicles, stream)
        else:
            ((kind, title),) = asked
            for each in chronicles:
                if each.lags():
                    click.echo(f"{each.service}: the newest facts may be missing; is its worker running?", err=True)
            told = told_of(chronicles, kind, title)
        if known_at is not None:
            told = [each for each in told if each.fact.recorded_at <= known_at]
        if not told:
            raise click.ClickException(f"nothing is known of {title}")
        console().print(timeline(title, told))

    return history
