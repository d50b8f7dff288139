"""A real PostgreSQL for the tests: one server a session, a new database a test."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.servers import free_port, not_run

LOCAL = Path(__file__).parents[2] / "deploy" / "postgres" / "local"
NOT_INSTALLED = 69
WITHOUT_SYNC = ("-c", "fsync=off")
"""For tests that no power cut can hurt. What is measured syncs."""
UNDISTURBED = ("-c", "autovacuum=off")
"""Readers of a log wait for every transaction of the server, and its own analysis of some table is one."""


class PostgresServer:
    """One server with a folder and a port of its own, made by `deploy/postgres/local`."""

    def __init__(self, *options: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cpd-pg-"))
        self.port = free_port()
        self._options = options
        self._url = ""
        self._numbers = itertools.count(1)

    def start(self) -> None:
        self._url = _local("start", str(self.folder), str(self.port), *self._options).strip()

    def stop(self, *, crash: bool = False) -> None:
        """Stop it; as a crash does, on demand: then it recovers from its write-ahead log at the next start."""
        _local("stop", str(self.folder), "immediate" if crash else "fast")

    def remove(self) -> None:
        """Stop it and delete all it kept."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop(crash=True)
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """The URL of a database, password and all."""
        return self._url.removesuffix("postgres") + database

    def new_database(self) -> str:
        """The URL of a database that is empty."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return self.url(name)

    def processor_seconds(self) -> float:
        """What it has taken of the processors since it was started, by all its processes."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return _spent(main, ended=True) + sum(map(_spent, map(int, children)))

    def tool(self, name: str, *arguments: str) -> str:
        """Run one of PostgreSQL's own commands on this server's databases. Gives what it prints."""
        environment = {"PGPASSWORD": str(conninfo_to_dict(self._url)["password"])}
        command = [str(Path(_local("where").strip()) / name), "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        return subprocess.run(
            [*command, *arguments], env=environment, check=True, capture_output=True, text=True
        ).stdout


def new_server(*options: str) -> PostgresServer:
    """A server, started. The test that asks for it is not run where PostgreSQL is not installed."""
    try:
        _local("where")
    except subprocess.CalledProcessError as error:
        if error.returncode != NOT_INSTALLED:
            raise
        not_run("PostgreSQL", error.stderr.strip())
    server = PostgresServer(*options)
    try:
        server.start()
    except subprocess.SubprocessError:
        server.remove()
        raise
    return server


@contextmanager
def running(*options: str) -> Iterator[PostgresServer]:
    """A server of its own meanwhile."""
    server = new_server(*options)
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's PostgreSQL. A test that stops it starts it again."""
    with running(*WITHOUT_SYNC, *UNDISTURBED) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The URL of an empty database for this test."""
    return postgres_server.new_database()


def _spent(pid: int, *, ended: bool = False) -> float:
    """Seconds of processor of one process, with `ended` also those of its children that are gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return 0.0
    return sum(map(int, fields[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")


def _local(*arguments: str) -> str:
    return subprocess.run([str(LOCAL), *arguments], check=True, capture_output=True, text=True, timeout=180).stdout
