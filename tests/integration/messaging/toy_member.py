"""The toy's consumer on Kafka, one of several processes: `python -m … HOME BOOTSTRAP TOPIC [NUMBER WHEN]`.

It has one jar a key, so that processes which share the partitions share no stream. `TOY_INSTANCE` is its name in the
group, `TOY_SESSION_SECONDS` how long it may be silent. NUMBER and WHEN are of the bean at which it kills itself.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from uuid import uuid5

from shared.clock import utc_now
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.messaging import kafka_clients
from shared.messaging.bus import BusAway, Record
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka_settings import KafkaSettings
from tests.integration.messaging.toy import JAR, Jar, Toy, bean


class Member:
    """A toy whose consumer shares `topic` with others of its group."""

    def __init__(self, home: Path, bootstrap: str, topic: str, instance: str | None = None) -> None:
        self.topic = topic
        self.bus = KafkaBus(KafkaSettings((bootstrap,), replication=1), group="toy", instance=instance)
        self.toy = Toy(home, bus=self.bus)
        self.consumer = Consumer(
            topic=topic, bus=self.bus, ledger=self.toy.ledger, react=self.react, poison=self.toy.poison
        )

    def react(self, event, marks):
        act = Act(recorded_at=utc_now(), actor="toy", role="system", correlation_id="c")
        jar = uuid5(JAR, event.data["jar"])
        self.toy.ledger.execute(Jar, jar, Call(act=act, once=lambda _: marks), lambda jar: jar.drop(event.data["bean"]))

    def send(self, numbers, keys=9):
        self.bus.publish([Record(self.topic, f"k{n % keys}", bean(n, jar=f"k{n % keys}").encode()) for n in numbers])

    def jars(self, keys=9):
        """The beans of each key, in the order they were dropped."""
        return {
            key: [int(one) for one in self.toy.ledger.load(Jar, uuid5(JAR, f"k{key}")).beans] for key in range(keys)
        }

    def step(self):
        try:
            return self.consumer.step()
        except BusAway:
            return 0

    def close(self):
        self.consumer.close()
        self.bus.close()
        self.toy.ledger.close()


def main(home: str, bootstrap: str, topic: str, number: str = "", when: str = "") -> None:
    kafka_clients.SESSION_SECONDS = float(os.environ.get("TOY_SESSION_SECONDS", kafka_clients.SESSION_SECONDS))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    member = Member(Path(home), bootstrap, topic, os.environ.get("TOY_INSTANCE"))
    react = member.consumer._react

    def dying(event, marks):
        marker = Path(home) / "died"
        due = event.data["bean"] == number and (when == "always" or not marker.exists())
        if due and when != "after":
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        react(event, marks)
        if due:
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    member.consumer._react = dying if number else react
    while not stopping.is_set():
        if not member.step():
            stopping.wait(0.01)
        Path(home, f"ours.{os.getpid()}").write_text(str(len(member.consumer._subscription.ends())))
    member.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
