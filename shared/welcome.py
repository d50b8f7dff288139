"""What `cpd run` says once everything is ready."""

import time
import urllib.request
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from rich.console import Console

from shared.service import Service
from shared.settings import Settings

READY_SECONDS = 60.0


def welcome(installed: Sequence[Service], settings: Settings, logs: Path) -> None:
    """Wait until every service is ready, and say where it is and what to try; `logs` is the folder to look in else."""
    console = Console(highlight=False, soft_wrap=True)
    if not _all_ready([service.url(settings) for service in installed]):
        console.print(f"[red]Not every service is ready after {READY_SECONDS:.0f} seconds[/]; the logs are in {logs}")
        return
    for service in installed:
        url = service.url(settings)
        console.print(f"[green]{service.name}[/] is ready at {url} (documentation: {url}/docs)")
        for line in service.welcome(settings):
            console.print(line, markup=False)
    console.print("Ctrl-C stops everything.")


def _all_ready(urls: Sequence[str]) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if all(_is_ready(url) for url in urls):
            return True
        time.sleep(0.1)
    return False


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310  our own address
            return bool(answer.status == HTTPStatus.OK)
    except OSError:  # not listening yet, or not ready: asked again
        return False
