"""PostgreSQL and Kafka as processes on this machine, for the full stack without containers."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from shared.settings import KAFKA_PORT, POSTGRES_PORT, Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
POSTGRES_LOCAL = DEPLOY / "postgres" / "local"
KAFKA_LOCAL = DEPLOY / "kafka" / "local"
START_SECONDS = 300.0
"""The first start fetches Kafka."""


class ServerFailedError(Exception):
    """PostgreSQL or Kafka did not start; the text is what its script said."""


def server_ports(settings: Settings) -> dict[str, int]:
    """Where the servers listen."""
    return {"postgres": settings.port_base + POSTGRES_PORT, "kafka": settings.port_base + KAFKA_PORT}


@contextmanager
def servers(settings: Settings) -> Iterator[None]:
    """Both servers run meanwhile, their data under `CPD_HOME`. Raises ServerFailedError."""
    scripts = {"postgres": POSTGRES_LOCAL, "kafka": KAFKA_LOCAL}
    with ExitStack() as started:
        for name, port in server_ports(settings).items():
            folder = settings.folder(name)
            _run(scripts[name], "start", str(folder), str(port))
            started.callback(_run, scripts[name], "stop", str(folder))
        yield


def create_databases(settings: Settings, services: Iterable[str]) -> None:
    """Make the database of each service, and that of the keys, unless it is there."""
    import psycopg  # noqa: PLC0415  the driver is loaded where it has a database
    from psycopg import sql  # noqa: PLC0415  likewise

    urls = [settings.keys_url, *(url for service in services if (url := settings.database(service)))]
    for url in urls:
        name = make_url(url).database
        maintenance = make_url(url).set(database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(maintenance, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))))


def _run(script: Path, *arguments: str) -> None:
    """In a session of its own, so that a terminal's Ctrl-C does not reach the servers before the services."""
    done = subprocess.run(  # noqa: S603  our own script
        [str(script), *arguments],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=START_SECONDS,
        start_new_session=True,
    )
    if done.returncode:
        raise ServerFailedError(f"{script.parent.name}: {done.stderr.strip() or f'exit code {done.returncode}'}")
