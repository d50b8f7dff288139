"""Topics on the cluster: what is missing is made, what differs is put right where that is safe, the rest is told."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, for_code

from shared.messaging.bus import BusAway
from shared.messaging.kafka_clients import make_admin
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.topics import Layout

T = TypeVar("T")
MOVES_KEYS = (
    "changing their number would move people to other partitions, where their newer messages could overtake their "
    "older ones, so it is never done here: set CPD_KAFKA_PARTITIONS to what is there, or see docs/guides/kafka.md"
)
BY_REASSIGNMENT = "copies are added by kafka-reassign-partitions, as docs/guides/kafka.md says"
FEWER_BROKERS = "the cluster has only as many brokers as it has; CPD_KAFKA_REPLICATION must not be more"


class Found(msgspec.Struct, frozen=True):
    """One topic on the cluster."""

    name: str
    partitions: int
    replication: int
    settings: dict[str, str]


class Told(msgspec.Struct, frozen=True):
    """One thing to say of a topic. `wrong`: someone must do something about it."""

    topic: str
    text: str
    wrong: bool = False


def found_topics(kafka: KafkaSettings, names: Sequence[str]) -> dict[str, Found]:
    """Those of the topics that are there. Raises BusAway."""
    return _with_admin(kafka, lambda admin: _found(admin, names))


def apply_layouts(kafka: KafkaSettings, wanted: Sequence[Layout]) -> list[Told]:
    """Make the cluster as `wanted` says, as far as no message moves; gives all that was done and all that is wrong.

    Safe to run again and at once: it compares with what is there. Raises BusAway.
    """
    return _with_admin(kafka, lambda admin: list(_apply(admin, wanted)))


def _with_admin(kafka: KafkaSettings, work: Callable[[Any], T]) -> T:
    try:
        admin = make_admin(kafka)
        try:
            return work(admin)
        finally:
            admin.close()
    except (KafkaError, OSError) as error:
        raise BusAway(f"{type(error).__name__}: {error}") from error


def _apply(admin: Any, wanted: Sequence[Layout]) -> Iterator[Told]:
    there = _found(admin, [layout.name for layout in wanted])
    missing = [layout for layout in wanted if layout.name not in there]
    yield from _make(admin, missing)
    for layout in wanted:
        if layout.name in there:
            yield from _compare(admin, layout, there[layout.name])


def _make(admin: Any, missing: Sequence[Layout]) -> Iterator[Told]:
    if not missing:
        return
    asked = {
        layout.name: {
            "num_partitions": layout.partitions,
            "replication_factor": layout.replication,
            "configs": layout.settings,
        }
        for layout in missing
    }
    answers = {topic["name"]: topic for topic in admin.create_topics(asked, raise_errors=False)["topics"]}
    made = []
    for layout in missing:
        error = for_code(answers[layout.name]["error_code"])
        if error.__name__ in ("NoError", "TopicAlreadyExistsError"):
            made.append(layout.name)
            yield Told(layout.name, f"made, with {layout.partitions} partitions")
        else:
            hint = f": {FEWER_BROKERS}" if "Replication" in error.__name__ else ""
            why = answers[layout.name].get("error_message") or error.__name__
            yield Told(layout.name, f"could not be made: {why}{hint}", wrong=True)
    admin.wait_for_topics(made)


def _compare(admin: Any, layout: Layout, found: Found) -> Iterator[Told]:
    if found.partitions != layout.partitions:
        text = f"has {found.partitions} partitions, not {layout.partitions}; {MOVES_KEYS}"
        yield Told(layout.name, text, wrong=True)
    if found.replication != layout.replication:
        text = f"has {found.replication} copies of each partition, not {layout.replication}; {BY_REASSIGNMENT}"
        yield Told(layout.name, text, wrong=True)
    differing = {name: value for name, value in layout.settings.items() if found.settings.get(name) != value}
    if not differing:
        return
    resource = ConfigResource(ConfigResourceType.TOPIC, layout.name, differing)
    outcome = admin.alter_configs([resource])["topic"][layout.name]
    for name, value in differing.items():
        was = found.settings.get(name)
        if outcome == "OK":
            yield Told(layout.name, f"{name} was {was}, is now {value}")
        else:
            yield Told(layout.name, f"{name} is {was}, not {value}, and could not be changed: {outcome}", wrong=True)


def _found(admin: Any, names: Sequence[str]) -> dict[str, Found]:
    there = [topic for topic in admin.describe_topics(list(names)) if topic["error_code"] == 0]
    if not there:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic["name"]) for topic in there]
    settings = admin.describe_configs(resources, config_filter="all")["topic"]
    return {
        topic["name"]: Found(
            name=topic["name"],
            partitions=len(topic["partitions"]),
            replication=min(len(partition["replica_nodes"]) for partition in topic["partitions"]),
            settings={name: str(setting["value"]) for name, setting in settings[topic["name"]].items()},
        )
        for topic in there
    }
