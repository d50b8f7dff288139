"""What a running app works with, put together once by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from shared.clock import Clock
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.web.auth import Authenticator

EXTENSION = "cpd"


@dataclass(frozen=True)
class Wiring:
    """The log, the seals, the clock, the tokens' judge, and how far the views have come."""

    ledger: Ledger
    sealer: Sealer
    clock: Clock
    authenticator: Authenticator
    view_position: Callable[[], int]

    def install(self, app: Flask) -> None:
        app.extensions[EXTENSION] = self


def wiring() -> Wiring:
    """The wiring of the app that answers the request under way."""
    found: Wiring = current_app.extensions[EXTENSION]
    return found
