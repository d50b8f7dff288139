"""Where the product runs while its processes are killed: on files, or on a PostgreSQL and a Kafka that die too."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from services.agreements.service import SERVICE
from shared.messaging.topics_command import apply_topics
from tests.faults.house import House, running, settings_in
from tests.servers import kafka, postgres

Kill = Callable[[House, random.Random], None]


@dataclass(frozen=True)
class Place:
    """A house that runs, what a load of it is like, and what of it may die: each way as often as its weight says."""

    house: House
    people: int
    kills: int
    most_seconds: float
    deaths: Sequence[tuple[str, Kill, int]] = field(default=())

    def death(self, chance: random.Random) -> tuple[str, Kill]:
        """One of the ways to die, by weight."""
        ((name, kill, _),) = chance.choices(self.deaths, [weight for *_, weight in self.deaths])
        return name, kill


def web_worker(house: House, chance: random.Random) -> None:
    house.kill_one_of(house.web_workers, chance)


def web_master(house: House, chance: random.Random) -> None:
    house.kill_one_of(house.web_master, chance)


def worker(house: House, chance: random.Random) -> None:
    house.kill_one_of(house.worker, chance)


OWN = (("web worker", web_worker, 5), ("web master", web_master, 1), ("worker", worker, 2))


@contextmanager
def on_files(home: Path) -> Iterator[Place]:
    """SQLite and the embedded bus."""
    with running(settings_in(home)) as house:
        yield Place(house, people=100, kills=50, most_seconds=600, deaths=OWN)


@contextmanager
def on_servers(home: Path) -> Iterator[Place]:
    """A PostgreSQL and a Kafka of its own, each of which may crash and is started again at once."""
    with postgres.running(*postgres.WITHOUT_SYNC) as database, kafka.running() as broker:
        settings = replace(
            settings_in(home),
            database_url=database.new_database(),
            keys_url=database.new_database(),
            kafka=broker.settings(),
        )
        apply_topics(broker.settings(), SERVICE.topics)

        def crash_database(_: House, __: random.Random) -> None:
            database.stop(crash=True)
            database.start()

        def crash_broker(_: House, __: random.Random) -> None:
            broker.restart()

        deaths = (*OWN, ("PostgreSQL", crash_database, 2), ("Kafka", crash_broker, 2))
        with running(settings) as house:
            yield Place(house, people=200, kills=60, most_seconds=1_200, deaths=deaths)
