"""A real Apache Kafka for the tests: one broker a session, topics of its own for each test."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.messaging.kafka_settings import KafkaSettings
from tests.processes import is_alive, kill
from tests.servers import free_port, not_run
from tests.servers.kafka_secure import Doors, make_doors

LOCAL = Path(__file__).parents[2] / "deploy" / "kafka" / "local"
START_SECONDS = 300
"""The first start of all fetches Kafka."""


class KafkaServer:
    """One broker with a folder and ports of its own, made by `deploy/kafka/local`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cpd-kafka-"))
        self.port = free_port()
        self._controller = free_port()
        self._numbers = itertools.count(1)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return int((self.folder / "kafka.pid").read_text())

    def settings(self, partitions: int = 3) -> KafkaSettings:
        """How a client is told of this broker."""
        return KafkaSettings((self.bootstrap,), partitions=partitions, replication=1)

    def name(self, kind: str = "topic") -> str:
        """A name that nothing on this broker has yet."""
        return f"{kind}.{next(self._numbers)}.v1"

    def open_doors(self) -> Doors:
        """From its next start on it also has listeners that want certificates and passwords."""
        return make_doors(self.folder, self.port, self._controller)

    def start(self) -> None:
        environment = os.environ | {"CPD_KAFKA_CONTROLLER_PORT": str(self._controller)}
        _local(environment, "start", str(self.folder), str(self.port))

    def stop(self) -> None:
        _local(dict(os.environ), "stop", str(self.folder))

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        kill(self.pid)

    def restart(self) -> None:
        """Kill it and start it again on what it had written."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """It keeps its connections and answers nothing more."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def remove(self) -> None:
        """Stop it and delete all it kept."""
        if (self.folder / "kafka.pid").exists() and is_alive(self.pid):
            self.thaw()
            self.kill()
        shutil.rmtree(self.folder)


def new_server() -> KafkaServer:
    """A broker, started. The test that asks for it is not run where Java is missing or Kafka cannot be fetched."""
    server = KafkaServer()
    start_or_not_run(server)
    return server


def start_or_not_run(server: KafkaServer) -> None:
    """Start a broker; remove it, and do not run the test that asks for it, where it cannot be had."""
    try:
        server.start()
    except subprocess.TimeoutExpired:
        server.remove()
        raise
    except subprocess.CalledProcessError as error:
        server.remove()
        if "needed" in error.stderr or "fetch" in error.stderr:
            not_run("Kafka", error.stderr.strip())
        pytest.fail(error.stderr)


@contextmanager
def running() -> Iterator[KafkaServer]:
    """A broker of its own meanwhile."""
    server = new_server()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[KafkaServer]:
    """The session's Kafka. A test that stops it starts it again."""
    with running() as server:
        yield server


def _local(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        [str(LOCAL), *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=START_SECONDS,
    )
