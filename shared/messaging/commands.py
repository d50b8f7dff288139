"""The commands about a service's dead letters: look at them, try them again, give them up."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from shared.eventstore.sealing import MARK
from shared.messaging.cloudevents import NotACloudEvent, decode
from shared.messaging.failure import describe
from shared.messaging.letters import Letters
from shared.messaging.poison import DeadLetter

MakeLetters = Callable[[], Letters]
ID_OR_DAY = re.compile(r"[A-Za-z0-9._:/+-]*[0-9][A-Za-z0-9._:/+-]*")
"""Text that is shown: without a blank, with a digit. A message that came by Kafka may hold names as they are."""

by = click.option("--by", "actor", envvar="CPD_OPERATOR", default="operator", show_default=True, help="Your own id.")


def dead_letters_command(make_letters: MakeLetters) -> click.Group:
    """`dead-letters list`, `show`, `retry` and `drop`, for one service."""

    @click.group("dead-letters")
    def dead_letters() -> None:
        """Messages that could not be reacted to."""

    @dead_letters.command("list")
    def listed() -> None:
        """Show the dead letters that wait, without what they say."""
        table = Table("topic", "offset", "key", "error", "attempts", "parked at")
        for letter in make_letters().waiting():
            error = f"{letter.error_type}: {letter.error_text}"
            table.add_row(letter.topic, str(letter.offset), letter.key, error, str(letter.attempts), letter.parked_at)
        Console().print(table)

    @dead_letters.command()
    @click.argument("topic")
    @click.argument("offset", type=int)
    def show(topic: str, offset: int) -> None:
        """Show one dead letter: its envelope, and of its data what names no one."""
        for letter in _known(make_letters(), topic, offset):
            click.echo(json.dumps(_shown(letter), indent=2, ensure_ascii=False))

    @dead_letters.command()
    @click.argument("topic", required=False)
    @click.argument("offset", type=int, required=False)
    @click.option("--reason", default="", help="Why it should succeed now.")
    @by
    def retry(topic: str | None, offset: int | None, reason: str, actor: str) -> None:
        """React again to the dead letters that wait, of TOPIC or at OFFSET of it. Exit code 1 if one fails again."""
        letters, failed = make_letters(), False
        for letter in _known(letters, topic, offset) if topic else letters.waiting():
            try:
                letters.retry(letter, actor, reason)
            except Exception as error:  # noqa: BLE001  told to the operator, and the letter waits on
                failed = True
                failure = describe(error)
                click.echo(f"{letter.topic} {letter.offset}: {failure.type}: {failure.text}", err=True)
            else:
                click.echo(f"{letter.topic} {letter.offset}: done")
        if failed:
            raise SystemExit(1)

    @dead_letters.command()
    @click.argument("topic")
    @click.argument("offset", type=int)
    @click.option("--reason", required=True, help="Why nobody needs to react to it.")
    @by
    def drop(topic: str, offset: int, reason: str, actor: str) -> None:
        """Give up one dead letter for good. What was done, by whom and why is kept in the log."""
        if not reason.strip():
            raise click.UsageError("--reason must say why")
        letters = make_letters()
        found = _known(letters, topic, offset)
        if len(found) > 1:
            where = ", ".join(letter.topic for letter in found)
            raise click.UsageError(f"several partitions have a dead letter at {offset}: name one of {where}")
        letters.drop(found[0], actor, reason)
        click.echo(f"{found[0].topic} {offset}: dropped")

    return dead_letters


def _known(letters: Letters, topic: str, offset: int | None) -> Sequence[DeadLetter]:
    found = letters.waiting(topic, offset)
    if not found:
        raise click.ClickException(f"no dead letter waits in {topic}" + ("" if offset is None else f" at {offset}"))
    return found


def _shown(letter: DeadLetter) -> dict[str, Any]:
    about = {
        "topic": letter.topic,
        "offset": letter.offset,
        "key": letter.key,
        "error": f"{letter.error_type}: {letter.error_text}",
        "attempts": letter.attempts,
        "parked_at": letter.parked_at,
    }
    try:
        event = msgspec.to_builtins(decode(letter.value))
    except NotACloudEvent:
        return about | {"message": f"({len(letter.value)} bytes that are no CloudEvent)"}
    return about | {"message": event | {"data": _masked(event.get("data", {}))}}


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if not isinstance(value, str):
        return value
    if value.startswith(MARK):
        return "(sealed)"
    return value if ID_OR_DAY.fullmatch(value) else f"(text of {len(value)} characters)"
