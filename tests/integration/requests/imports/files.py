"""Rows to import, and the ledger they end up in."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.requests.application import Requests
from services.requests.runtime import open_runtime
from shared.settings import read_settings


@contextmanager
def ledger_of_this_home() -> Iterator[Requests]:
    """The commands on the ledger under `CPD_HOME`, for looking at what is there."""
    runtime = open_runtime(read_settings())
    yield runtime.commands
    runtime.stores.close()
