"""The commands about the dead letters of every installed service: look at them, try them again, give them up."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec
from rich.table import Table

from shared.console import console
from shared.eventstore.sealing import MARK
from shared.messaging.cloudevents import NotACloudEvent, decode
from shared.messaging.failure import describe
from shared.messaging.letters import Letters
from shared.messaging.poison import DeadLetter

MakeLetters = Callable[[], Sequence[Letters]]
Found = tuple[Letters, DeadLetter]
ID_OR_DAY = re.compile(r"[A-Za-z0-9._:/+-]*[0-9][A-Za-z0-9._:/+-]*")
"""Text that is shown: without a blank, with a digit. A message that came by Kafka may hold names as they are."""

by = click.option("--by", "actor", envvar="CPD_OPERATOR", default="operator", show_default=True, help="Your own id.")
of_service = click.option("--service", help="Only those of this service.")


def because(help: str) -> Callable[[Callable[..., None]], Callable[..., None]]:  # noqa: A002  click's own word
    """The option `--reason`, which has to say something."""
    return click.option("--reason", required=True, callback=_said, help=help)


def _said(_: click.Context, __: click.Parameter, reason: str) -> str:
    if not reason.strip():
        raise click.UsageError("--reason must say why")
    return reason


def dead_letters_command(make_letters: MakeLetters) -> click.Group:
    """`dead-letters list|show|retry|drop`, for the dead letters of all services."""

    @click.group("dead-letters")
    def dead_letters() -> None:
        """Messages that could not be reacted to."""

    @dead_letters.command("list")
    @of_service
    def listed(service: str | None) -> None:
        """Show the dead letters that wait, without what they say."""
        table = Table("service", "topic", "offset", "key", "error", "attempts", "parked at")
        for its, letter in _waiting(make_letters(), service):
            error = f"{letter.error_type}: {letter.error_text}"
            where = (its.service, letter.topic, str(letter.offset))
            table.add_row(*where, letter.key, error, str(letter.attempts), letter.parked_at)
        console().print(table)

    @dead_letters.command()
    @click.argument("topic")
    @click.argument("offset", type=int)
    @of_service
    def show(topic: str, offset: int, service: str | None) -> None:
        """Show one dead letter: its envelope, and of its data what names no one."""
        for its, letter in _known(make_letters(), service, topic, offset):
            click.echo(json.dumps({"service": its.service} | _shown(letter), indent=2, ensure_ascii=False))

    @dead_letters.command()
    @click.argument("topic", required=False)
    @click.argument("offset", type=int, required=False)
    @click.option("--reason", default="", help="Why it should succeed now.")
    @of_service
    @by
    def retry(topic: str | None, offset: int | None, reason: str, service: str | None, actor: str) -> None:
        """React again to the dead letters that wait, of TOPIC or at OFFSET of it. Exit code 1 if one fails again."""
        made, failed = make_letters(), False
        for its, letter in _known(made, service, topic, offset) if topic else _waiting(made, service):
            where = f"{its.service} {letter.topic} {letter.offset}"
            try:
                its.retry(letter, actor, reason)
            except Exception as error:  # noqa: BLE001  told to the operator, and the letter waits on
                failed = True
                failure = describe(error)
                click.echo(f"{where}: {failure.type}: {failure.text}", err=True)
            else:
                click.echo(f"{where}: done")
        if failed:
            raise SystemExit(1)

    @dead_letters.command()
    @click.argument("topic")
    @click.argument("offset", type=int)
    @because("Why nobody needs to react to it.")
    @of_service
    @by
    def drop(topic: str, offset: int, reason: str, service: str | None, actor: str) -> None:
        """Give up one dead letter for good. What was done, by whom and why is kept in the log."""
        found = _known(make_letters(), service, topic, offset)
        if len(found) > 1:
            where = ", ".join(letter.topic for _, letter in found)
            raise click.UsageError(f"several partitions have a dead letter at {offset}: name one of {where}")
        ((its, letter),) = found
        its.drop(letter, actor, reason)
        click.echo(f"{its.service} {letter.topic} {offset}: dropped")

    return dead_letters


def _waiting(
    made: Sequence[Letters], service: str | None, topic: str | None = None, offset: int | None = None
) -> list[Found]:
    """Those that wait, of one service or of all of them."""
    there = [its.service for its in made]
    if service not in (None, *there):
        raise click.UsageError(
            f"there is no service {service} with dead letters; there is {', '.join(there) or 'none'}"
        )
    chosen = [its for its in made if service in (None, its.service)]
    return [(its, letter) for its in chosen for letter in its.waiting(topic, offset)]


def _known(made: Sequence[Letters], service: str | None, topic: str, offset: int | None) -> list[Found]:
    """At least one. Where an offset is named they are all of one service: each service decides for itself."""
    found = _waiting(made, service, topic, offset)
    if not found:
        raise click.ClickException(f"no dead letter waits in {topic}" + ("" if offset is None else f" at {offset}"))
    of = sorted({its.service for its, _ in found})
    if offset is not None and len(of) > 1:
        raise click.UsageError(
            f"{' and '.join(of)} each have a dead letter of {topic} at {offset}: name one by --service"
        )
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
