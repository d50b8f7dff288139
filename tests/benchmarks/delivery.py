"""How long a command takes to reach payroll's ledger, on PostgreSQL and Kafka, beside a bare message on that broker.

One at a time, the two in turn, so that both meet the same noise: from before the command's HTTP request until the
reference payroll has saved its message; and from before a message is produced until it is consumed.

`python -m tests.benchmarks delivery [samples of each]`.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, KafkaProducer

from shared.dates import london_day
from tests.benchmarks.figures import Figure
from tests.faults.client import Client, Command
from tests.faults.lives import Life
from tests.faults.places import Place, on_servers
from tests.servers.topics import make_topics

PAYROLL = Path(__file__).parents[2] / "examples" / "payroll"
SAMPLES = 1_000
"""Of so many, p99 is what ten took longer than."""
WARM_UP = 5
BARE_TOPIC = "bare.v1"
MESSAGE = b"x" * 1_500
PATIENCE_SECONDS = 30.0
LARGEST_RATIO = 5.0


class Arrivals:
    """A reader in a thread of its own; `wait_for` gives when something had arrived."""

    def __init__(self) -> None:
        self._arrived: dict[str, float] = {}
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def read(self) -> Iterator[str]:
        """What has arrived since the last call; it waits a moment for more."""
        raise NotImplementedError

    def wait_for(self, name: str) -> float:
        with self._changed:
            assert self._changed.wait_for(lambda: name in self._arrived, PATIENCE_SECONDS), f"{name} did not arrive"
            return self._arrived[name]

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            for name in self.read():
                with self._changed:
                    self._arrived[name] = time.perf_counter()
                    self._changed.notify_all()


class BareConsumer(Arrivals):
    """Whoever consumes messages and does nothing with them."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = KafkaConsumer(BARE_TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        super().__init__()

    def read(self) -> Iterator[str]:
        for records in self._consumer.poll(timeout_ms=100).values():
            yield from (record.key.decode() for record in records)


class Payroll(Arrivals):
    """The reference payroll as it reads from Kafka: a message has arrived once it is saved in the ledger."""

    def __init__(self, bootstrap: str, file: Path) -> None:
        sys.path.insert(0, str(PAYROLL))
        import ledger  # type: ignore[import-not-found]  # noqa: PLC0415  the example is no package
        import messages  # type: ignore[import-not-found]  # noqa: PLC0415  as above
        import topic  # type: ignore[import-not-found]  # noqa: PLC0415  as above

        self._file, self._bootstrap = str(file), bootstrap
        self._parts: Any = (ledger, messages, topic)
        self._ledger: Any = None
        super().__init__()

    def read(self) -> Iterator[str]:
        ledger, messages, topic = self._parts
        if self._ledger is None:  # in the reader's thread: SQLite asks for that
            self._ledger, self._topic = ledger.open_ledger(self._file), topic.Topic(self._bootstrap)
        for event in self._topic.feed(ledger.cursor_of(self._ledger))["items"]:
            message = messages.read_message(event)
            ledger.take_in(self._ledger, message, event["cursor"])
            yield message.id


class Bare:
    """A message produced, and consumed by someone who does nothing with it."""

    def __init__(self, bootstrap: str) -> None:
        make_topics(bootstrap, BARE_TOPIC)
        self._producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
        self._consumer = BareConsumer(bootstrap)

    def took(self, name: str) -> float:
        began = time.perf_counter()
        self._producer.send(BARE_TOPIC, key=name.encode(), value=MESSAGE)
        self._producer.flush()
        return self._consumer.wait_for(name) - began

    def close(self) -> None:
        self._consumer.close()
        self._producer.close()


def main(samples: int | str = SAMPLES) -> Iterator[Figure]:
    """p99 of both, and their ratio."""
    with tempfile.TemporaryDirectory() as folder, on_servers(Path(folder)) as place:
        bare, delivered = _in_turn(place, Path(folder) / "payroll.sqlite", int(samples))
    yield Figure("bare produce to consume, p50", statistics.median(bare) * 1000, "ms")
    yield Figure("bare produce to consume, p99", _p99(bare) * 1000, "ms")
    yield Figure("command to payroll's ledger, p50", statistics.median(delivered) * 1000, "ms")
    yield Figure("command to payroll's ledger, p99", _p99(delivered) * 1000, "ms")
    yield Figure("p99, command beside bare", _p99(delivered) / _p99(bare), "×", LARGEST_RATIO, less_is_better=True)


def _in_turn(place: Place, file: Path, samples: int) -> tuple[Sequence[float], Sequence[float]]:
    """How long each of so many bare messages took, and each of so many commands."""
    bootstrap = place.house.env["CPD_KAFKA_BOOTSTRAP_SERVERS"]
    client = Client(place.house.port, place.house.tokens)
    people = _leavers(client, samples + WARM_UP)
    payroll, bare = Payroll(bootstrap, file), Bare(bootstrap)
    took = [(bare.took(life.staff_id), _delivered(client, payroll, life)) for life in people]
    payroll.close()
    bare.close()
    of_bare, of_commands = zip(*took[WARM_UP:], strict=True)
    return of_bare, of_commands


def _leavers(client: Client, number: int) -> Sequence[Life]:
    """People who resigned and owe something that nobody has decided to ask for yet."""
    today = london_day(datetime.now(UTC))
    people = [Life(each, today) for each in range(number)]
    for life in people:
        for command in (life.employed(), life.drafted(), life.signed(), life.completed(), life.resigned()):
            _have_accepted(client, command)
    return people


def _delivered(client: Client, payroll: Payroll, life: Life) -> float:
    began = time.perf_counter()
    _have_accepted(client, life.required(6))
    return payroll.wait_for(f"{life.stream}-a1-r1/1") - began


def _have_accepted(client: Client, command: Command) -> None:
    """Send it until what it waits for is known."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not client.send(command).accepted:
        assert command.awaits, command
        assert time.monotonic() < deadline, command
        time.sleep(0.02)


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]
