"""The command `cpd sample`: a made-up trust in the empty logs of every service, to load them or to try them out."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import date, datetime

import click

from shared.clock import Clock
from shared.console import progress
from shared.dates import london_day
from shared.eventstore.gathering import Gathering
from shared.sample.filling import fill
from shared.sample.part import Sampled, StoryClock
from shared.sample.plan import SCALES, Trust


def sample_command(sampled: Callable[[], Sequence[Sampled]], clock: Clock) -> click.Command:
    """`sampled` opens every service."""

    @click.command()
    @click.option("--scale", type=click.Choice(list(SCALES)), default="small", show_default=True)
    @click.option("--seed", default=1, show_default=True, help="Another seed, another trust; the same one, the same.")
    @click.option(
        "--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day told of; the last 31 July if absent."
    )
    def sample(scale: str, seed: int, until: datetime | None) -> None:
        """Write a made-up trust's year of development into the empty logs of every service, to try it out or load it.

        The views follow once the workers run, or by `cpd views rebuild`.
        """
        today = london_day(clock())
        ends_on = until.date() if until else _last_july(today)
        if ends_on > today:
            raise click.BadParameter("must not lie ahead", param_hint="--until")
        trust = Trust(scale=SCALES[scale], seed=seed, ends_on=ends_on)
        asked, story = sampled(), StoryClock()
        with ExitStack() as opened:
            for each in asked:
                opened.enter_context(closing(each.stores))
            _refuse_filled(asked)
            began = time.monotonic()
            parts = [each.part(opened.enter_context(closing(Gathering(each.stores.ledger))), story) for each in asked]
            with progress(f"sample {scale}", "schools") as tell:
                facts = fill(parts, story, trust, tell)
        _tell(facts, trust, time.monotonic() - began)

    return sample


def _refuse_filled(asked: Sequence[Sampled]) -> None:
    filled = [each.name for each in asked if each.stores.ledger.position()]
    if filled:
        message = f"{', '.join(filled)}: the log has facts already; a made-up trust is written into empty ones only"
        raise click.ClickException(message)


def _tell(facts: dict[str, int], trust: Trust, seconds: float) -> None:
    total = sum(facts.values())
    each = ", ".join(f"{name} {number:,}" for name, number in facts.items())
    click.echo(f"{total:,} facts of {trust.scale.schools} schools, up to {trust.ends_on.isoformat()}: {each}")
    click.echo(f"{total / seconds:,.0f} facts a second")


def _last_july(today: date) -> date:
    this = date(today.year, 7, 31)
    return this if this <= today else date(today.year - 1, 7, 31)
