"""The toy as an installed service: a web application that says who it is, and a worker that says it runs."""

import os
from dataclasses import replace

import click

from shared.service import Service
from shared.worker import Worker
from shared.worker_lock import FileLock
from tests.integration.messaging.toy import Toy

LOADED_BY = os.getpid()


def app(environ, start_response):
    pids = [LOADED_BY] if environ["PATH_INFO"] == "/loaded-by" else [os.getppid(), os.getpid()]
    body = " ".join(map(str, pids)).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@click.command()
def greet():
    """Say hello."""
    click.echo("hello from toy")


def make_worker(settings):
    folder = settings.folder("toy")

    def step():
        (folder / f"worker.{os.getpid()}").touch()
        return 0

    return Worker("toy", [step], FileLock(folder / "worker.lock"))


def letters(settings):
    return [Toy(settings.folder("toy")).letters()]


def letters_of_jars(settings):
    return [Toy(settings.folder("jars")).letters(service="jars")]


SERVICE = Service(
    name="toy",
    number=2,
    wsgi="tests.integration.messaging.toy_service:app",
    prepare=lambda settings: (settings.folder("toy") / "prepared").touch(),
    make_worker=make_worker,
    commands=lambda: [greet],
    welcome=lambda _: ["headteacher: " + "e" * 300, "curl [here]"],
    letters=letters,
)
OTHER = replace(SERVICE, name="jars", number=3, letters=letters_of_jars, commands=list)
