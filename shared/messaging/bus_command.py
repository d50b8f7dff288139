"""The command that holds the bus against the log."""

from collections.abc import Callable, Iterator, Sequence

import click
import msgspec

from shared.console import progress
from shared.messaging.bus import BusAway
from shared.messaging.verify import ALLOWED, WRONG, Published, Verdict, verify

MakePublished = Callable[[], Sequence[Published]]


def bus_command(make_published: MakePublished) -> click.Group:
    """`bus verify [TOPIC]`, for what the services publish."""

    @click.group("bus")
    def bus() -> None:
        """The bus, beside the log."""

    @bus.command("verify")
    @click.argument("topic", required=False)
    def verified(topic: str | None) -> None:
        """Compare TOPIC, or all that we write, from its beginning with the log. Exit code 1 if they do not agree."""
        verdicts = list(_verdicts(make_published(), topic))
        if not verdicts:
            raise click.UsageError(f"no service writes {topic}")
        for verdict in verdicts:
            _tell(verdict)
        if not all(verdict.clean for verdict in verdicts):
            raise SystemExit(1)

    return bus


def _verdicts(published: Sequence[Published], topic: str | None) -> Iterator[Verdict]:
    for service in published:
        topics = [name for name in service.topics if topic in (None, name)]
        try:
            if topics:
                with progress(", ".join(topics), "messages and facts") as tell:
                    verdicts = verify(msgspec.structs.replace(service, topics=topics), tell)
                yield from verdicts
        except BusAway as error:
            raise click.ClickException(f"the bus is away: {error}") from error


def _tell(verdict: Verdict) -> None:
    state = "agrees with the log" if verdict.clean else "DOES NOT AGREE with the log"
    click.echo(f"{verdict.topic}: {verdict.messages} messages; it {state}")
    for kind in (*WRONG, *ALLOWED):
        if count := verdict.found[kind]:
            click.echo(f"  {count} {kind}")
        if kind in WRONG:
            shown = verdict.examples.get(kind, [])
            for example in shown:
                click.echo(f"    {example}")
            if count > len(shown):
                click.echo(f"    … and {count - len(shown)} more")
