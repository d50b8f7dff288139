"""The commands that look after the topics of the installed services."""

from collections.abc import Callable, Iterable, Sequence

import click
from rich.table import Table

from shared.console import console
from shared.messaging.bus import BusAway
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.topics import Layout, Topic, layouts

KafkaOf = Callable[[], KafkaSettings | None]
TopicsOf = Callable[[], Iterable[Topic]]


class TopicsWrongError(click.ClickException):
    """Something of the topics must be put right by hand."""


def apply_topics(kafka: KafkaSettings, topics: Iterable[Topic]) -> None:
    """Make the topics on the cluster as they must be, and say what was done.

    Raises TopicsWrongError where someone must do something, and BusAway.
    """
    from shared.messaging.kafka_topics import apply_layouts  # noqa: PLC0415  most commands do without Kafka

    told = apply_layouts(kafka, layouts(topics, kafka))
    for one in told:
        click.echo(f"{one.topic}: {one.text}", err=one.wrong)
    if any(one.wrong for one in told):
        raise TopicsWrongError("the topics are not as they must be")
    if not told:
        click.echo("every topic is as it must be")


def topics_command(kafka: KafkaOf, topics: TopicsOf) -> click.Group:
    """`topics apply` and `topics list`, for the topics of all services."""

    @click.group("topics")
    def group() -> None:
        """The topics on Kafka."""

    @group.command("apply")
    def apply() -> None:
        """Make what is missing and put settings right; refuse what would move messages. Exit code 1 if it is wrong."""
        try:
            apply_topics(_kafka_or_exit(kafka), topics())
        except BusAway as error:
            raise click.ClickException(f"Kafka is away: {error}") from error

    @group.command("list")
    def listed() -> None:
        """Show the topics, how they are on the cluster and how they should be."""
        settings = _kafka_or_exit(kafka)
        try:
            console().print(_table(settings, layouts(topics(), settings)))
        except BusAway as error:
            raise click.ClickException(f"Kafka is away: {error}") from error

    return group


def _table(kafka: KafkaSettings, wanted: Sequence[Layout]) -> Table:
    from shared.messaging.kafka_topics import found_topics  # noqa: PLC0415  as above

    there = found_topics(kafka, [layout.name for layout in wanted])
    table = Table("topic", "partitions", "copies", "min. in sync", "retention")
    for layout in wanted:
        found = there.get(layout.name)
        if found is None:
            table.add_row(layout.name, "not there", "", "", "")
            continue
        table.add_row(
            layout.name,
            _beside(found.partitions, layout.partitions),
            _beside(found.replication, layout.replication),
            *(
                _beside(found.settings.get(key), layout.settings[key])
                for key in ("min.insync.replicas", "retention.ms")
            ),
        )
    return table


def _beside(is_now: object, should_be: object) -> str:
    return str(is_now) if is_now == should_be else f"{is_now} (not {should_be})"


def _kafka_or_exit(kafka: KafkaOf) -> KafkaSettings:
    settings = kafka()
    if settings is None:
        raise click.ClickException(
            "CPD_KAFKA_BOOTSTRAP_SERVERS is not set: the bus is a file, and needs no topics made"
        )
    return settings
