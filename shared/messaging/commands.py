"""The command that shows a service's dead letters and replays them."""

from collections.abc import Callable, Sequence

import click
from rich.console import Console
from rich.table import Table

from shared.messaging.consumer import Consumer
from shared.messaging.failure import describe

MakeConsumers = Callable[[], Sequence[Consumer]]


def dead_letters_command(make_consumers: MakeConsumers) -> click.Group:
    """`dead-letters list` and `dead-letters replay [TOPIC OFFSET]` for the consumers of one service."""

    @click.group("dead-letters")
    def dead_letters() -> None:
        """Messages that could not be reacted to."""

    @dead_letters.command("list")
    def listed() -> None:
        """Show the dead letters that wait, without what they say."""
        table = Table("topic", "offset", "key", "error", "attempts", "parked at")
        for consumer in make_consumers():
            for letter in consumer.letters():
                error = f"{letter.error_type}: {letter.error_text}"
                table.add_row(
                    letter.topic, str(letter.offset), letter.key, error, str(letter.attempts), letter.parked_at
                )
        Console().print(table)

    @dead_letters.command()
    @click.option("--topic", help="Only the letters of this topic.")
    @click.option("--offset", type=int, help="Only the letter of this offset.")
    def replay(topic: str | None, offset: int | None) -> None:
        """React again to the dead letters that wait. Exit code 1 if one could not be reacted to."""
        failed = False
        for consumer in make_consumers():
            for letter in consumer.letters():
                if letter.topic != (topic or letter.topic) or letter.offset != (offset or letter.offset):
                    continue
                try:
                    consumer.replay(letter)
                except Exception as error:  # noqa: BLE001  told to the operator, and the letter waits on
                    failed = True
                    failure = describe(error)
                    click.echo(f"{letter.topic} {letter.offset}: {failure.type}: {failure.text}", err=True)
                else:
                    click.echo(f"{letter.topic} {letter.offset}: done")
        if failed:
            raise SystemExit(1)

    return dead_letters
