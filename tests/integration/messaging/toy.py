"""A toy service: a jar that counts the beans it was told of. Run as a program it is that service's worker."""

import os
import signal
import sys
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import create_engine

from shared.clock import utc_now
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact, Sealed
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Ledger, Once
from shared.eventstore.sealing import Sealer
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.consumer import Consumer
from shared.messaging.database import open_database
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.letters import LetterDropped, LetterFacts, LetterRetried, Letters
from shared.messaging.poison import Poison
from shared.messaging.rewind import Positions, Rewound
from shared.worker import Worker
from shared.worker_lock import FileLock

TOPIC = "beans.in.v1"
JAR = uuid5(NAMESPACE_URL, "jar")


class BeanDropped(Fact):
    TOPIC = "toy.BeanDropped"
    bean: str
    note: Sealed = ""


class BeanRetried(LetterRetried, frozen=True, kw_only=True):
    TOPIC = "toy.DeadLetterRetried"


class BeanGivenUp(LetterDropped, frozen=True, kw_only=True):
    TOPIC = "toy.DeadLetterDropped"


class BeanPositionRewound(Rewound, frozen=True, kw_only=True):
    TOPIC = "toy.PositionRewound"


FACTS = (BeanDropped, BeanRetried, BeanGivenUp, BeanPositionRewound)


class Jar(Aggregate):
    def __init__(self, stream_id):
        super().__init__(stream_id)
        self.beans = []

    def evolve(self, fact):
        self.beans.append(fact.bean)

    def drop(self, bean, note=""):
        self.record(BeanDropped, bean=bean, note=note, staff_id="P1")


class BeanFields(msgspec.Struct, forbid_unknown_fields=True):
    staff_id: str
    bean: str
    count: int = 1
    note: Sealed = ""


class Toy:
    """Everything of the toy service under one folder."""

    def __init__(self, home: Path, react=None, bus=None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        keys = KeyStore(create_engine(f"sqlite:///{home / 'keys.sqlite'}"))
        keys.create_tables()
        self.sealer = Sealer(keys)
        self.ledger = Ledger(str(home / "log.sqlite"), FACTS, self.sealer)
        self.bus = bus or EmbeddedBus(home / "bus" / "bus.sqlite")
        self.bus.create_tables()
        self.poison = Poison(open_database(home / "inbox.sqlite"), self.bus, "toy", utc_now, self.sealer)
        self.poison.create_tables()
        self.lock = FileLock(home / "worker.lock")
        self.consumer = Consumer(
            topic=TOPIC, bus=self.bus, ledger=self.ledger, react=react or self.react, poison=self.poison
        )

    def react(self, event: CloudEvent, marks: Once) -> None:
        if event.type == "toy.Bean.v1":
            self.drop(event.data["bean"], marks)

    def drop(self, bean: str, marks: Once | None = None, note: str = "") -> None:
        act = Act(recorded_at=utc_now(), actor="toy", role="system", correlation_id="c")
        call = Call(act=act, once=lambda _: marks or Once())
        self.ledger.execute(Jar, JAR, call, lambda jar: jar.drop(bean, note))

    def letters(self, consumer: Consumer | None = None, service: str = "toy") -> Letters:
        return Letters(
            service=service,
            ledger=self.ledger,
            poison=self.poison,
            consumers=[consumer or self.consumer],
            facts=LetterFacts(BeanRetried, BeanGivenUp),
            clock=utc_now,
        )

    def positions(self, service: str = "toy", reads: str = TOPIC, writes: tuple[str, ...] = ()) -> Positions:
        return Positions(
            service=service,
            ledger=self.ledger,
            bus=self.bus,
            poison=self.poison,
            lock=self.lock,
            reads=[reads],
            writes=writes,
            fact=BeanPositionRewound,
            clock=utc_now,
        )

    def send(self, *events: CloudEvent, topic: str = TOPIC) -> None:
        self.bus.publish([Record(topic, "P1", event.encode()) for event in events])

    def beans(self) -> list[str]:
        return self.ledger.load(Jar, JAR).beans


def bean(number: int, kind: str = "toy.Bean.v1", **data) -> CloudEvent:
    return CloudEvent.of(id=f"b/{number}", source="/test", type=kind, data={"bean": str(number)} | data)


def dies_at(toy: Toy, marker: Path, number: str, when: str):
    """A reaction that kills its process at bean `number`: `always`, or once, `before` or `after` it committed."""

    def react(event: CloudEvent, marks: Once) -> None:
        due = event.data.get("bean") == number and (when == "always" or not marker.exists())
        if due and when != "after":
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        toy.react(event, marks)
        if due:
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    return react


def main(home: Path, number: str = "", when: str = "") -> None:
    toy = Toy(home)
    if number:
        react = dies_at(toy, home / "died", number, when)
        toy.consumer = Consumer(topic=TOPIC, bus=toy.bus, ledger=toy.ledger, react=react, poison=toy.poison)
    Worker("toy", [toy.consumer.step], FileLock(home / "worker.lock")).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
