"""The command that begins a topic anew."""

from collections.abc import Callable, Sequence

import click

from shared.messaging.bus import BusAway
from shared.messaging.commands import because, by
from shared.messaging.relay import TRACKED_AS
from shared.messaging.rewind import LettersWaitError, Positions, Stand, WorkerAtWorkError

MakePositions = Callable[[], Sequence[Positions]]


def rewind_command(make_positions: MakePositions) -> click.Command:
    """`bus rewind TOPIC`, for one service."""

    @click.command("rewind")
    @click.argument("topic")
    @click.option("--service", help="The service, where several have to do with the topic.")
    @because("Why: what became of the topic.")
    @click.option("--yes", is_flag=True, help="Do not ask first.")
    @by
    def rewind(topic: str, service: str | None, reason: str, yes: bool, actor: str) -> None:
        """Read TOPIC from its beginning, or send it again, after it was made anew. Stop the service's workers first.

        What was taken in before is passed over. What was done, by whom and why is kept in the log.
        """
        positions = _chosen(make_positions(), topic, service)
        try:
            stands = positions.stands(topic)
            if not any(stand.position for stand in stands):
                click.echo(f"{positions.service}: {topic} is at its beginning")
                return
            for stand in stands:
                click.echo(f"{positions.service}: {_said(stand)}")
            if not yes:
                click.confirm(_question(positions, topic), abort=True)
            positions.rewind(topic, actor, reason)
        except BusAway as error:
            raise click.ClickException(f"the bus is away: {error}") from error
        except WorkerAtWorkError as error:
            message = f"a worker of {error} is at work: stop its workers, do this, and start them again"
            raise click.ClickException(message) from error
        except LettersWaitError as error:
            message = f"dead letters of {topic} wait ({error.count}): retry or drop them first, with `cpd dead-letters`"
            raise click.ClickException(message) from error
        click.echo(f"{positions.service}: {topic} begins anew when a worker is started")

    return rewind


def _chosen(made: Sequence[Positions], topic: str, service: str | None) -> Positions:
    found = [one for one in made if service in (None, one.service) and topic in (*one.reads, *one.writes)]
    if not found:
        there = ", ".join(f"{one.service} {name}" for one in made for name in (*one.reads, *one.writes))
        raise click.UsageError(f"no such service reads or writes {topic}; there is {there or 'none'}")
    if len(found) > 1:
        raise click.UsageError(f"{' and '.join(one.service for one in found)} know {topic}: name one by --service")
    return found[0]


def _said(stand: Stand) -> str:
    if stand.name == TRACKED_AS:
        return f"sent the log up to position {stand.position}, which ends at {stand.end}"
    beyond = ", BEYOND WHAT IS THERE" if stand.position > stand.end else ""
    return f"{stand.name} was read up to {stand.position}, and ends at {stand.end}{beyond}"


def _question(positions: Positions, topic: str) -> str:
    if topic in positions.writes:
        return f"Send everything to {' and '.join(positions.writes)} again, under the same ids?"
    return f"Read {topic} again from its beginning? What was taken in before is passed over."
